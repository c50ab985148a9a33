/**
 * `npm run bench -- growth`: what the built command costs for drivers and directories of shapes that could make it slow, at
 * the largest size that is read and at an eighth of it. Eight times the size may cost ten times as much CPU time, the start of
 * the command aside, and no run may take more than 1.5 GB. GROWTH=<word> names shapes, and `check`, `fix` or `model`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SHAPES } from '../support/growth-shapes.ts';
import { TREES, type TreeShape } from '../support/growth-trees.ts';
import { type Row, report } from './row.ts';

const TIMES = 8;
const AT_MOST = 10;
const MOST_MB = 1536;
/** The machine does other things as well: one good measurement is enough, for no luck makes a square linear. */
const ATTEMPTS = 3;
/** Seconds of CPU below which nobody waits, and which the small size is taken to cost at least. */
const FLOOR = 0.15;
/** Seconds of CPU after which a run is killed; by the clock a loaded machine would kill what is only kept waiting. */
const LIMIT = 300;
const HANGS_MS = 3_600_000;
/** Sets the limit of CPU time, which Node has no call for, and becomes the command. */
const LIMITED = `ulimit -t ${LIMIT} && exec "$@"`;

const NETMEM = join(process.env['NETMEM_DIST'] ?? 'dist', 'netmem.cjs');

const COMMANDS = {
  check: ['check'],
  fix: ['fix', '--diff', '--unsafe'],
  model: ['model'],
} as const;
type Command = keyof typeof COMMANDS;

interface Cost {
  readonly seconds: number;
  readonly megabytes: number;
  readonly end: string;
  readonly isOrderly: boolean;
}

const home = mkdtempSync(join(tmpdir(), 'netmem-growth-'));
const hook = join(home, 'hook.cjs');
const usage = join(home, 'usage');
/** Loaded into the command, threads aside: CPU time of user and system, and memory, that it has used when it ends. */
writeFileSync(
  hook,
  `if (require('node:worker_threads').isMainThread) process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    require('node:fs').writeFileSync(process.env.USAGE, (userCPUTime + systemCPUTime) / 1e6 + ' ' + maxRSS / 1024);
  });`,
);

function cost(command: Command, make: (home: string) => readonly string[], isWrong = false): Cost {
  const cwd = join(home, 'tree');
  mkdirSync(cwd);
  const args = make(cwd);
  rmSync(usage, { force: true });
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', LIMITED, 'sh', process.execPath, '--require', hook, NETMEM, ...COMMANDS[command], ...args],
    {
      ...{ cwd, encoding: 'utf8', timeout: HANGS_MS, maxBuffer: 2 ** 30, killSignal: 'SIGKILL' },
      env: { ...process.env, USAGE: usage, NO_COLOR: '1' },
    },
  );
  remove(cwd);
  const failed = /internal error|^\s+at /m.exec(stderr);
  const isOrderly = failed === null && (status === 0 || status === 1 || (isWrong && status === 2));
  const end = isOrderly ? `exit ${status}` : `exit ${status}: ${stderr.slice(0, 200)}`;
  const [seconds, megabytes] = used();
  return { seconds, megabytes, end, isOrderly };
}

/** By `rm`: Node's own removes by recursion, which thousands of directories in each other are too deep for. */
function remove(path: string): void {
  spawnSync('rm', ['-rf', path]);
}

/** Seconds of CPU and MB of memory; all the time that there is, where the command was killed. */
function used(): readonly [number, number] {
  if (!existsSync(usage)) return [LIMIT, 0];
  const [seconds = 0, megabytes = 0] = readFileSync(usage, 'utf8').split(' ').map(Number);
  return [seconds, megabytes];
}

const words = (process.env['GROWTH'] ?? '').split(',').filter((word) => word !== '');
const isWanted = (name: string): boolean => words.length === 0 || words.some((word) => name.includes(word));

const shapes: readonly TreeShape[] = [
  ...SHAPES.map(({ name, largest, text }) => ({
    ...{ name, largest },
    make: (cwd: string, n: number): readonly string[] => {
      writeFileSync(join(cwd, 'heron.c'), text(n));
      return ['heron.c'];
    },
  })),
  ...TREES,
];

const rows: Row[] = [];
let heaviest: { readonly name: string; readonly megabytes: number } = { name: 'nothing', megabytes: 0 };

function measure(shape: TreeShape, command: Command, start: number): void {
  const name = `growth: ${shape.name}, ${command}`;
  if (!isWanted(name)) return;
  const [n, eighth] = [shape.largest, shape.largest / TIMES];
  const small = (): Cost =>
    cost(command, (cwd) => shape.make(cwd, shape.largest < 100 ? eighth : Math.round(eighth)));
  const own = (c: Cost): number => Math.max(c.seconds - start, FLOOR);
  let best = Infinity;
  let seen = '';
  let agrees = true;
  for (let i = 0; i < ATTEMPTS && agrees && !(best <= AT_MOST); i++) {
    const large = cost(command, (cwd) => shape.make(cwd, n), shape.isWrong);
    best = Math.min(best, own(large) / Math.min(own(small()), own(small())));
    if (large.megabytes > heaviest.megabytes) heaviest = { name, megabytes: large.megabytes };
    seen = `${large.end}, ${large.seconds.toFixed(1)} s, ${large.megabytes.toFixed(0)} MB`;
    agrees = large.isOrderly;
  }
  process.stderr.write(`${name}: × ${best.toFixed(1)}, ${seen}\n`);
  const bound = { of: 'value', atMost: AT_MOST } as const;
  rows.push({ name, value: best, unit: '×', against: null, bound, check: seen, agrees });
}

try {
  const [plain] = SHAPES;
  const minimal = (cwd: string): readonly string[] => {
    writeFileSync(join(cwd, 'heron.c'), plain?.text(1) ?? '');
    return ['heron.c'];
  };
  for (const command of ['check', 'fix', 'model'] as const) {
    const start = Math.min(cost(command, minimal).seconds, cost(command, minimal).seconds);
    // Lists of files are the business of `check` alone.
    for (const shape of shapes)
      if (command === 'check' || !/ of a list|baseline/.test(shape.name)) measure(shape, command, start);
  }
  if (rows.length > 0)
    rows.push({
      ...{ name: 'growth: largest memory', value: heaviest.megabytes, unit: 'MB', against: null },
      bound: { of: 'value', atMost: MOST_MB },
      check: heaviest.name.replace('growth: ', ''),
      agrees: true,
    });
} finally {
  remove(home);
}
report(rows);
