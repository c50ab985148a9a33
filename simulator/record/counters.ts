/** Counts of a run; every frame ends in exactly one of delivered, dropped, faulted or in flight. */
import { DROP_CAUSES } from '../contract/snapshot.ts';

export class Counters {
  wire = 0;
  /** Accepted by a socket. */
  delivered = 0;
  faulted = 0;
  /** Of those, frames that the device had not split. */
  faultedUnsplit = 0;
  dropped = 0;
  readonly byCause = new Int32Array(DROP_CAUSES.length);
  allocFailures = 0;
  interrupts = 0;
  polls = 0;
  /** Frames that the driver took from its rings. */
  completions = 0;
  /** Packets that GRO merged into others. */
  groMerges = 0;

  drop(cause: number, frames: number): void {
    this.dropped += frames;
    this.byCause[cause] += frames;
  }
}
