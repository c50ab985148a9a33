/**
 * The processes behind the sockets: recvmsg with and without MSG_SOCK_DEVMEM, tokens and SO_DEVMEM_DONTNEED, io_uring
 * zero-copy completions with their refill ring.
 */
import { NumberQueue } from '../core/number-queue.ts';
import { DONTNEED_NOT_TCP, DONTNEED_REFUSED, eventNumber } from '../record/log.ts';
import type { Log } from '../record/log.ts';
import type { Memory } from '../memory/machine-memory.ts';
import type { RunConfig } from '../contract/config.ts';
import { MAX_DONTNEED_FRAGS, MAX_DONTNEED_TOKENS, ZCRX_SKBS_PER_CALL } from '../core/limits.ts';
import { SKB_MIXED, SKB_UNREADABLE } from './skb-table.ts';
import type { SkbTable } from './skb-table.ts';
import type { Socket, Stack } from './stack.ts';

const EV_READ = eventNumber('read');
const EV_TOKEN = eventNumber('token');
const EV_DONTNEED = eventNumber('dontneed');
const EV_COPY = eventNumber('copy');
const EV_EFAULT = eventNumber('efault');
const EV_REFUSED = eventNumber('refused');
const EV_FAULT = eventNumber('fault');

export const ENOMEM = 12;
export const EFAULT = 14;
export const ENODEV = 19;
export const EINVAL = 22;
export const EPROTONOSUPPORT = 93;

export const READ_ERRNO: ReadonlyMap<number, string> = new Map([
  [ENOMEM, 'ENOMEM'],
  [EFAULT, 'EFAULT'],
  [ENODEV, 'ENODEV'],
  [EINVAL, 'EINVAL'],
  [EPROTONOSUPPORT, 'EPROTONOSUPPORT'],
]);

export class User {
  /** Tokens (dma-buf) or chunks lent by completions (zcrx) that the process holds, oldest first. */
  readonly tokens = new NumberQueue();
  readBytes = 0;
  readFrames = 0;
  efaults = 0;
  /** Frames of the measured connection that arrived as ordinary data although device memory was asked for. */
  plainFrames = 0;
  dontneedCalls = 0;
  dontneedRefused = 0;
  /** Control messages by kind: SO_DEVMEM_LINEAR, SO_DEVMEM_DMABUF (or completions). */
  linearMessages = 0;
  dmabufMessages = 0;
  /** zcrx: chunks filled by copying, and copies for which the area had no chunk. */
  copies = 0;
  copyFailures = 0;
  /** Reads that ended because the control buffer or the completion queue was full. */
  shortReads = 0;
  truncatedFrames = 0;
  /** Skbs with memory of a registration that is closed, read after the next one. */
  strayFrames = 0;
  /** IORING_OP_RECV_ZC was turned down (io_recvzc_prep, io_recvzc): the data stays in the socket. */
  requestRefused = false;
  /** An oops in a read stopped the kernel. */
  halted = false;
  /** First errno of a read; 0: none. */
  readErrno = 0;
  config: RunConfig;
  /** The io_uring interface queue is registered; without it no completion can carry device memory. */
  interfaceOpen = false;
  /** How far the skb at the head of the queue is read. */
  private fragsLent = 0;
  private linearLent = false;
  /** Returns under way with `delayed`, and how many of them are of a registration that closed since. */
  private returnsDue = 0;
  private returnsVoid = 0;
  private readonly memory: Memory;
  private readonly skbs: SkbTable;
  private readonly stack: Stack;
  private readonly log: Log;

  constructor(config: RunConfig, memory: Memory, skbs: SkbTable, stack: Stack, log: Log) {
    this.config = config;
    this.memory = memory;
    this.skbs = skbs;
    this.stack = stack;
    this.log = log;
  }

  /** One turn of the measured connection's reader; returns how many tokens it got. */
  readMeasured(): number {
    const socket = this.stack.measured;
    const before = this.tokens.length;
    const zcrx = this.config.provider === 'zcrx' && this.config.reader === 'devmem' && this.interfaceOpen;
    if (zcrx && this.config.zcrxRequest !== 'right') {
      this.requestRefused = true;
      this.readErrno = this.config.zcrxRequest === 'one-shot' ? EINVAL : EPROTONOSUPPORT;
      this.log.write(EV_EFAULT, -1, -1, -1, -1, this.readErrno);
      return 0;
    }
    const limit = zcrx ? ZCRX_SKBS_PER_CALL : Infinity;
    let room = this.config.controlMessages;
    for (let done = 0; done < limit && socket.queue.length > 0; done++) {
      const skb = socket.queue.peek();
      const unreadable = this.skbs.has(skb, SKB_UNREADABLE);
      if (this.delivers(skb, unreadable, zcrx)) {
        const byFrag = unreadable || this.skbs.has(skb, SKB_MIXED);
        room -= byFrag ? this.lend(skb, room) : this.lendCopies(skb, room);
        if (room < 0) {
          // The control buffer (-ETOOSMALL) or the completion queue (-ENOSPC) is full: the rest comes next time.
          this.shortReads++;
          break;
        }
        continue;
      }
      this.take(socket);
      if (this.skbs.has(skb, SKB_MIXED)) {
        this.misread(skb, unreadable);
      } else if (!unreadable) {
        this.plainFrames += this.skbs.segments[skb];
        this.copied(skb);
      } else if (this.config.reader === 'trunc') {
        this.discarded(skb);
      } else {
        this.fails(
          skb,
          this.config.reader === 'foreign' && this.config.provider === 'zcrx' ? ENODEV : EFAULT,
        );
      }
    }
    return this.tokens.length - before;
  }

  /** Whether the reader gets the skb as device memory; readable ones only over io_uring, which copies them. */
  private delivers(skb: number, unreadable: boolean, zcrx: boolean): boolean {
    if (zcrx) return true;
    if (this.skbs.has(skb, SKB_MIXED)) return false;
    return unreadable && this.config.reader === 'devmem' && this.config.provider !== 'zcrx';
  }

  /** Ordinary readers: everything that can be copied is copied. */
  readOrdinary(): void {
    const socket = this.stack.ordinary;
    while (socket.queue.length > 0) {
      const skb = this.take(socket);
      if (this.skbs.has(skb, SKB_UNREADABLE)) this.fails(skb, EFAULT);
      else if (this.skbs.has(skb, SKB_MIXED)) this.misread(skb, false);
      else this.copied(skb);
    }
  }

  /**
   * SO_DEVMEM_DONTNEED for the oldest `count` tokens, in calls of `tokenBatch` entries of `tokenRange` tokens each: a
   * call with more than 128 entries is refused with EINVAL and frees nothing, and none frees more than 1024 tokens.
   * The user here does not look at what a call returns. zcrx: entries in the refill ring instead, without limits.
   */
  giveBack(count: number): void {
    const { tokenBatch, tokenRange, provider } = this.config;
    let left = Math.min(count, this.tokens.length);
    if (provider === 'zcrx') {
      this.returned(left);
      return;
    }
    while (left > 0) {
      const now = Math.min(tokenBatch * tokenRange, left);
      this.dontneedCalls++;
      const errno = this.dontneedErrno(Math.ceil(now / tokenRange));
      if (errno !== 0) {
        this.dontneedRefused++;
        this.log.write(EV_REFUSED, -1, -1, -1, -1, errno);
        return;
      }
      left -= now;
      if (this.config.dontneed === 'unknown-tokens') continue;
      this.returned(Math.min(now, MAX_DONTNEED_FRAGS));
    }
  }

  private dontneedErrno(entries: number): number {
    if (this.config.dontneed === 'udp-socket') return DONTNEED_NOT_TCP;
    if (entries > MAX_DONTNEED_TOKENS || this.config.dontneed === 'odd-length') return DONTNEED_REFUSED;
    return 0;
  }

  private returned(count: number): void {
    for (let i = 0; i < count; i++) this.memory.returnToken(this.tokens.shift());
    if (count > 0) this.log.write(EV_DONTNEED, -1, -1, -1, -1, count);
  }

  /** Tokens just read go back later; `giveBackLate` is called for them once. */
  dueLater(): void {
    this.returnsDue++;
  }

  /** Gives back what was read `tokenDelay` ago, unless the refill ring that it was meant for is gone. */
  giveBackLate(count: number): void {
    this.returnsDue--;
    if (this.returnsVoid === 0) this.giveBack(count);
    else this.returnsVoid--;
  }

  /** The io_uring goes: what its user still had goes into a refill ring that is scrubbed with the rest. */
  closeInterface(): void {
    this.interfaceOpen = false;
    if (this.config.provider !== 'zcrx') return;
    this.returnsVoid = this.returnsDue;
    this.startOver();
    while (this.tokens.length > 0) this.memory.returnToken(this.tokens.shift());
  }

  /** Socket close (sock_devmem_release): every token goes back. */
  closeMeasured(): void {
    this.stack.close(this.stack.measured);
    this.startOver();
    while (this.tokens.length > 0) this.memory.returnToken(this.tokens.shift());
  }

  private take(socket: Socket): number {
    const skb = socket.queue.shift();
    socket.bytes -= this.skbs.bytes[skb];
    socket.truesize -= this.skbs.truesize[skb];
    return skb;
  }

  private copied(skb: number): void {
    this.readBytes += this.skbs.bytes[skb];
    this.readFrames += this.skbs.segments[skb];
    this.log.write(EV_READ, -1, -1, this.skbs.packet[skb], -1, this.skbs.bytes[skb]);
    this.stack.free(skb, -1);
  }

  /**
   * Each frag becomes a token (or a completion): one more pool reference that the user holds. Payload in the linear
   * part comes first: as SO_DEVMEM_LINEAR, with zcrx as a copy.
   * @returns control messages used; more than `room` when they did not suffice, and the skb then stays
   */
  private lend(skb: number, room: number): number {
    const { skbs } = this;
    if (skbs.frags[skb] > 0 && !this.memory.isLendable(skbs.netmem(skb, 0))) return this.stray(skb);
    let used = 0;
    if (this.fragsLent === 0 && !this.linearLent && skbs.linearPayload[skb] > 0) {
      if (room < 1) return room + 1;
      if (this.config.provider === 'zcrx') {
        if (!this.lendCopy(skb, skbs.linearPayload[skb])) return this.noMemory(skb);
      } else {
        this.linearMessages++;
      }
      this.linearLent = true;
      used++;
    }
    for (; this.fragsLent < skbs.frags[skb]; this.fragsLent++) {
      if (used === room) return room + 1;
      const netmem = skbs.netmem(skb, this.fragsLent);
      if (!this.memory.isNetIov(netmem)) {
        // io_zcrx_recv_frag() looks at each frag: one of a page is copied.
        if (!this.lendCopy(skb, skbs.fragLength(skb, this.fragsLent))) return this.noMemory(skb);
        used++;
        continue;
      }
      // A frag that the skb does not recycle keeps its reference for good: the token is the second one.
      this.memory.lendToken(netmem);
      this.tokens.push(netmem);
      used++;
      this.dmabufMessages++;
      this.log.write(EV_TOKEN, -1, -1, skbs.packet[skb], netmem, skbs.fragLength(skb, this.fragsLent));
    }
    this.finishLent(skb);
    return used;
  }

  /** zcrx, readable data: copied into free chunks of the area (io_zcrx_copy_chunk). */
  private lendCopies(skb: number, room: number): number {
    const chunks = Math.ceil(this.skbs.bytes[skb] / this.memory.chunkBytes);
    let used = 0;
    for (; this.fragsLent < chunks; this.fragsLent++) {
      if (used === room) return room + 1;
      const { chunkBytes } = this.memory;
      const bytes = Math.min(chunkBytes, this.skbs.bytes[skb] - this.fragsLent * chunkBytes);
      if (!this.lendCopy(skb, bytes)) return used + this.noMemory(skb);
      used++;
    }
    this.plainFrames += this.skbs.segments[skb];
    this.finishLent(skb);
    return used;
  }

  /** One chunk of copied data; false when the area has none to spare (-ENOMEM). */
  private lendCopy(skb: number, bytes: number): boolean {
    const netmem = this.memory.lendCopy();
    if (netmem === 0) {
      this.copyFailures++;
      return false;
    }
    this.copies++;
    this.tokens.push(netmem);
    this.log.write(EV_COPY, -1, -1, this.skbs.packet[skb], netmem, bytes);
    return true;
  }

  /** The area has no chunk to copy into: -ENOMEM ends the request, and the reader gives the data up. */
  private noMemory(skb: number): number {
    this.take(this.stack.measured);
    this.startOver();
    this.fails(skb, ENOMEM);
    return 0;
  }

  /** The data lies in the area of another registration: -EFAULT, and the reader gives it up. */
  private stray(skb: number): number {
    this.take(this.stack.measured);
    this.strayFrames += this.skbs.segments[skb];
    this.fails(skb, EFAULT);
    return 0;
  }

  /** The skb at the head of the queue is a new one. */
  private startOver(): void {
    this.fragsLent = 0;
    this.linearLent = false;
  }

  private finishLent(skb: number): void {
    this.take(this.stack.measured);
    this.startOver();
    this.copied(skb);
  }

  /** recv() with MSG_TRUNC: the data is dropped uncopied, which works for device memory too. */
  private discarded(skb: number): void {
    this.truncatedFrames += this.skbs.segments[skb];
    this.stack.free(skb, -1);
  }

  /**
   * A plain copy that finds a net_iov frag follows the NULL that skb_frag_page() returns; tcp_recvmsg_dmabuf() that
   * finds a page's is -ENODEV.
   */
  private misread(skb: number, unreadable: boolean): void {
    if (!unreadable) {
      this.halted = true;
      this.log.write(EV_FAULT, -1, -1, this.skbs.packet[skb], -1, -1);
    }
    this.fails(skb, unreadable ? ENODEV : EFAULT);
  }

  /** A read fails; the reader gives the data up. */
  private fails(skb: number, errno: number): void {
    this.efaults += this.skbs.segments[skb];
    if (this.readErrno === 0) this.readErrno = errno;
    this.log.write(EV_EFAULT, -1, -1, this.skbs.packet[skb], -1, errno);
    this.stack.free(skb, -1);
  }
}
