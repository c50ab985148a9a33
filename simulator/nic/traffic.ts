/** The sender: makes frame number n from the mix that the configuration asks for. Draws are in a fixed order. */
import type { Random } from '../core/random.ts';
import type { RunConfig } from '../run/config.ts';
import { FRAME_BAD_CHECKSUM, FRAME_MALFORMED, FRAME_SPLIT_FAILS, FRAME_UDP, MEASURED_FLOW } from './frame.ts';
import type { WireFrame } from './frame.ts';
import { SECOND } from '../core/time.ts';

/** Connections of ordinary readers that share `otherShare`. */
const OTHER_FLOWS = 15;

/** Time of frame `packet` on the wire: whole nanoseconds, no drift for rates that do not divide a second. */
export function arrivalTime(config: RunConfig, packet: number): number {
  return Math.floor((packet * SECOND) / config.rate);
}

export function makeFrame(frame: WireFrame, packet: number, config: RunConfig, random: Random): void {
  frame.packet = packet;
  frame.headerBytes = config.headerBytes;
  frame.flow = random.percent(config.otherShare) ? 1 + random.below(OTHER_FLOWS) : MEASURED_FLOW;
  let flags = 0;
  if (random.percent(config.udpShare)) flags |= FRAME_UDP;
  if (random.percent(config.malformedShare)) flags |= FRAME_MALFORMED;
  if (random.percent(config.badChecksumShare)) flags |= FRAME_BAD_CHECKSUM;
  if (random.percent(config.splitFailureShare)) flags |= FRAME_SPLIT_FAILS;
  frame.flags = flags;
  frame.payloadBytes =
    config.payloadSizes === 'fixed' ? config.payloadBytes : random.below(config.payloadBytes + 1);
}
