/** The sender: makes frame number n from the mix that the configuration asks for. Draws are in a fixed order. */
import { Random } from '../core/random.ts';
import type { RunConfig } from '../contract/config.ts';
import { FRAME_BAD_CHECKSUM, FRAME_MALFORMED, FRAME_SPLIT_FAILS, FRAME_UDP, MEASURED_FLOW } from './frame.ts';
import type { WireFrame } from './frame.ts';
import { SECOND } from '../core/time.ts';

/** Connections of ordinary readers that share `otherShare`. */
const OTHER_FLOWS = 15;

/** Everything that comes over the wire, in order. It does not look at the machine: the same seed sends the same frames. */
export class Sender {
  /** Frames sent so far: the number of the next one. */
  sent = 0;
  private config: RunConfig;
  private readonly random: Random;
  /** Nanoseconds that all times moved, because there was a pause. */
  private shift = 0;

  constructor(config: RunConfig, seed: number) {
    this.config = config;
    this.random = new Random(seed);
  }

  /** Time of the next frame; Infinity when all are sent. Whole nanoseconds, no drift whatever the rate. */
  get nextTime(): number {
    if (this.sent >= this.config.packets) return Infinity;
    return Math.floor((this.sent * SECOND) / this.config.rate) + this.shift;
  }

  /** Goes on with another configuration from `now` on; after a pause there is no rush to catch up. */
  reconfigure(config: RunConfig, now: number): void {
    const pausing = this.sent >= this.config.packets;
    this.config = config;
    if (pausing && this.nextTime < now) this.shift += now - this.nextTime;
  }

  private payloadSize(): number {
    const { payloadBytes, payloadSizes } = this.config;
    switch (payloadSizes) {
      case 'fixed':
        return payloadBytes;
      case 'random':
        return this.random.below(payloadBytes + 1);
      case 'powers': {
        const powers = payloadBytes < 1 ? 0 : 32 - Math.clz32(payloadBytes);
        return powers === 0 ? 0 : 2 ** ((this.sent - 1) % powers);
      }
    }
  }

  send(frame: WireFrame): void {
    const { config, random } = this;
    frame.packet = this.sent++;
    frame.headerBytes = config.headerBytes;
    frame.flow = random.percent(config.otherShare) ? 1 + random.below(OTHER_FLOWS) : MEASURED_FLOW;
    let flags = 0;
    if (random.percent(config.udpShare)) flags |= FRAME_UDP;
    if (random.percent(config.malformedShare)) flags |= FRAME_MALFORMED;
    if (random.percent(config.badChecksumShare)) flags |= FRAME_BAD_CHECKSUM;
    if (random.percent(config.splitFailureShare)) flags |= FRAME_SPLIT_FAILS;
    frame.flags = flags;
    frame.payloadBytes = this.payloadSize();
  }
}
