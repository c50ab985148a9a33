/**
 * Input that is no driver: one clear line on standard error (file, what, what to do), the right exit code, no stack
 * trace, no hang.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DRIVER, netmem, NETMEM, ROOT, scratch, write, type Run, type RunOptions } from './netmem.ts';

/** Runs `check`; whatever happens, every line on standard error is a message of ours. */
function check(paths: readonly string[], options: RunOptions): Run {
  const run = netmem(['check', ...paths], options);
  const foreign = run.err.split('\n').filter((line) => line !== '' && !line.startsWith('netmem: '));
  expect(foreign).toEqual([]);
  return run;
}

const SUMMARY = 'netmem: no findings in 1 file of 1 driver\n';

describe('a file that', () => {
  const cases: readonly {
    readonly what: string;
    readonly files: Readonly<Record<string, string | Uint8Array>>;
    readonly path: string;
    readonly code: number;
    readonly err: string | RegExp;
  }[] = [
    {
      what: 'is no C, by its name',
      files: { 'notes.txt': 'hello\n' },
      path: 'notes.txt',
      code: 2,
      err: "netmem: notes.txt: not a C file (.c or .h); name a driver's directory or its C sources\n",
    },
    {
      what: 'is no C, by its content',
      files: { 'foo.c': 'def main():\n    """page_pool"""\n    print(f"{x!r}")\n' },
      path: 'foo.c',
      code: 0,
      err: /^netmem: \d+ places? could not be read; what is near may be missing \(--verbose lists them\)\nnetmem: no findings/,
    },
    {
      what: 'is binary',
      files: { 'foo.c': Uint8Array.from({ length: 4096 }, (_, index) => index % 256) },
      path: 'foo.c',
      code: 2,
      err: 'netmem: foo.c: not a text file; name C sources\n',
    },
    {
      what: 'is broken C',
      files: { 'foo.c': DRIVER.replace('bool foo_refill(', 'bool foo_refill(((').replaceAll('}\n\n', '\n') },
      path: 'foo.c',
      code: 0,
      err: /could not be read; what is near may be missing/,
    },
    {
      what: 'is empty',
      files: { 'foo.c': '' },
      path: 'foo.c',
      code: 0,
      err: `netmem: foo.c: empty, nothing to check\n${SUMMARY}`,
    },
    {
      what: 'has 5 MB of generated tables',
      files: { 'foo.c': `static const u32 t[] = {\n${'\t0x00000000, 0x11111111,\n'.repeat(210_000)}};\n` },
      path: 'foo.c',
      code: 2,
      err: 'netmem: foo.c: 5.0 MB, over the limit of 4 MB; generated? split it or leave it out\n',
    },
    {
      what: 'is not UTF-8',
      files: { 'foo.c': Buffer.from('/* page_pool */\n/* M\xfcller */\nint x;\n', 'latin1') },
      path: 'foo.c',
      code: 0,
      err: `netmem: foo.c:2: not UTF-8, read as Latin-1 and never changed; convert it with iconv\n${SUMMARY}`,
    },
    {
      what: 'is missing',
      files: {},
      path: 'foo.c',
      code: 2,
      err: "netmem: foo.c: no such file or directory; name a driver's directory or its C sources\n",
    },
    {
      what: 'is a directory without C',
      files: { 'docs/a.txt': 'hello\n' },
      path: 'docs',
      code: 2,
      err: "netmem: docs: no C sources in it or below; name a driver's directory\n",
    },
    {
      what: 'lies below a file',
      files: { 'foo.c': 'int x;\n' },
      path: 'foo.c/bar.c',
      code: 2,
      err: "netmem: foo.c/bar.c: no such file or directory; name a driver's directory or its C sources\n",
    },
  ];
  test.each(cases)('$what', ({ files, path, code, err }) => {
    const run = check([path], { cwd: scratch(files) });
    if (typeof err === 'string') expect(run.err).toBe(err);
    else expect(run.err).toMatch(err);
    expect(run.code).toBe(code);
  });

  test('is a link to itself', () => {
    const cwd = scratch();
    symlinkSync('foo.c', join(cwd, 'foo.c'));
    const { err, code } = check(['foo.c'], { cwd });
    expect(err).toMatch(/^netmem: foo\.c: symbolic links lead in a circle; name a driver/);
    expect(code).toBe(2);
  });

  test('is a pipe is not waited for', () => {
    const cwd = scratch();
    expect(spawnSync('mkfifo', [join(cwd, 'foo.c')]).status).toBe(0);
    expect(check(['foo.c'], { cwd }).err).toMatch(/^netmem: foo\.c: not a C file/);
  });
});

const DEPTH = 50_000;
test.each([
  ['parentheses', `int x = ${'('.repeat(DEPTH)}1${')'.repeat(DEPTH)};\n`],
  ['braces', `void f(void) ${'{'.repeat(DEPTH)}${'}'.repeat(DEPTH)}\n`],
  ['braces that nobody closes', `void f(void) ${'{'.repeat(DEPTH)}\n`],
  ['calls', `int f(int a) { return ${'g('.repeat(DEPTH)}a${')'.repeat(DEPTH)}; }\n`],
  ['a sum', `int f(int a) { return ${'a + '.repeat(DEPTH)}a; }\n`],
  ['else if', `int f(int a) { ${'if (a) return 1; else '.repeat(10_000)} return 2; }\n`],
  ['conditionals', `${'#if X\n'.repeat(10_000)}int x;\n${'#endif\n'.repeat(10_000)}`],
])('%s nested beyond reason: what stands beside it is still found', (_, text) => {
  const cwd = scratch({ 'deep.c': `/* page_pool */\n${text}`, 'foo.c': DRIVER });
  const { out, code } = check(['.'], { cwd });
  expect(code).toBe(1);
  expect(out).toContain('[rx6-dma-sync]');
});

describe('a directory', () => {
  test('that links back to itself is walked once', () => {
    const cwd = scratch({ 'foo/foo.c': DRIVER });
    symlinkSync('..', join(cwd, 'foo/up'));
    symlinkSync('.', join(cwd, 'loop'));
    const { out, err, code } = check(['.'], { cwd });
    expect(code).toBe(1);
    expect(out.match(/\[rx6-dma-sync\]/g)).toHaveLength(1);
    expect(err).toContain('in 1 file of 1 driver');
  });

  test('with links that lead out of it: nothing out there is read or changed', () => {
    const home = scratch({
      'out/victim.c': DRIVER,
      'out/deep/victim.c': DRIVER,
      'work/foo/foo.c': 'int x;\n',
    });
    const cwd = join(home, 'work');
    symlinkSync('../../out/victim.c', join(cwd, 'foo/linked.c'));
    symlinkSync('../../out', join(cwd, 'foo/below'));
    write(cwd, { 'foo/Makefile': 'obj-m := foo.o\nfoo-y := foo.o linked.o below/victim.o\n' });
    const { out, code } = check(['.'], { cwd });
    expect({ out, code }).toEqual({ out: '', code: 0 });
    netmem(['fix', '--write', '--unsafe', '.'], { cwd });
    for (const name of ['victim.c', 'deep/victim.c'])
      expect(readFileSync(join(home, 'out', name), 'utf8')).toBe(DRIVER);
  });

  test('that may not be read is named, and the rest is checked', () => {
    const cwd = scratch({ 'open/foo.c': DRIVER, 'shut/foo.c': DRIVER, 'half/foo.c': DRIVER });
    chmodSync(join(cwd, 'shut'), 0o000);
    chmodSync(join(cwd, 'half/foo.c'), 0o000);
    const { out, err, code } = check(['open', 'shut', 'half/foo.c'], asNobody(cwd));
    chmodSync(join(cwd, 'shut'), 0o755);
    expect(err).toContain('netmem: shut: permission denied; its sources were not checked\n');
    expect(err).toContain('netmem: half/foo.c: permission denied\n');
    expect(out).toContain('open/foo.c');
    expect(code).toBe(2);
  });
});

/** Root may read everything, so that another user has to try; the command is copied to where that user can read it. */
function asNobody(cwd: string): RunOptions {
  if (process.getuid?.() !== 0) return { cwd };
  const home = scratch();
  chmodSync(home, 0o755);
  chmodSync(cwd, 0o755);
  for (const file of ['netmem.cjs', 'web-tree-sitter.wasm', 'tree-sitter-c.wasm'])
    copyFileSync(join(ROOT, 'dist', file), join(home, file));
  return { cwd, uid: 65_534, command: join(home, 'netmem.cjs') };
}

describe('wrong usage', () => {
  const cwd = scratch({ 'foo/foo.c': DRIVER, 'none/main.c': 'int main(void)\n{\n\treturn 0;\n}\n' });
  test.each([
    [['check'], /^netmem: no path given, and no C file here; name a driver: netmem check /],
    [['check', '--color', 'red', 'foo'], /^netmem: .*'red' is invalid.*auto, always, never/],
    [['simulate', 'none'], /^netmem: none: nothing to run: no pool, no poll/],
    [['chekc', 'foo'], /^netmem: unknown command 'chekc'.*check/s],
    [['check', '--fromat', 'json', 'foo'], /^netmem: unknown option '--fromat'.*--format/s],
    [['check', '--format', 'xml', 'foo'], /^netmem: .*'xml' is invalid.*Allowed choices are text, jsonl/],
    [['check', '--jobs', '0', 'foo'], /^netmem: .*not a number from 1 to 64/],
    [['check', '--kernel', 'foo', 'foo'], /^netmem: foo: not a kernel tree .*name its root directory\n$/],
    [['check', '--config', 'none.json', 'foo'], /^netmem: .*none\.json: no such file or directory\n/],
    [['check', '--select', 'RX44', 'foo'], /^netmem: --select: RX44 is neither a rule nor a requirement/],
    [['check', '--files-from', 'none.txt'], /^netmem: none\.txt: no such file or directory\n$/],
    [['check', '--diff', 'foo/foo.c'], /^netmem: --diff: no unified diff in the input/],
    [['check', '--diff', '-', '--files-from', '-'], /^netmem: .*both want standard input/],
    [['replay', 'none.trace'], /^netmem: none\.trace: no such file or directory\n$/],
  ])('%j ends with 2 and says what to do', (args, message) => {
    const { out, err, code } = netmem(args, { cwd });
    expect(err).toMatch(message);
    expect(err).not.toMatch(/^\s+at /m);
    expect({ out, code }).toEqual({ out: '', code: 2 });
  });
});

describe('a settings file', () => {
  test.each([
    ['{ "rules": { "RX3": "loud" } }', /\.netmemrc\.json:1: .*off/],
    ['{\n  "confidance": "high"\n}', /\.netmemrc\.json:2: /],
    ['{ "select": ["RX44"] }', /\.netmemrc\.json: RX44 is neither a rule nor a requirement/],
    ['{\n  "rules": {\n', /\.netmemrc\.json:\d: /],
  ])('%j is refused with its line', (text, message) => {
    const cwd = scratch({ 'foo/foo.c': DRIVER, '.netmemrc.json': text });
    const { out, err, code } = netmem(['check', 'foo'], { cwd });
    expect(err).toMatch(message);
    expect({ out, code }).toEqual({ out: '', code: 2 });
  });

  test('grades, silences, selects and excludes', () => {
    const cwd = scratch({
      'foo/foo.c': DRIVER,
      'old/foo.c': DRIVER,
      '.netmemrc.json':
        '{ "rules": { "RX3": "off", "rx6-dma-sync": "error" }, "select": ["RX3", "RX6"], "exclude": ["old"] }',
    });
    const { out, code } = netmem(['check', '.'], { cwd });
    expect(code).toBe(1);
    expect(out.split('\n').filter((line) => line.includes('['))).toEqual([
      expect.stringMatching(/^foo\/foo\.c:\d+:\d+: error: .*\[rx6-dma-sync\]$/),
    ]);
  });
});

/** What `git clone` brings: a link is as long as its target's name, and may lead to anything. */
describe('a name that is looked for and leads to what never ends', () => {
  test.each(['Makefile', 'endless.h', 'include/linux/skbuff.h'])('%s: is as if it were not there', (name) => {
    const cwd = scratch({
      'foo/foo.c': `#include "endless.h"\n${DRIVER}`,
      'include/net/page_pool/types.h': 'struct page_pool;\n',
      'include/linux/x': '',
    });
    symlinkSync('/dev/zero', join(cwd, name.includes('/') ? name : `foo/${name}`));
    const { out, code } = check(['foo'], { cwd });
    expect(out).toContain('[rx6-dma-sync]');
    expect(code).toBe(1);
  });

  test.each(['.netmemrc.json', '.netmem-baseline.json'])('%s: is said', (name) => {
    const cwd = scratch({ 'foo/foo.c': DRIVER });
    symlinkSync('/dev/zero', join(cwd, name));
    const { out, err, code } = check(['foo'], { cwd });
    expect(err).toMatch(
      /^netmem: .*json: (?:not a regular file|leads out of the work tree, to \/dev\/zero; nothing there is read)\n/,
    );
    expect({ out, code }).toEqual({ out: '', code: 2 });
  });
});

test('the file that is not there does not keep the others from being checked', () => {
  const cwd = scratch({ 'foo/foo.c': DRIVER });
  const { out, err, code } = check(['foo', 'bar'], { cwd });
  expect(out).toContain('[rx6-dma-sync]');
  expect(err).toContain('netmem: bar: no such file or directory');
  expect(code).toBe(2);
});

test('a working directory that is gone is said', () => {
  const { stderr, status } = spawnSync(
    'bash',
    ['-c', `mkdir gone && cd gone && rmdir ../gone && "${process.execPath}" "${NETMEM}" check foo`],
    { cwd: scratch(), encoding: 'utf8' },
  );
  expect(stderr).toBe('netmem: the directory this runs in is gone; change to another one\n');
  expect(status).toBe(2);
});

test('a copy of the command without its parser says what is missing', () => {
  const home = scratch();
  mkdirSync(join(home, 'foo'));
  cpSync(join(ROOT, 'dist/netmem.cjs'), join(home, 'netmem.cjs'));
  write(home, { 'foo/foo.c': DRIVER });
  const { err, code } = netmem(['check', 'foo'], { cwd: home, command: join(home, 'netmem.cjs') });
  expect(err).toMatch(/^netmem: .*web-tree-sitter\.wasm/);
  expect(err).not.toMatch(/^\s+at /m);
  expect(code).toBe(3);
});

test('places that could not be read are listed on request, with file and line', () => {
  const cwd = scratch({ 'foo.c': 'def main():\n    """page_pool"""\n    print(f"{x!r}")\n' });
  expect(netmem(['check', 'foo.c'], { cwd }).err).not.toMatch(/foo\.c:\d+: /);
  expect(netmem(['check', '--verbose', 'foo.c'], { cwd }).err).toMatch(
    /^netmem: foo\.c:\d+: could not be read: /m,
  );
});
