/**
 * The processes behind the sockets: recvmsg with and without MSG_SOCK_DEVMEM, tokens and SO_DEVMEM_DONTNEED, io_uring
 * zero-copy completions with their refill ring.
 */
import { NumberQueue } from '../core/number-queue.ts';
import { DONTNEED_NOT_TCP, DONTNEED_REFUSED, eventNumber } from '../record/log.ts';
import type { Log } from '../record/log.ts';
import { ALLOC_FAIL, COPY } from '../memory/zcrx-events.ts';
import type { Memory } from '../memory/machine-memory.ts';
import type { RunConfig } from '../contract/config.ts';
import { MAX_DONTNEED_FRAGS, MAX_DONTNEED_TOKENS, PAGE_SIZE, ZCRX_SKBS_PER_CALL } from '../core/limits.ts';
import { SKB_MIXED, SKB_UDP, SKB_UNREADABLE } from './skb-table.ts';
import type { SkbTable } from './skb-table.ts';
import type { Socket, Stack } from './stack.ts';

const EV_READ = eventNumber('read');
const EV_TOKEN = eventNumber('token');
const EV_DONTNEED = eventNumber('dontneed');
const EV_COPY = eventNumber('copy');
const EV_EFAULT = eventNumber('efault');
const EV_REFUSED = eventNumber('refused');
const EV_FAULT = eventNumber('fault');

const ENOMEM = 12;
const EFAULT = 14;
const ENODEV = 19;
const EINVAL = 22;
/** The completion queue is full; with a dma-buf the control buffer is (-ETOOSMALL). The rest comes next time. */
const ENOSPC = 28;
/** All bytes that the request asked for are read: no errno. */
const REQUEST_DONE = -1;
const EPROTONOSUPPORT = 93;

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
  /** Turns of the reader that found something to read. */
  reads = 0;
  /** Reads that ended at a frag of a page in an skb of device memory. */
  pageFrags = 0;
  /** Frags of pages that were copied whole or in part: copy_count of struct zcrx_stats. */
  copiedFrags = 0;
  /** Why the last read failed; 0 when it did not. */
  private blocked = 0;
  /** Payload bytes of the skb at the head of the queue that are read. */
  private offset = 0;
  /** Control messages or completions, and bytes, that the read at work has room for. */
  private room = 0;
  private wanted = Infinity;
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

  /** A fork changes the configuration: another reader tries for itself. */
  reconfigure(config: RunConfig): void {
    this.config = config;
    this.blocked = 0;
  }

  /** False for a reader whose last read failed, until reading could come out otherwise. */
  get canRead(): boolean {
    if (this.requestRefused) return false;
    return this.blocked === 0 || (this.blocked === ENOMEM && this.memory.copyChunks > 0);
  }

  /** One turn of the measured connection's reader; returns how many tokens it got. */
  readMeasured(): number {
    if (!this.canRead) return 0;
    this.blocked = 0;
    const socket = this.stack.measured;
    const before = this.tokens.length;
    const { config } = this;
    const zcrx = config.provider === 'zcrx' && config.reader === 'devmem' && this.interfaceOpen;
    if (zcrx && config.zcrxRequest !== 'right') {
      this.requestRefused = true;
      this.readErrno = config.zcrxRequest === 'one-shot' ? EINVAL : EPROTONOSUPPORT;
      this.log.write(EV_EFAULT, -1, -1, -1, -1, this.readErrno);
      return 0;
    }
    if (socket.queue.length > 0) this.reads++;
    if (zcrx && config.zcrxEvents === 'armed') {
      this.memory.events.arm(ALLOC_FAIL);
      this.memory.events.arm(COPY);
    }
    const limit = zcrx ? ZCRX_SKBS_PER_CALL : Infinity;
    this.room = config.controlMessages;
    this.wanted = zcrx && config.zcrxLength > 0 ? config.zcrxLength : Infinity;
    for (let done = 0; done < limit && socket.queue.length > 0; done++) {
      const skb = socket.queue.peek();
      const errno = this.readSkb(skb, zcrx);
      if (errno === 0) continue;
      if (errno === ENOSPC) this.shortReads++;
      else if (errno !== REQUEST_DONE) {
        this.blocked = errno;
        this.fails(skb, errno);
      }
      break;
    }
    return this.tokens.length - before;
  }

  /** Reads the skb at the head of the queue, or what is left of it; 0, or why it stays there. */
  private readSkb(skb: number, zcrx: boolean): number {
    const { reader, provider } = this.config;
    const unreadable = this.skbs.has(skb, SKB_UNREADABLE);
    if (zcrx) return this.lend(skb, true);
    if (reader === 'trunc' && unreadable) {
      this.discarded(skb);
      return 0;
    }
    if (!unreadable) {
      if (this.skbs.has(skb, SKB_MIXED)) return this.misread(skb);
      this.plainFrames += this.skbs.segments[skb];
      this.finish(skb);
      return 0;
    }
    // tcp_recvmsg_dmabuf() takes net_iovs of a dma-buf only; without MSG_SOCK_DEVMEM nobody asks it.
    if (reader === 'devmem' && provider !== 'zcrx') return this.lend(skb, false);
    return reader === 'foreign' && provider === 'zcrx' ? ENODEV : EFAULT;
  }

  /**
   * Ordinary readers: everything that can be copied is copied. A read that fails takes nothing from a TCP socket, so
   * that whatever follows on the connection waits behind it; the datagram of a UDP socket is gone.
   */
  readOrdinary(): void {
    const { skbs, stack } = this;
    const socket = stack.ordinary;
    while (socket.queue.length > 0) {
      const skb = this.take(socket);
      if (stack.isStuck(skb)) {
        stack.keepUnread(skb);
      } else if (skbs.has(skb, SKB_UNREADABLE)) {
        this.fails(skb, EFAULT);
        if (skbs.has(skb, SKB_UDP)) stack.free(skb, -1);
        else stack.keepUnread(skb);
      } else if (skbs.has(skb, SKB_MIXED)) {
        this.misread(skb);
        stack.keepUnread(skb);
      } else {
        this.copied(skb);
      }
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
    if (this.config.zcrxFlush) this.memory.flushRefillRing();
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
    this.blocked = 0;
    if (this.config.provider !== 'zcrx') return;
    this.returnsVoid = this.returnsDue;
    while (this.tokens.length > 0) this.memory.returnToken(this.tokens.shift());
  }

  /** Socket close (sock_devmem_release): every token goes back. */
  closeMeasured(): void {
    this.stack.close(this.stack.measured);
    this.offset = 0;
    this.blocked = 0;
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
   * part comes first: as SO_DEVMEM_LINEAR, with zcrx as a copy. io_zcrx_recv_frag() looks at each frag and copies those
   * of pages; tcp_recvmsg_dmabuf() refuses them.
   * @returns 0 when the skb was read to its end; else an errno, and what was read until then is read
   */
  private lend(skb: number, zcrx: boolean): number {
    const { skbs } = this;
    const linear = skbs.linearPayload[skb];
    while (this.offset < linear) {
      const errno = this.lendLinear(skb, linear - this.offset, zcrx);
      if (errno !== 0) return errno;
    }
    let end = linear;
    for (let i = 0; i < skbs.frags[skb]; i++) {
      const netmem = skbs.netmem(skb, i);
      end += skbs.fragLength(skb, i);
      let copiedFrag = false;
      while (this.offset < end) {
        if (this.room === 0) return ENOSPC;
        if (this.wanted === 0) return REQUEST_DONE;
        const bytes = Math.min(end - this.offset, this.wanted);
        if (this.memory.isNetIov(netmem)) {
          if (!this.memory.isLendable(netmem)) return this.stray(skb);
          this.lendFrag(skb, netmem, bytes);
          continue;
        }
        if (!zcrx) {
          this.pageFrags++;
          return ENODEV;
        }
        const errno = this.lendCopy(skb, bytes);
        if (errno !== 0) return errno;
        if (!copiedFrag) this.copiedFrags++;
        copiedFrag = true;
        this.memory.events.send(COPY);
      }
    }
    if (!skbs.has(skb, SKB_UNREADABLE) && !skbs.has(skb, SKB_MIXED)) this.plainFrames += skbs.segments[skb];
    this.finish(skb);
    return 0;
  }

  private lendLinear(skb: number, bytes: number, zcrx: boolean): number {
    if (this.room === 0) return ENOSPC;
    if (this.wanted === 0) return REQUEST_DONE;
    if (zcrx) return this.lendCopy(skb, Math.min(bytes, this.wanted));
    this.linearMessages++;
    this.advance(bytes);
    return 0;
  }

  /** A frag that the skb does not recycle keeps its reference for good: the token is the second one. */
  private lendFrag(skb: number, netmem: number, bytes: number): void {
    this.memory.lendToken(netmem);
    this.tokens.push(netmem);
    this.dmabufMessages++;
    this.log.write(EV_TOKEN, -1, -1, this.skbs.packet[skb], netmem, bytes);
    this.advance(bytes);
  }

  /** io_zcrx_copy_chunk(): a page at most into one chunk, however long chunks are; -ENOMEM when there is none. */
  private lendCopy(skb: number, bytes: number): number {
    const netmem = this.memory.lendCopy();
    if (netmem === 0) {
      this.copyFailures++;
      return ENOMEM;
    }
    const now = Math.min(bytes, PAGE_SIZE);
    this.copies++;
    this.tokens.push(netmem);
    this.log.write(EV_COPY, -1, -1, this.skbs.packet[skb], netmem, now);
    this.advance(now);
    return 0;
  }

  private advance(bytes: number): void {
    this.offset += bytes;
    this.room--;
    this.wanted -= bytes;
  }

  /** The data lies in the area of another registration. */
  private stray(skb: number): number {
    this.strayFrames += this.skbs.segments[skb];
    return EFAULT;
  }

  /** The skb at the head of the queue is read to its end. */
  private finish(skb: number): void {
    this.take(this.stack.measured);
    this.offset = 0;
    this.copied(skb);
  }

  /** recv() with MSG_TRUNC: the data is dropped uncopied, which works for device memory too. */
  private discarded(skb: number): void {
    this.take(this.stack.measured);
    this.offset = 0;
    this.truncatedFrames += this.skbs.segments[skb];
    this.stack.free(skb, -1);
  }

  /** A plain copy that finds a net_iov frag follows the NULL that skb_frag_page() returns. */
  private misread(skb: number): number {
    this.halted = true;
    this.log.write(EV_FAULT, -1, -1, this.skbs.packet[skb], -1, -1);
    return EFAULT;
  }

  /**
   * A read fails. tcp_recvmsg_locked() and tcp_read_sock() leave copied_seq where it is: the data stays queued, and
   * reading again comes out the same until something else changes.
   */
  private fails(skb: number, errno: number): void {
    this.efaults += this.skbs.segments[skb];
    if (this.readErrno === 0) this.readErrno = errno;
    this.log.write(EV_EFAULT, -1, -1, this.skbs.packet[skb], -1, errno);
  }
}
