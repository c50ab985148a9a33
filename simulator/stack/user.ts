/**
 * The processes behind the sockets: recvmsg with and without MSG_SOCK_DEVMEM, tokens and SO_DEVMEM_DONTNEED, io_uring
 * zero-copy completions with their refill ring.
 */
import { NumberQueue } from '../core/number-queue.ts';
import { DONTNEED_REFUSED, eventNumber } from '../machine/log.ts';
import type { Log } from '../machine/log.ts';
import type { Memory } from '../machine/memory.ts';
import type { RunConfig } from '../run/config.ts';
import { MAX_DONTNEED_TOKENS, ZCRX_SKBS_PER_CALL } from './limits.ts';
import { SKB_UNREADABLE } from './skb-table.ts';
import type { SkbTable } from './skb-table.ts';
import type { Socket, Stack } from './stack.ts';

const EV_READ = eventNumber('read');
const EV_TOKEN = eventNumber('token');
const EV_DONTNEED = eventNumber('dontneed');
const EV_EFAULT = eventNumber('efault');
const EV_REFUSED = eventNumber('refused');

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
  config: RunConfig;
  /** The io_uring interface queue is registered; without it no completion can carry device memory. */
  interfaceOpen = true;
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
    const limit = this.config.provider === 'zcrx' ? ZCRX_SKBS_PER_CALL : Infinity;
    for (let done = 0; done < limit && socket.queue.length > 0; done++) {
      const skb = this.take(socket);
      if (!this.skbs.has(skb, SKB_UNREADABLE)) {
        this.plainFrames += this.skbs.segments[skb];
        this.copied(skb);
      } else if (this.config.reader === 'devmem' && (this.config.provider !== 'zcrx' || this.interfaceOpen)) {
        this.lend(skb);
      } else {
        this.efault(skb);
      }
    }
    return this.tokens.length - before;
  }

  /** Ordinary readers: everything that can be copied is copied. */
  readOrdinary(): void {
    const socket = this.stack.ordinary;
    while (socket.queue.length > 0) {
      const skb = this.take(socket);
      if (this.skbs.has(skb, SKB_UNREADABLE)) this.efault(skb);
      else this.copied(skb);
    }
  }

  /**
   * SO_DEVMEM_DONTNEED for the oldest `count` tokens, in calls of `tokenBatch`; a call with more than 128 tokens is
   * refused with EINVAL and frees nothing. zcrx: entries in the refill ring instead, without that limit.
   */
  giveBack(count: number): void {
    const batch = this.config.tokenBatch;
    const limited = this.config.provider === 'dmabuf';
    let left = Math.min(count, this.tokens.length);
    while (left > 0) {
      const now = Math.min(batch, left);
      this.dontneedCalls++;
      if (limited && now > MAX_DONTNEED_TOKENS) {
        this.dontneedRefused++;
        this.log.write(EV_REFUSED, -1, -1, -1, -1, DONTNEED_REFUSED);
        return;
      }
      for (let i = 0; i < now; i++) this.memory.returnToken(this.tokens.shift());
      left -= now;
      this.log.write(EV_DONTNEED, -1, -1, -1, -1, now);
    }
  }

  /** Socket close (sock_devmem_release): every token goes back. */
  closeMeasured(): void {
    this.stack.close(this.stack.measured);
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

  /** Each frag becomes a token (or a completion): one more pool reference that the user holds. */
  private lend(skb: number): void {
    const { skbs } = this;
    for (let i = 0; i < skbs.frags[skb]; i++) {
      const netmem = skbs.netmem(skb, i);
      // A frag that the skb does not recycle keeps its reference for good: the token is the second one.
      this.memory.lendToken(netmem);
      this.tokens.push(netmem);
      this.log.write(EV_TOKEN, -1, -1, skbs.packet[skb], netmem, skbs.fragLength(skb, i));
    }
    this.readBytes += skbs.bytes[skb];
    this.readFrames += skbs.segments[skb];
    this.log.write(EV_READ, -1, -1, skbs.packet[skb], -1, skbs.bytes[skb]);
    this.stack.free(skb, -1);
  }

  /** recvmsg() without MSG_SOCK_DEVMEM on unreadable data: -EFAULT; the reader gives the data up. */
  private efault(skb: number): void {
    this.efaults += this.skbs.segments[skb];
    this.log.write(EV_EFAULT, -1, -1, this.skbs.packet[skb], -1, 14);
    this.stack.free(skb, -1);
  }
}
