/** The driver's receive side on one queue between two steps: program counter, buffers in hand, the frame at work. */
import type { CompiledProgram } from '../program/compile.ts';
import { FRAME_SPLIT } from '../nic/frame.ts';
import type { RxQueue } from '../nic/rx-queue.ts';

/** What of a frame a completion is for: its header buffer, one of its payload buffers, or all of it. */
export type Part = 'header' | 'payload' | 'frame';

/** Most alias classes a path may name. */
const MAX_BUFFERS = 32;

export class RxContext {
  readonly queue: RxQueue;
  program: CompiledProgram;
  pc = 0;
  /** A poll has begun and not ended. */
  polling = false;
  /** Frames done in this poll. */
  work = 0;
  /** A frame is at work. */
  inFrame = false;
  packet = -1;
  flow = 0;
  flags = 0;
  headerBytes = 0;
  payloadBytes = 0;
  /** Payload that the device left with the headers. */
  linearBytes = 0;
  segments = 1;
  /** Buffers of the frame, those not yet taken, and the bytes of an even share. */
  buffers = 0;
  buffersLeft = 0;
  /** What the completion at hand is for, where the device writes one for each part of a frame. */
  part: Part = 'frame';
  /** The headers can be copied: split off by the device, or read out of readable payload. */
  headersAtHand = false;
  skb = 0;
  /** The frame went up the stack. */
  delivered = false;
  /** The frame hit a fault. */
  faulted = false;
  allocFailed = false;
  /** A driver of which `xdp-consumed` was asked. */
  readonly current = new Float64Array(MAX_BUFFERS);
  readonly fresh = new Float64Array(MAX_BUFFERS);
  /** First buffer of the frame, when the driver took the next one with it in hand: what an xdp_buff is made around. */
  kept = 0;
  /** The latest payload buffer of this poll that went up in a packet; 0: none yet. */
  gone = 0;
  /** Went into the skb; only for operations that look at it after that. */
  readonly moved = new Float64Array(MAX_BUFFERS);
  /** Place where the driver set the slot of the current buffer to NULL; -1 where it did not. */
  readonly cleared = new Int32Array(MAX_BUFFERS).fill(-1);
  /** A loop over empty descriptors is running. */
  filling = false;
  /** A loop over descriptors of a ring that the machine does not have has not run yet. */
  once = false;
  /** Values of the program's variables. */
  variables = new Int32Array(0);
  /** Values of the members that the queue keeps from one program to the next. */
  state = new Int32Array(0);
  /** Softirq time until which this queue's CPU is busy. */
  interruptPending = false;
  /** Polls in a row that dealt with nothing. */
  fruitless = 0;

  constructor(queue: RxQueue, program: CompiledProgram) {
    this.queue = queue;
    this.program = program;
  }

  /** A new frame: nothing is in hand. Loops, since fill() of a few elements costs more than all the rest. */
  forgetBuffers(): void {
    this.kept = 0;
    for (let buffer = 0; buffer < this.program.buffers.length; buffer++) {
      this.current[buffer] = 0;
      this.cleared[buffer] = -1;
      this.moved[buffer] = 0;
    }
  }

  /** The skb is gone, and what it holds is out of the driver's sight. */
  forgetMoved(): void {
    for (let buffer = 0; buffer < this.program.buffers.length; buffer++) this.moved[buffer] = 0;
  }

  /** The buffer an operation works on; 0 when the frame has none of this class. */
  operand(buffer: number): number {
    if (buffer < 0) return 0;
    const current = this.current[buffer];
    if (current !== 0) return current;
    const fresh = this.fresh[buffer];
    return fresh !== 0 ? fresh : this.moved[buffer];
  }

  get split(): boolean {
    return (this.flags & FRAME_SPLIT) !== 0;
  }

  /** Bytes in each of the frame's buffers, the last one takes the rest. */
  bytesOfBuffer(): number {
    if (this.buffers === 0) return 0;
    const share = Math.floor(this.payloadBytes / this.buffers);
    return this.buffersLeft === 0 ? this.payloadBytes - share * (this.buffers - 1) : share;
  }
}

/** Polls in a row that dealt with nothing, before a queue counts as stuck. */
const FRUITLESS_POLLS = 64;

/**
 * The device would interrupt for ever; when only polls that lead to nothing are left, the answer will not change.
 * @param waiting events that are still to come
 */
export function isStuck({ fruitless }: RxContext, all: readonly RxContext[], waiting: number): boolean {
  if (fruitless < FRUITLESS_POLLS) return false;
  const stuck = all.filter((each) => each.fruitless >= FRUITLESS_POLLS);
  return waiting <= stuck.filter((each) => each.interruptPending || each.polling).length;
}
