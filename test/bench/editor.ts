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

function runsIn(tree: string, window: 'started' | 'standing' | 'tree'): readonly Run[] {
  const command = ['test/bench/editor-runs.mjs', tree, window, String(RUNS)];
  const { stdout } = spawnSync(process.execPath, command, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '[]') as readonly Run[];
}

function measure(tree: string): Row[] {
  const runs = runsIn(tree, 'started');
  const first = (where: string, of: readonly Run[], atMost: number | null): Row => ({
    ...row(
      `bnxt.c, first findings, ${where}`,
      of.map(({ firstFindings }) => firstFindings),
      atMost,
    ),
    against: { name: 'text shown', value: median(of.map(({ shown }) => shown)) },
  });
  return [
    row(
      'activation, load and call',
      runs.map(({ activation }) => activation.load + activation.call),
      60,
    ),
    first('window just started', runs, null),
    first('window that stood 10 s', runsIn(tree, 'standing'), 700),
    first('same, opened on the tree', runsIn(tree, 'tree'), null),
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
