/** Writes the run's log; knows the current moment so that callers need not pass it. */
import { EVENT_KINDS } from '../contract/event.ts';
import type { EventKind } from '../contract/event.ts';
import type { History } from './history.ts';

const NUMBER_OF = new Map<EventKind, number>(EVENT_KINDS.map((kind, index) => [kind, index]));

/** Index of a kind in EVENT_KINDS: take it once, outside the hot path. */
export function eventNumber(kind: EventKind): number {
  return NUMBER_OF.get(kind) ?? 0;
}

/** Values of `refused` records; others are indices into the controlPlane's list. */
export const BIND_REFUSED = -2;
export const BIND_TX_REFUSED = -3;
export const DONTNEED_REFUSED = -4;
export const DONTNEED_NOT_TCP = -5;

export class Log {
  private readonly history: History;
  readonly enabled: boolean;
  /** Number of the next record. */
  seq = 0;
  time = 0;
  step = 0;

  constructor(history: History, enabled: boolean) {
    this.history = history;
    this.enabled = enabled;
  }

  /** @param value meaning depends on the kind: bytes, a drop cause, an errno, a count. -1: none. */
  write(kind: number, queue: number, place: number, packet: number, netmem: number, value: number): void {
    if (!this.enabled) return;
    this.history.write(this.seq++, this.time, this.step, kind, queue, place, packet, netmem, value);
  }
}
