/** Formats, colour, and output that cannot be written. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, openSync, closeSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FORMATS } from '../../extension/analyzer/report/writer.ts';
import { DRIVER, NETMEM, netmem, scratch, write } from './netmem.ts';

const cwd = scratch({ 'foo/foo.c': DRIVER });
const ESC = String.fromCharCode(27);

test.each(FORMATS)('check writes %s to standard output, and all else to standard error', (format) => {
  const { out, err, code } = netmem(['check', '--format', format, 'foo'], { cwd });
  expect(code).toBe(1);
  expect(out).toContain('foo/foo.c');
  expect(out.endsWith('\n')).toBe(true);
  expect(out).not.toContain(ESC);
  expect(err).toMatch(format === 'text' ? /^netmem: \d+ warnings? in 1 file of 1 driver\n/ : /^$/);
});

test.each([
  { args: ['--color=always'], env: {}, coloured: true },
  { args: ['--color', 'always'], env: { NO_COLOR: '1' }, coloured: true },
  { args: ['--color=never'], env: { FORCE_COLOR: '1' }, coloured: false },
  { args: [], env: { FORCE_COLOR: '1' }, coloured: true },
  { args: [], env: { FORCE_COLOR: '0' }, coloured: false },
  { args: [], env: { FORCE_COLOR: '1', NO_COLOR: '1' }, coloured: false },
  { args: [], env: {}, coloured: false },
])('into a file, $args with $env: coloured $coloured', ({ args, env, coloured }) => {
  const { out } = netmem(['check', '--select', 'RX6', ...args, 'foo'], { cwd, env });
  expect(out.includes(ESC)).toBe(coloured);
});

test('without a command the help is printed, with line ends', () => {
  const { out, err, code } = netmem([]);
  expect(out).toMatch(/^Usage: netmem \[options\] \[command\]\n\n/);
  expect(out).toContain('\nExit codes: 0 clean');
  expect({ err, code }).toEqual({ err: '', code: 0 });
});

test('check without a path looks at the driver it is run in', () => {
  const { out, code } = netmem(['check'], { cwd: join(cwd, 'foo') });
  expect(out).toMatch(/^foo\.c:/);
  expect(code).toBe(1);
});

test('text looks like a compiler’s: file, line, column, word, message, rule, then the source', () => {
  const { out } = netmem(['check', '--select', 'RX6', 'foo'], { cwd });
  const line = DRIVER.split('\n').findIndex((text) => text.includes('dma_sync_')) + 1;
  expect(out.split('\n')).toEqual([
    expect.stringMatching(
      new RegExp(`^foo/foo\\.c:${line}:2: warning: use page_pool_dma_sync_.*\\[rx6-dma-sync\\]$`),
    ),
    expect.stringMatching(new RegExp(`^ +${line} \\|         dma_sync_single_for_cpu`)),
    `      |         ^${'~'.repeat('dma_sync_single_for_cpu'.length - 1)}`,
    expect.stringMatching(/^ {2}advice: dma_sync_single_for_cpu\(\) stays: /),
    '',
  ]);
});

test('each line of jsonl has the fields that scripts rely on', () => {
  const { out } = netmem(['check', '--format', 'jsonl', 'foo'], { cwd });
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.length).toBeGreaterThan(3);
  for (const line of lines) {
    expect(line).toMatchObject({
      file: 'foo/foo.c',
      line: expect.any(Number) as unknown,
      column: expect.any(Number) as unknown,
      endLine: expect.any(Number) as unknown,
      endColumn: expect.any(Number) as unknown,
      rule: expect.stringMatching(/^(rx|tx)\d-/) as unknown,
      requirement: expect.stringMatching(/^(RX[1-7]|TX[12])$/) as unknown,
      severity: expect.stringMatching(/^(error|warning|info|hint)$/) as unknown,
      confidence: expect.stringMatching(/^(high|medium|low)$/) as unknown,
      api: expect.any(String) as unknown,
      fix: expect.stringMatching(/^(none|safe|unsafe|advice)$/) as unknown,
      message: expect.any(String) as unknown,
    });
    expect(line).toHaveProperty('replacement');
  }
});

describe.skipIf(spawnSync('script', ['--version']).status !== 0)('on a terminal', () => {
  /** What the command writes to a pseudo terminal. */
  function onTerminal(environment: Readonly<Record<string, string>>): string {
    const env = { ...process.env, TERM: 'xterm', ...environment };
    for (const name of ['NO_COLOR', 'FORCE_COLOR', 'CI'])
      if (!(name in environment)) Reflect.deleteProperty(env, name);
    const command = `"${process.execPath}" "${NETMEM}" check foo`;
    const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
      cwd,
      encoding: 'utf8',
      env,
    });
    return stdout;
  }

  test('findings are coloured', () => {
    expect(onTerminal({})).toContain(`${ESC}[`);
  });

  test('but not if NO_COLOR is set', () => {
    const out = onTerminal({ NO_COLOR: '1' });
    expect(out).toContain('warning:');
    expect(out).not.toMatch(new RegExp(`${ESC}\\[\\d+m`));
  });
});

describe.skipIf(!existsSync('/dev/full'))('where nothing can be written', () => {
  test('a lost report is said, and is no success', () => {
    const full = openSync('/dev/full', 'w');
    const { stderr, status } = spawnSync(process.execPath, [NETMEM, 'check', 'foo'], {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', full, 'pipe'],
    });
    closeSync(full);
    expect(stderr).toContain(
      'netmem: standard output: no space left on the device; what was printed is not complete\n',
    );
    expect(status).toBe(3);
  });
});

test('a reader that has had enough ends the command quietly', () => {
  const { stdout, stderr } = spawnSync(
    'bash',
    ['-c', `"${process.execPath}" "${NETMEM}" check foo 2>err | head -1`],
    {
      cwd,
      encoding: 'utf8',
    },
  );
  expect(stdout).toMatch(/^foo\/foo\.c:/);
  expect(stderr).toBe('');
  expect(readFileSync(join(cwd, 'err'), 'utf8')).not.toMatch(/EPIPE|internal error|^\s+at /m);
});

describe('netmem baseline', () => {
  test('what lies above the work tree does not hide its findings', () => {
    const tree = scratch({ 'mine/foo/foo.c': DRIVER, 'mine/.git': 'gitdir: elsewhere\n' });
    netmem(['baseline', '--output', '.netmem-baseline.json', 'mine/foo'], { cwd: tree });
    expect(netmem(['check', 'mine/foo'], { cwd: tree }).out).toContain('[rx6-dma-sync]');
    rmSync(join(tree, 'mine/.git'));
    expect(netmem(['check', 'mine/foo'], { cwd: tree }).out).toBe('');
  });

  test('accepts what is there, so that only new findings count', () => {
    const tree = scratch({ 'foo/foo.c': DRIVER });
    const made = netmem(['baseline', 'foo'], { cwd: tree });
    expect(made.err).toMatch(/^netmem: \.netmem-baseline\.json: \d+ findings accepted\n$/);
    expect(made.code).toBe(0);
    expect(netmem(['check', 'foo'], { cwd: tree })).toMatchObject({ out: '', code: 0 });

    write(tree, {
      'foo/foo.c': DRIVER.replace('buf->page = NULL;', 'page_ref_inc(buf->page);\n\tbuf->page = NULL;'),
    });
    const later = netmem(['check', 'foo'], { cwd: tree });
    expect(later.out).toContain('[rx7-recycling]');
    expect(later.out).not.toContain('[rx6-dma-sync]');
    expect(later.code).toBe(1);
    expect(netmem(['check', '--no-baseline', 'foo'], { cwd: tree }).out).toContain('[rx6-dma-sync]');
  });

  test('never overwrites one', () => {
    const mine = '{ "version": 1, "entries": [] } // mine\n';
    const tree = scratch({ 'foo/foo.c': DRIVER, '.netmem-baseline.json': mine });
    const { err, code } = netmem(['baseline', 'foo'], { cwd: tree });
    expect(err).toBe(
      'netmem: .netmem-baseline.json: there already; remove it to start over, or name another with --output\n',
    );
    expect(code).toBe(2);
    expect(readFileSync(join(tree, '.netmem-baseline.json'), 'utf8')).toBe(mine);
  });

  test.skipIf(!existsSync('/proc'))('says so if it cannot be written, and leaves nothing behind', () => {
    const tree = scratch({ 'foo/foo.c': DRIVER });
    const { err, code } = netmem(['baseline', '-o', '/proc/netmem.json', 'foo'], { cwd: tree });
    expect(err).toMatch(/^netmem: .*netmem\.json: .+\n$/);
    expect(code).toBe(2);
    expect(readdirSync(tree)).toEqual(['foo']);
  });
});

test('files that vanish while they are scanned are said, and the others are reported', async () => {
  const tree = scratch(
    Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`d${index}/foo.c`, DRIVER] as const)),
  );
  const child = spawn(process.execPath, [NETMEM, 'check', '.'], { cwd: tree });
  let out = '';
  let err = '';
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (err += data.toString()));
  const gone = new Promise((done) => child.once('close', done));
  const remover = spawn('bash', ['-c', 'sleep 0.2; rm -rf d5[0-9]'], { cwd: tree });
  await new Promise((done) => remover.once('exit', done));
  const code = await gone;
  expect(out).toContain('d0/foo.c:');
  expect(err).not.toMatch(/internal error|^\s+at /m);
  expect([1, 2]).toContain(code);
});

test('fix counts the places that it leaves alone where they are many, and lists them if asked', () => {
  const convertible = readFileSync('test/support/convertible.c', 'utf8');
  const copies = Array.from({ length: 12 }, (_, i) => {
    // A macro reaches into the buffer.
    const macro = `#define FOO${i}_BUSY(b) ((b)->page != NULL)\n`;
    return macro + convertible.replaceAll('foo_', `foo${i}_`);
  });
  const cwd = scratch({ 'foo.c': copies.join('') });
  const places = (err: string): string[] => err.match(/foo\.c:\d+: its buffers are not all tracked/g) ?? [];
  const { err } = netmem(['fix', '--diff', 'foo.c'], { cwd });
  expect(err).toContain('24 places left alone; netmem fix --verbose lists them');
  expect(places(err)).toEqual([]);
  expect(new Set(places(netmem(['fix', '--diff', '--verbose', 'foo.c'], { cwd }).err)).size).toBe(12);
});
