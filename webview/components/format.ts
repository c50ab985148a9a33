/** Numbers and places as people read them. */
import type { SourceRange } from '../../simulator/contract/driver-model.ts';

const COUNT = new Intl.NumberFormat('en-US');

/** 1234567 as `1,234,567`. */
export function count(value: number): string {
  return COUNT.format(value);
}

/** Nanoseconds with a unit that leaves one to three digits before the point. */
export function duration(nanoseconds: number): string {
  if (nanoseconds < 1_000) return `${nanoseconds} ns`;
  if (nanoseconds < 1_000_000) return `${(nanoseconds / 1_000).toFixed(1)} µs`;
  if (nanoseconds < 1_000_000_000) return `${(nanoseconds / 1_000_000).toFixed(2)} ms`;
  return `${(nanoseconds / 1_000_000_000).toFixed(2)} s`;
}

/** `tern_rx.c:41` */
export function placeName(at: SourceRange): string {
  return `${decodeURIComponent(at.file.split('/').at(-1) ?? at.file)}:${at.line}`;
}

/** `1 packet`, `2 packets` */
export function plural(value: number, one: string): string {
  return `${count(value)} ${one}${value === 1 ? '' : 's'}`;
}
