/**
 * Conversions as plain data. A plan is applied whole or not at all; who applies it (editor, terminal, test) is not
 * the plan's business.
 */
import type { FilePath, Location, OffsetRange } from './text/range.ts';

/**
 * `safe`: meaning kept for page-backed memory, and it compiles. `unsafe`: compiles, but a human has to look.
 * `advice`: no edit, only words.
 */
export type Applicability = 'safe' | 'unsafe' | 'advice';

/** Replace the text of `range` by `newText`. */
export interface TextEdit {
  readonly range: OffsetRange;
  readonly newText: string;
}

/** One edit with its place and its one-line reason. */
export interface PlannedEdit extends TextEdit {
  readonly file: FilePath;
  readonly reason: string;
}

/** Something the plan would have had to change and did not, with the one-line reason. */
export interface Refusal {
  readonly location: Location;
  readonly reason: string;
}

export interface FixPlan {
  /** Stable within one analysis: what the editor sends back to name the plan. */
  readonly id: string;
  /** Imperative, as a light-bulb entry: "Sync through the page pool". */
  readonly title: string;
  readonly applicability: Applicability;
  /** Sorted by file and offset, never overlapping. Empty for `advice`. */
  readonly edits: readonly PlannedEdit[];
  readonly refusals: readonly Refusal[];
}
