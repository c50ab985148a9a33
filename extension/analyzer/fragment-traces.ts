/** How far mappings of transmission were followed. */
import type { Location } from './text/range.ts';

/** What was followed from one place to another: fragments that are sent, and what the pool of payload is used for. */
export interface FragmentTraces {
  /** True if a mapping of a fragment was found. */
  readonly isMapped: boolean;
  readonly untraced: readonly Untraced[];
  /** Where buffers are received from a pool that another module creates; null if there is no such pool. */
  readonly foreignPool: Location | null;
  /** Where payload is synchronised for the CPU through its pool; null if that was not found. */
  readonly syncedAt: Location | null;
}

/** A place from which a mapping could not be followed. */
export interface Untraced {
  readonly location: Location;
  /** What was not found. */
  readonly reason: string;
}
