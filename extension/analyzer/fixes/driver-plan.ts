/** A plan with what it is about, so that findings, places and names lead to it. */
import type { FixPlan } from '../fix.ts';
import type { FilePath, Location } from '../text/range.ts';
import type { TextEdit } from '../fix.ts';

/** Why something stays as it is. */
export interface Obstacle {
  readonly location: Location;
  readonly reason: string;
  /** In words that are the same for all of a kind: what summaries count. */
  readonly cause: string;
}

/** One edit before it is laid out. */
export interface FileEdit extends TextEdit {
  readonly file: FilePath;
  readonly reason: string;
}

export interface DriverPlan {
  /** What is converted: a buffer with all that holds it, the transmit path, a pool's parameters, synchronisation. */
  readonly kind: 'buffer' | 'transmit' | 'pool' | 'sync';
  readonly plan: FixPlan;
  /** What a user may call it: fields, variables, functions, pools, and ids of alias classes. */
  readonly names: ReadonlySet<string>;
  /** Every place that it is about: findings at one of them are mended by it. */
  readonly places: readonly Location[];
  readonly obstacles: readonly Obstacle[];
}

/** A plan that is not carried out, with its reasons. */
export function refusal(id: string, title: string, obstacles: readonly Obstacle[]): FixPlan {
  return {
    id,
    title,
    applicability: 'advice',
    edits: [],
    refusals: obstacles.map(({ location, reason }) => ({ location, reason })),
  };
}
