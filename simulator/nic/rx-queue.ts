/**
 * A receive queue of the device: the payload ring, the header ring (drivers with a header pool), and the queue of
 * completions that the driver has not polled yet.
 */
import { BufferRing } from './buffer-ring.ts';
import { FRAME_BAD_CHECKSUM, FRAME_MALFORMED, FRAME_SPLIT, FRAME_SPLIT_FAILS, FRAME_UDP } from './frame.ts';
import type { WireFrame } from './frame.ts';
import { MAX_SKB_FRAGS, PAGE_SIZE } from '../core/limits.ts';

export interface SplitSettings {
  readonly enabled: boolean;
  readonly thresh: number;
  /** The driver takes the whole frame from one buffer. */
  readonly oneBuffer: boolean;
  readonly hasHeaderRing: boolean;
  /** The first bytes go into a buffer of the header ring also when the frame is not split. */
  readonly headersAlways: boolean;
  /** Payload bytes that stay with the headers. */
  readonly linearBytes: number;
  /** Segments merged into one completion. */
  readonly coalesce: number;
}

/** What a queue's memory is at the device. */
export interface Rings {
  readonly payload: BufferRing;
  readonly header: BufferRing;
}

/** What became of a frame at the device. */
export type Reception = 'filled' | 'merged' | 'no-descriptor' | 'stopped';

export class RxQueue {
  readonly id: number;
  payload: BufferRing;
  header: BufferRing;
  running = false;
  /** Bytes that one payload buffer takes; changes with the pools of the queue. */
  bufferBytes = PAGE_SIZE;
  received = 0;
  dropped = 0;
  /** Buffers that the driver asked for in vain. */
  allocFailures = 0;
  private readonly capacity: number;
  private readonly packets: Int32Array;
  private readonly flows: Uint8Array;
  private readonly flags: Uint8Array;
  private readonly headerBytes: Int32Array;
  private readonly payloadBytes: Int32Array;
  private readonly linearBytes: Int32Array;
  private readonly buffers: Int32Array;
  private readonly segments: Uint8Array;
  private first = 0;
  /** Completions waiting for the driver. */
  completions = 0;

  /** Fields of the completion that `next` took. */
  packet = 0;
  flow = 0;
  frameFlags = 0;
  frameHeaderBytes = 0;
  /** In the payload buffers, and with the headers. */
  framePayloadBytes = 0;
  frameLinearBytes = 0;
  frameBuffers = 0;
  frameSegments = 0;

  constructor(id: number, ringSize: number) {
    this.id = id;
    this.payload = new BufferRing(ringSize);
    this.header = new BufferRing(ringSize);
    this.capacity = ringSize * 2;
    this.packets = new Int32Array(this.capacity);
    this.flows = new Uint8Array(this.capacity);
    this.flags = new Uint8Array(this.capacity);
    this.headerBytes = new Int32Array(this.capacity);
    this.payloadBytes = new Int32Array(this.capacity);
    this.linearBytes = new Int32Array(this.capacity);
    this.buffers = new Int32Array(this.capacity);
    this.segments = new Uint8Array(this.capacity);
  }

  /** Replaces the rings by empty ones of another size; completions must have been dropped before. */
  resize(ringSize: number): void {
    this.payload = new BufferRing(ringSize);
    this.header = new BufferRing(ringSize);
  }

  /** Puts other rings in place; returns those that were there. */
  exchange(rings: Rings): Rings {
    const { payload, header } = this;
    this.payload = rings.payload;
    this.header = rings.header;
    return { payload, header };
  }

  /** Whether the device splits this frame: TCP, well formed, longer than the threshold, and the hardware manages. */
  splits(frame: WireFrame, settings: SplitSettings): boolean {
    return (
      settings.enabled &&
      (frame.flags & (FRAME_UDP | FRAME_MALFORMED | FRAME_SPLIT_FAILS)) === 0 &&
      frame.headerBytes + frame.payloadBytes > settings.thresh
    );
  }

  receive(frame: WireFrame, settings: SplitSettings): Reception {
    if (!this.running) return this.drop('stopped');
    const split = this.splits(frame, settings);
    const linear = split ? Math.min(settings.linearBytes, frame.payloadBytes) : 0;
    const bytes = split ? frame.payloadBytes - linear : frame.headerBytes + frame.payloadBytes;
    const count = settings.oneBuffer ? Math.min(bytes, 1) : Math.ceil(bytes / this.bufferBytes);
    if (split && linear === 0 && settings.coalesce > 1 && this.merge(frame, count, settings)) return 'merged';
    const takesHeader = (split || settings.headersAlways) && settings.hasHeaderRing;
    if (takesHeader && this.header.available === 0) return this.drop('no-descriptor');
    if (this.completions === this.capacity || !this.payload.fill(count)) return this.drop('no-descriptor');
    if (takesHeader) this.header.fill(1);
    let at = this.first + this.completions;
    if (at >= this.capacity) at -= this.capacity;
    this.completions++;
    this.packets[at] = frame.packet;
    this.flows[at] = frame.flow;
    this.flags[at] = split ? frame.flags | FRAME_SPLIT : frame.flags;
    this.headerBytes[at] = frame.headerBytes;
    this.payloadBytes[at] = frame.payloadBytes - linear;
    this.linearBytes[at] = linear;
    this.buffers[at] = count;
    this.segments[at] = 1;
    this.received++;
    return 'filled';
  }

  /** Takes the oldest completion into the public fields; false when there is none. */
  next(): boolean {
    if (this.completions === 0) return false;
    const at = this.first;
    if (++this.first === this.capacity) this.first = 0;
    this.completions--;
    this.packet = this.packets[at];
    this.flow = this.flows[at];
    this.frameFlags = this.flags[at];
    this.frameHeaderBytes = this.headerBytes[at];
    this.framePayloadBytes = this.payloadBytes[at];
    this.frameLinearBytes = this.linearBytes[at];
    this.frameBuffers = this.buffers[at];
    this.frameSegments = this.segments[at];
    return true;
  }

  /** Forgets the completions (queue stop); returns how many frames were lost. */
  dropCompletions(): number {
    let lost = 0;
    while (this.next()) lost += this.frameSegments;
    this.dropped += lost;
    return lost;
  }

  /** LRO / hardware GRO: adds the segment to the newest completion when it continues the same connection. */
  private merge(frame: WireFrame, count: number, settings: SplitSettings): boolean {
    if (this.completions === 0 || frame.flags & FRAME_BAD_CHECKSUM) return false;
    let last = this.first + this.completions - 1;
    if (last >= this.capacity) last -= this.capacity;
    if (this.flows[last] !== frame.flow || this.flags[last] !== FRAME_SPLIT) return false;
    if (this.linearBytes[last] > 0) return false;
    if (this.segments[last] >= settings.coalesce || this.buffers[last] + count > MAX_SKB_FRAGS) return false;
    if (!this.payload.fill(count)) return false;
    this.buffers[last] += count;
    this.payloadBytes[last] += frame.payloadBytes;
    this.segments[last]++;
    this.received++;
    return true;
  }

  private drop(why: 'stopped' | 'no-descriptor'): Reception {
    this.dropped++;
    return why;
  }
}
