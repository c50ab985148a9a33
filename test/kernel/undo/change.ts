/** One-place changes that take support for unreadable memory back out of a driver that has it. */
import type { Requirement } from '../../../extension/analyzer/finding.ts';

export interface Change {
  readonly what: string;
  readonly file: string;
  /** Matches the place; where it matches more than once, the first place counts. */
  readonly find: RegExp;
  /** As for `String.replace`. */
  readonly put: string;
  readonly requirement: Requirement;
}

export interface ReadyDriver {
  readonly name: string;
  /** Below the root of the tree. */
  readonly directory: string;
  readonly changes: readonly Change[];
}
