/** The device between the wire and its receive queues: link, steering, longest frame, split. */
import type { RunConfig } from '../contract/config.ts';
import { DROP_CAUSES } from '../contract/snapshot.ts';
import type { WireFrame } from './frame.ts';
import type { Reception, RxQueue, SplitSettings } from './rx-queue.ts';
import { Steering } from './steering.ts';

/** Ethernet header, VLAN tag and checksum on top of the MTU. */
const FRAME_OVERHEAD = 22;

export type Arrival = Exclude<Reception, 'stopped' | 'no-descriptor'> | 'dropped';

export class Device {
  linkUp = true;
  /** Queue of the latest frame; -1: it got to none. */
  queue = -1;
  /** Index into DROP_CAUSES, when the latest frame was dropped. */
  cause = -1;
  private readonly queues: readonly RxQueue[];
  private readonly steering: Steering;

  constructor(config: RunConfig, queues: readonly RxQueue[]) {
    this.queues = queues;
    this.steering = new Steering(config);
  }

  receive(frame: WireFrame, mtu: number, settings: SplitSettings): Arrival {
    this.queue = -1;
    if (!this.linkUp) return this.drop(LINK_DOWN);
    this.queue = this.steering.queueOf(frame);
    if (frame.headerBytes + frame.payloadBytes > mtu + FRAME_OVERHEAD) return this.drop(TOO_LONG);
    const reception = this.queues[this.queue].receive(frame, settings);
    switch (reception) {
      case 'stopped':
        return this.drop(STOPPED);
      case 'no-descriptor':
        return this.drop(NO_DESCRIPTOR);
      case 'merged':
      case 'filled':
        return reception;
    }
  }

  private drop(cause: number): Arrival {
    this.cause = cause;
    return 'dropped';
  }
}

const LINK_DOWN = DROP_CAUSES.indexOf('link-down');
const TOO_LONG = DROP_CAUSES.indexOf('frame-too-long');
const STOPPED = DROP_CAUSES.indexOf('queue-stopped');
export const NO_DESCRIPTOR = DROP_CAUSES.indexOf('no-descriptor');
