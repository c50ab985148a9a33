/**
 * What an io_uring is told of its zero-copy registration beside completions (struct zcrx_event_desc, since 7.2): an event
 * of each type once, and again only after ZCRX_CTRL_ARM_EVENT.
 */

/** enum zcrx_event_type */
export const ALLOC_FAIL = 0;
export const COPY = 1;
export type ZcrxEvent = typeof ALLOC_FAIL | typeof COPY;

export class ZcrxEvents {
  /** Completions posted, by type. */
  readonly posted: [number, number] = [0, 0];
  private readonly wanted: boolean;
  private readonly fired: [boolean, boolean] = [false, false];

  constructor(wanted: boolean) {
    this.wanted = wanted;
  }

  /** zcrx_send_notif() */
  send(event: ZcrxEvent): void {
    if (!this.wanted || this.fired[event]) return;
    this.fired[event] = true;
    this.posted[event]++;
  }

  /** zcrx_arm_notif(): false (-EINVAL) for an event that did not come. */
  arm(event: ZcrxEvent): boolean {
    if (!this.fired[event]) return false;
    this.fired[event] = false;
    return true;
  }
}
