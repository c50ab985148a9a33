/**
 * All skbs of the machine in columns. A handle is an index + 1; 0 is no skb. Frags hold netmem references with their
 * length; the table does not own memory, whoever frees an skb gives its frags back first.
 */
import { MAX_SKB_FRAGS } from '../core/limits.ts';

/** Frag bit: the frag came through a helper that marks the skb unreadable when it is a net_iov. */
export const SKB_UNREADABLE = 1;
/** skb->pp_recycle. */
export const SKB_RECYCLE = 2;
/** The checksum was verified by the device. */
export const SKB_CHECKED = 4;
export const SKB_UDP = 8;
export const SKB_MALFORMED = 16;
/** GRO put frags of pages and net_iovs together: SKB_UNREADABLE speaks for the first segment only. */
export const SKB_MIXED = 32;

export class SkbTable {
  private capacity: number;
  private freeHead = 0;
  private nextFree: Int32Array;
  private fragNetmem: Float64Array;
  private fragBytes: Int32Array;
  /** The buffer that the skb is built around, which lives as long as it does; 0: a head of its own. */
  head: Float64Array;
  /** Bytes of headers in the linear part. */
  linear: Int32Array;
  /** Bytes of payload in the linear part, behind the headers. */
  linearPayload: Int32Array;
  bytes: Int32Array;
  frags: Uint8Array;
  flags: Uint8Array;
  flow: Uint8Array;
  packet: Int32Array;
  segments: Uint8Array;
  truesize: Int32Array;
  queue: Int8Array;
  inUse = 0;

  constructor(capacity = 256) {
    this.capacity = 0;
    this.nextFree = new Int32Array(0);
    this.fragNetmem = new Float64Array(0);
    this.fragBytes = new Int32Array(0);
    this.head = new Float64Array(0);
    this.linear = new Int32Array(0);
    this.linearPayload = new Int32Array(0);
    this.bytes = new Int32Array(0);
    this.frags = new Uint8Array(0);
    this.flags = new Uint8Array(0);
    this.flow = new Uint8Array(0);
    this.packet = new Int32Array(0);
    this.segments = new Uint8Array(0);
    this.truesize = new Int32Array(0);
    this.queue = new Int8Array(0);
    this.grow(capacity);
  }

  /** A new, empty skb. */
  alloc(packet: number, flow: number, queue: number): number {
    if (this.freeHead === 0) this.grow(this.capacity * 2);
    const skb = this.freeHead;
    this.freeHead = this.nextFree[skb];
    this.head[skb] = 0;
    this.linear[skb] = 0;
    this.linearPayload[skb] = 0;
    this.bytes[skb] = 0;
    this.frags[skb] = 0;
    this.flags[skb] = 0;
    this.flow[skb] = flow;
    this.packet[skb] = packet;
    this.segments[skb] = 1;
    this.truesize[skb] = 0;
    this.queue[skb] = queue;
    this.inUse++;
    return skb;
  }

  /** Gives the handle back; the frags must have been released. */
  free(skb: number): void {
    this.frags[skb] = 0;
    this.nextFree[skb] = this.freeHead;
    this.freeHead = skb;
    this.inUse--;
  }

  setLinearPayload(skb: number, bytes: number): void {
    this.bytes[skb] += bytes - this.linearPayload[skb];
    this.linearPayload[skb] = bytes;
  }

  /** Adds a frag; false when the skb has MAX_SKB_FRAGS already. */
  addFrag(skb: number, netmem: number, bytes: number, truesize: number): boolean {
    const count = this.frags[skb];
    if (count === MAX_SKB_FRAGS) return false;
    const at = skb * MAX_SKB_FRAGS + count;
    this.fragNetmem[at] = netmem;
    this.fragBytes[at] = bytes;
    this.frags[skb] = count + 1;
    this.bytes[skb] += bytes;
    this.truesize[skb] += truesize;
    return true;
  }

  netmem(skb: number, index: number): number {
    return this.fragNetmem[skb * MAX_SKB_FRAGS + index];
  }

  fragLength(skb: number, index: number): number {
    return this.fragBytes[skb * MAX_SKB_FRAGS + index];
  }

  has(skb: number, flag: number): boolean {
    return (this.flags[skb] & flag) !== 0;
  }

  set(skb: number, flag: number): void {
    this.flags[skb] |= flag;
  }

  /** Moves all frags of `from` to the end of `to`; the caller has checked that they fit. */
  moveFrags(from: number, to: number): void {
    for (let i = 0; i < this.frags[from]; i++) {
      this.addFrag(to, this.netmem(from, i), this.fragLength(from, i), 0);
    }
    this.truesize[to] += this.truesize[from];
    this.segments[to] += this.segments[from];
    this.frags[from] = 0;
  }

  private grow(capacity: number): void {
    const old = this.capacity;
    const size = capacity + 1;
    this.nextFree = widen(this.nextFree, new Int32Array(size));
    this.fragNetmem = widen(this.fragNetmem, new Float64Array(size * MAX_SKB_FRAGS));
    this.fragBytes = widen(this.fragBytes, new Int32Array(size * MAX_SKB_FRAGS));
    this.head = widen(this.head, new Float64Array(size));
    this.linear = widen(this.linear, new Int32Array(size));
    this.linearPayload = widen(this.linearPayload, new Int32Array(size));
    this.bytes = widen(this.bytes, new Int32Array(size));
    this.frags = widen(this.frags, new Uint8Array(size));
    this.flags = widen(this.flags, new Uint8Array(size));
    this.flow = widen(this.flow, new Uint8Array(size));
    this.packet = widen(this.packet, new Int32Array(size));
    this.segments = widen(this.segments, new Uint8Array(size));
    this.truesize = widen(this.truesize, new Int32Array(size));
    this.queue = widen(this.queue, new Int8Array(size));
    for (let skb = capacity; skb > old; skb--) {
      this.nextFree[skb] = this.freeHead;
      this.freeHead = skb;
    }
    this.capacity = capacity;
  }
}

function widen<T extends { set(source: ArrayLike<number>): void }>(old: ArrayLike<number>, fresh: T): T {
  fresh.set(old);
  return fresh;
}
