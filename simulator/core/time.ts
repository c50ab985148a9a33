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

export const MICROSECOND = 1_000;
export const MILLISECOND = 1_000_000;
export const SECOND = 1_000_000_000;

/** `later` nanoseconds after `time`. */
export function after(time: Nanoseconds, later: number): Nanoseconds {
  return ns(time + later);
}

/** Text for people: the largest unit that keeps the number at least 1, three decimals. */
export function formatTime(time: number): string {
  if (time >= SECOND) return `${(time / SECOND).toFixed(3)} s`;
  if (time >= MILLISECOND) return `${(time / MILLISECOND).toFixed(3)} ms`;
  if (time >= MICROSECOND) return `${(time / MICROSECOND).toFixed(3)} us`;
  return `${time} ns`;
}
