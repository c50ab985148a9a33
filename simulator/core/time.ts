/**
 * Simulated time: whole nanoseconds since the start of the run, as a branded number. 2^53 ns are 104 days, far above
 * the longest run; sums and differences of whole numbers below that are exact, so runs are bit-for-bit repeatable.
 */
declare const nanoseconds: unique symbol;
export type Nanoseconds = number & { readonly [nanoseconds]: true };

/** Brands a whole number of nanoseconds; fractions are cut off, since time is integral. */
export function ns(value: number): Nanoseconds {
  return Math.trunc(value) as Nanoseconds;
}

export const SECOND = 1_000_000_000;
