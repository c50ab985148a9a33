/** What a part of the bench reports, and how figures are taken. */

export interface Row {
  /** Stable: the history is kept by it. */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What was measured beside it in the same run, in the same unit. */
  readonly against: { readonly name: string; readonly value: number } | null;
  /** What the value, or (where something is measured beside it) value / against, must keep. */
  readonly bound: {
    readonly of: 'value' | 'ratio';
    readonly atMost?: number;
    readonly atLeast?: number;
  } | null;
  /** How it was seen that the results agree; where they do not, `agrees` is false. */
  readonly check: string;
  readonly agrees: boolean;
}

/** A part that could not be measured here, and what to do about it. */
export interface Skipped {
  readonly name: string;
  readonly skipped: string;
}

/** Hands the rows to the process that prints the table. */
export function report(rows: readonly (Row | Skipped)[]): void {
  process.stdout.write(`${JSON.stringify(rows)}\n`);
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (value === undefined) throw new Error('no value was measured');
  return value;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** CPU time of this process for `work`, in nanoseconds: other processes on the machine do not count. */
export function cpuTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) * 1000;
}

/** Wall time in milliseconds. */
export function wallTime(work: () => void): number {
  const before = performance.now();
  work();
  return performance.now() - before;
}
