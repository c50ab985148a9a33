/** The extension's own times in the real VS Code: activation, first findings in bnxt.c, keystrokes in it. Wall time. */
import { spawnSync } from 'node:child_process';
import { KERNEL_TREE, NO_TREE } from './drivers.ts';
import { median, report, type Row } from './row.ts';

const RUNS = 5;

interface Run {
  readonly activation: { readonly load: number; readonly call: number };
  readonly shown: number;
  readonly firstFindings: number;
  /** Of each keystroke: what the server said it worked, and what passed until it said so, debounce included. */
  readonly work: readonly number[];
  readonly seen: readonly number[];
}

function row(name: string, values: readonly number[], atMost: number | null): Row {
  return {
    name: `editor: ${name}`,
    value: median(values),
    unit: 'ms',
    against: null,
    bound: atMost === null ? null : { of: 'value', atMost },
    check: `median of ${values.length}, best ${Math.min(...values).toFixed(0)} ms`,
    agrees: true,
  };
}

function measure(tree: string): Row[] {
  const { stdout } = spawnSync(process.execPath, ['test/bench/editor-runs.mjs', tree, String(RUNS)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const runs = JSON.parse(stdout.trim().split('\n').at(-1) ?? '[]') as readonly Run[];
  return [
    row(
      'activation, load and call',
      runs.map(({ activation }) => activation.load + activation.call),
      60,
    ),
    row(
      'bnxt.c shown',
      runs.map(({ shown }) => shown),
      null,
    ),
    row(
      'bnxt.c, first findings after opening',
      runs.map(({ firstFindings }) => firstFindings),
      700,
    ),
    row(
      'keystroke in bnxt.c, work of the server',
      runs.flatMap(({ work }) => work),
      16,
    ),
    row(
      'keystroke in bnxt.c, until analysed',
      runs.flatMap(({ seen }) => seen),
      null,
    ),
  ];
}

report(KERNEL_TREE === null ? [{ name: 'editor', skipped: NO_TREE }] : measure(KERNEL_TREE));
