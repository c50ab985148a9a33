/** Bounds of the analysis, and what is left out where one is met. */
import type { Location } from '../../text/range.ts';

/** A part of a driver that is larger than any driver is, and was left out. */
export interface Limit {
  readonly location: Location;
  /** What was left out, and the bound. */
  readonly reason: string;
  /** Files or functions are not read at all: nothing can be converted, since they may hold what is. */
  readonly hides?: true;
}
