/**
 * Checks of untrusted plain data. What crosses a window, a worker or a file is `unknown` until one of these says
 * otherwise; a check never throws and never changes the value.
 */

/** An object whose members are not known yet. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isString(value: unknown): value is string {
  return typeof value === 'string';
}

/** A finite number: what JSON can carry. */
export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** An integer of at least `least`. */
export function isCount(value: unknown, least = 0): value is number {
  return Number.isSafeInteger(value) && Number(value) >= least;
}

/** One of the given words. */
export function isOneOf<T extends string>(words: readonly T[], value: unknown): value is T {
  return words.some((word) => word === value);
}

export function isArrayOf<T>(item: (value: unknown) => value is T, value: unknown): value is readonly T[] {
  return Array.isArray(value) && value.every(item);
}

/** An object that maps any name to a value of one kind. */
export function isRecordOf<T>(
  item: (value: unknown) => value is T,
  value: unknown,
): value is Readonly<Record<string, T>> {
  return isFields(value) && Object.values(value).every(item);
}
