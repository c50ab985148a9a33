/** `netmem simulate` from the command line's words to what is printed and how it ends. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PLAIN } from '../../extension/analyzer/report/writer.ts';
import { runProgram } from '../../extension/cli/program.ts';
import { SCENARIOS } from '../../simulator/scenarios/catalogue.ts';

interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly messages: readonly string[];
}

async function netmem(...argv: string[]): Promise<Ran> {
  let out = '';
  const messages: string[] = [];
  const exit = await runProgram(argv, {
    out: (text) => (out += text),
    message: (text) => messages.push(text),
    progress: () => undefined,
    style: PLAIN,
    cwd: ROOT,
    isScreen: false,
    readStdin: () => Promise.resolve(Buffer.alloc(0)),
  });
  return { exit, out, messages };
}

const ROOT = resolve(import.meta.dirname, '../..');

/** The packaged command: what reads C needs the parser that lies beside it. */
function packaged(...argv: string[]): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/netmem.cjs', ...argv], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return { exit: status ?? -1, out: stdout, messages: stderr.trimEnd().split('\n') };
}

describe('the reference driver with device memory', () => {
  let ran: Ran;
  beforeAll(async () => {
    ran = await netmem('simulate');
  });

  test('passes, verdict first', () => {
    expect(ran.exit).toBe(0);
    expect(ran.out.split('\n')[0]).toMatch(/^pass /);
    expect(ran.out).toContain('500 on the wire, 500 delivered, 500 read, 0 dropped');
  });

  test('is the same text every time', async () => {
    expect((await netmem('simulate')).out).toBe(ran.out);
  });
});

describe('a driver on pages, without a scenario', () => {
  test('that does not split is not asked to', () => {
    const { out } = packaged('simulate', 'extension/example', '-p', 'pages');
    expect(out).toContain('scenario linear-driver-on-pages');
    expect(out).not.toContain('tcp-data-split enabled');
  });

  test('that splits runs with the split', () => {
    const { out } = packaged('simulate', 'test/support/compliant', '-p', 'pages');
    expect(out).toMatch(/^pass /);
    expect(out).toContain('scenario pages-work');
  });

  test('keeps to the scenario that was named', () => {
    const { out } = packaged('simulate', 'extension/example', '-p', 'pages', '-s', 'dmabuf-works');
    expect(out).toContain('scenario dmabuf-works');
  });
});

test('a mistake is shown as a compiler shows it, with the line of source', async () => {
  const { out } = await netmem('simulate', '--scenario', 'payload-read');
  expect(out.split('\n')[0]).toMatch(/^FAIL /);
  expect(out).toMatch(/^reference\.c:\d+:\d+: error: RX5 /m);
  expect(out).toContain('page_address(netmem_to_page(rxb->netmem))');
  expect(out).toMatch(/^to blame {5}driver$/m);
});

test.each(['dmabuf-works', 'payload-read', 'bind-queue-idx-missing', 'tx-plain-unmap', 'shared-pool'])(
  '%s fits 80 columns',
  async (scenario) => {
    const { out } = await netmem('simulate', '--scenario', scenario);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  },
);

test('a user driver that cannot be bound fails, and its errno is named', () => {
  const { exit, out } = packaged('simulate', 'extension/example');
  expect(exit).toBe(1);
  expect(out.split('\n')[0]).toMatch(/^FAIL +bind-rx refused: E[A-Z]+, /);
  expect(out).toMatch(/^to blame {5}driver$/m);
});

test('a refusal says what would break behind it, and how to see that; its first fault is the headline there', () => {
  const refused = packaged('simulate', 'extension/example');
  const said = /past the refusal: \d+ more, first at (\S+:\d+:\d+)\n +netmem simulate --explore/.exec(
    refused.out,
  );
  expect(said).not.toBeNull();
  const explored = packaged('simulate', '--explore', 'extension/example');
  expect(explored.exit).toBe(1);
  const headline = explored.out.split(/^bind-rx/m)[0] ?? '';
  expect(headline).toMatch(/^FAIL +past the refusal of bind-rx \(E[A-Z]+\): /);
  expect(headline).toContain(said?.[1] ?? 'no place');
  expect(explored.out).not.toContain('--explore');
});

test('the modes of a driver are listed with their answers', async () => {
  const listed = packaged('simulate', 'extension/example', '--mode', 'list', '--format', 'json');
  expect([listed.exit, Array.isArray(JSON.parse(listed.out))]).toEqual([0, true]);
  const alone = await netmem('simulate', '--mode', 'list');
  expect([alone.exit, alone.messages.join()]).toEqual([2, expect.stringContaining('name the driver')]);
});

test('netmem modes says where a provider is bound', () => {
  const { exit, out } = packaged('modes', 'extension/example', '--format', 'json');
  expect(exit).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ driver: 'tern', hasQueueOperations: true });
  expect(packaged('modes', 'extension/example').out).toMatch(/^tern: .*setting/);
});

test('a mode that the driver does not ask for is refused', () => {
  expect(packaged('simulate', 'extension/example', '--mode', 'no_such_mode=yes').exit).toBe(2);
});

test('all scenarios come out, and the exit code says so', async () => {
  const { exit, out, messages } = await netmem('simulate', '--scenario', 'all');
  expect(exit).toBe(0);
  expect(out.match(/^ok {3}/gm)).toHaveLength(SCENARIOS.length);
  expect(messages).toEqual([`${SCENARIOS.length} of ${SCENARIOS.length} scenarios came out as they should`]);
}, 180_000);

test('all scenarios of a release are those that come out so on it', async () => {
  const { exit, out, messages } = await netmem('simulate', '--scenario', 'all', '--kernel', '6.12');
  expect(exit).toBe(0);
  expect(out).toContain('no-split-on-6.12');
  expect(out).not.toContain('zcrx-works');
  expect(out).not.toContain('rx-page-size');
  expect(messages).toHaveLength(1);
}, 180_000);

test('a parameter that breaks the run makes it fail', async () => {
  const { exit, out } = await netmem('simulate', '--param', 'tcpDataSplit=disabled');
  expect(exit).toBe(1);
  expect(out).toContain('EINVAL');
});

test('json carries the verdict and the configuration, with names as the user knows them', async () => {
  const { out } = await netmem('simulate', '--format', 'json', '--provider', 'zcrx', '--seed', '7');
  const report: unknown = JSON.parse(out);
  expect(report).toMatchObject({
    scenario: 'dmabuf-works',
    passed: true,
    seed: 7,
    config: { provider: 'zcrx' },
    verdict: { state: 'pass', bind: { request: 'zcrx-register', accepted: true } },
  });
});

test('the list names every scenario', async () => {
  const { exit, out } = await netmem('simulate', '--list');
  expect(exit).toBe(0);
  for (const { id } of SCENARIOS) expect(out).toContain(`${id}  `);
});

test.each([
  [['--scenario', 'nonsense'], /there is no scenario nonsense; netmem simulate --list/],
  [['--param', 'ringSize'], /key=value/],
  [['--param', 'ringsize=3'], /no such parameter/],
  [['--param', 'ringSize=-4'], /ringSize: -4 is outside .*EINVAL/],
  [['--param', 'packets=many'], /not a number/],
  [['--param', 'xdp=maybe'], /neither true nor false/],
  [['--provider', 'magic'], /magic/],
  [['--seed', '-1'], /whole number/],
  [['--kernel', '5.10'], /without a driver, one of 6\.12/],
])('%j is refused in one line, exit code 2', async (argv, message) => {
  const { exit, out, messages } = await netmem('simulate', ...argv);
  expect(exit).toBe(2);
  expect(out).toBe('');
  expect(messages.join('\n')).toMatch(message);
  expect(messages.join('\n')).not.toMatch(/\n\s+at /);
});

test('a path without a driver is wrong usage', () => {
  const { exit, messages } = packaged('simulate', 'nowhere/at/all');
  expect(exit).toBe(2);
  expect(messages).toHaveLength(1);
  expect(messages[0]).toContain('nowhere/at/all');
});

describe('traces', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'netmem-simulate-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('are written where they were asked for', async () => {
    const file = (name: string) => join(folder, name);
    const { exit } = await netmem(
      'simulate',
      ...['--pcapng', file('run.pcapng'), '--trace', file('run.json'), '--counters', file('counters.json')],
    );
    expect(exit).toBe(0);
    expect(readFileSync(file('run.pcapng')).readUInt32LE(0)).toBe(0x0a0d0d0a);
    expect(JSON.parse(readFileSync(file('run.json'), 'utf8'))).toHaveProperty('traceEvents');
    expect(JSON.parse(readFileSync(file('counters.json'), 'utf8'))).toHaveProperty('page-pool-stats-get');
  });

  test('that cannot be written are said in one line', async () => {
    const { exit, messages } = await netmem(
      'simulate',
      '--pcapng',
      join(folder, 'no/such/folder/run.pcapng'),
    );
    expect(exit).toBe(2);
    expect(messages.join('\n')).toMatch(/run\.pcapng: cannot be written: /);
  });

  test('of coverage are of all runs, by the names of the driver’s files', () => {
    const file = join(folder, 'all.info');
    const { exit } = packaged('simulate', 'extension/example', '--scenario', 'all', '--coverage', file);
    expect(exit).toBe(1);
    const lcov = readFileSync(file, 'utf8');
    expect(lcov.match(/^SF:.*$/gm)).toContain('SF:extension/example/tern_rx.c');
    expect(lcov).toMatch(/^DA:\d+,[1-9]\d*$/m);
  });

  test('of coverage want a driver', async () => {
    const { exit, messages } = await netmem('simulate', '--coverage', join(folder, 'none.info'));
    expect(exit).toBe(2);
    expect(messages.join('\n')).toMatch(/--coverage: name the driver/);
  });

  test('are of one run', async () => {
    const { exit, messages } = await netmem(
      'simulate',
      '--scenario',
      'all',
      '--counters',
      join(folder, 'all.json'),
    );
    expect(exit).toBe(2);
    expect(messages.join('\n')).toMatch(/name one scenario/);
  });
});
