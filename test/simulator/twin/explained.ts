/**
 * Differences between the kernel and the simulator that are meant, each with the kernel's line that makes it. The replay
 * fails on a difference that is not here, and on an entry that no case has any more.
 */
import type { TwinRelease } from './outcome.ts';

export interface Explained {
  readonly releases: readonly TwinRelease[];
  /** Names of cases; `*` stands for any text without blanks. */
  readonly cases: readonly string[];
  /** Fields of the outcome; `pool.*` is all of the pool's. */
  readonly fields: readonly string[];
  /** Function or file and line of the kernel. */
  readonly kernel: string;
  readonly why: string;
}

export const EXPLAINED: readonly Explained[] = [];

/** Whether an entry speaks of this field of this case. */
export function explains(entry: Explained, release: TwinRelease, name: string, field: string): boolean {
  return (
    entry.releases.includes(release) &&
    entry.cases.some((pattern) => matches(pattern, name)) &&
    entry.fields.some((pattern) => matches(pattern, field))
  );
}

function matches(pattern: string, text: string): boolean {
  const source = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('\\S*')}$`).test(text);
}
