/** From a keystroke in bnxt.c to the verdict of its run on the screen, in the real VS Code. Wall time. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { KERNEL_TREE, NO_TREE } from './drivers.ts';
import { median, percentile, report, type Row } from './row.ts';

const OUTPUT = 'dist/bench/verdict.json';
/** Until the compiler of the page has seen the code. */
const WARM_UP = 5;

function rows(): Row[] {
  const { status } = spawnSync('npx', ['vitest', 'run', '--config', 'test/bench/vitest.config.ts'], {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, NETMEM_BENCH_OUTPUT: OUTPUT },
  });
  if (status !== 0) throw new Error(`vitest ended with ${status}`);
  const times = (JSON.parse(readFileSync(OUTPUT, 'utf8')) as readonly number[]).slice(WARM_UP);
  const shared = {
    unit: 'ms',
    against: null,
    check: `${times.length} keystrokes, each until the panel showed its own run`,
    agrees: true,
  };
  const name = 'verdict: keystroke in bnxt.c';
  return [
    { name: `${name}, median`, value: median(times), bound: { of: 'value', atMost: 250 }, ...shared },
    { name: `${name}, 95th`, value: percentile(times, 0.95), bound: null, ...shared },
  ];
}

report(KERNEL_TREE === null ? [{ name: 'verdict', skipped: NO_TREE }] : rows());
