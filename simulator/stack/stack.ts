/**
 * From napi_gro_receive() to the socket: GRO, the checks of IP and TCP, the receive queue with its memory limit. A
 * frame that ends here is counted with its cause.
 */
import { NumberQueue } from '../core/number-queue.ts';
import type { Counters } from '../record/counters.ts';
import { eventNumber } from '../record/log.ts';
import type { Log } from '../record/log.ts';
import type { Memory } from '../memory/machine-memory.ts';
import { MEASURED_FLOW } from '../nic/frame.ts';
import { DROP_CAUSES } from '../contract/snapshot.ts';
import { MAX_SKB_FRAGS } from '../core/limits.ts';
import { SKB_CHECKED, SKB_MALFORMED, SKB_MIXED, SKB_RECYCLE, SKB_UDP, SKB_UNREADABLE } from './skb-table.ts';
import type { SkbTable } from './skb-table.ts';
import { UNREADABLE_HELPERS } from '../contract/unreadable-helpers.ts';
import type { HelperOutcome, StackHelper } from '../contract/unreadable-helpers.ts';

const EV_DELIVER = eventNumber('deliver');
const EV_DROP = eventNumber('stack-drop');
const EV_MERGE = eventNumber('gro-merge');
const EV_WARN = eventNumber('warn');

const CAUSE_CHECKSUM = DROP_CAUSES.indexOf('checksum');
const CAUSE_MALFORMED = DROP_CAUSES.indexOf('malformed');
const CAUSE_NO_SOCKET = DROP_CAUSES.indexOf('no-socket');
const CAUSE_UNREADABLE = DROP_CAUSES.indexOf('unreadable');
const CAUSE_RECEIVE_BUFFER = DROP_CAUSES.indexOf('receive-buffer');

/** A socket's receive queue. */
export class Socket {
  readonly queue = new NumberQueue();
  bytes = 0;
  truesize = 0;
  open = true;
}

export class Stack {
  /** The measured connection, and one that stands for all ordinary readers. */
  readonly measured = new Socket();
  readonly ordinary = new Socket();
  /** What waits at ordinary connections whose reader cannot copy what comes first: no read takes it away. */
  readonly unread = new Socket();
  /** Calls of the configured helper, those that met an unreadable skb, and the payload bytes that its callers saw. */
  helperCalls = 0;
  helperRefused = 0;
  helperBytes = 0;
  private readonly helper: HelperOutcome | null;
  private readonly held: Int32Array;
  /** By connection: truesize of what waits unread; 0 where the reader gets on. */
  private readonly waiting = new Float64Array(256);
  private readonly memory: Memory;
  private readonly skbs: SkbTable;
  private readonly log: Log;
  private readonly counters: Counters;
  private readonly receiveBuffer: number;

  constructor(
    memory: Memory,
    skbs: SkbTable,
    log: Log,
    counters: Counters,
    queues: number,
    receiveBuffer: number,
    helper: StackHelper,
  ) {
    this.helper = helper === 'none' ? null : UNREADABLE_HELPERS[helper];
    this.memory = memory;
    this.skbs = skbs;
    this.log = log;
    this.counters = counters;
    this.held = new Int32Array(queues);
    this.receiveBuffer = receiveBuffer;
  }

  /**
   * napi_gro_receive(): merges with the packet held for this queue when it continues the same connection. In every
   * release skb_gro_receive() asks for equal pp_recycle and not for equal readability (tcp_try_coalesce() would): the
   * merged skb is what its first one was, and so is misread when frags of both kinds meet in it. A segment without
   * payload is neither merged nor held (tcp_gro_receive: len < mss).
   */
  receive(skb: number, queue: number): void {
    const { skbs } = this;
    if (skbs.bytes[skb] === 0) {
      this.flush(queue);
      this.pass(skb, queue);
      return;
    }
    const held = this.held[queue];
    if (held !== 0) {
      const mergeable = SKB_CHECKED | SKB_RECYCLE | SKB_UDP | SKB_MALFORMED;
      if (
        skbs.flow[held] === skbs.flow[skb] &&
        (skbs.flags[held] & mergeable) === (skbs.flags[skb] & mergeable) &&
        (skbs.flags[skb] & (SKB_CHECKED | SKB_UDP | SKB_MALFORMED)) === SKB_CHECKED &&
        skbs.linear[skb] > 0 &&
        skbs.linearPayload[skb] === 0 &&
        skbs.frags[held] + skbs.frags[skb] <= MAX_SKB_FRAGS &&
        skbs.segments[held] + skbs.segments[skb] < 255
      ) {
        if (skbs.has(skb, SKB_UNREADABLE) !== skbs.has(held, SKB_UNREADABLE)) skbs.set(held, SKB_MIXED);
        skbs.moveFrags(skb, held);
        this.counters.groMerges++;
        this.log.write(EV_MERGE, queue, -1, skbs.packet[skb], -1, skbs.packet[held]);
        this.free(skb, queue);
        return;
      }
      this.held[queue] = 0;
      this.pass(held, queue);
    }
    this.held[queue] = skb;
  }

  /** End of a poll: what GRO holds goes up. */
  flush(queue: number): void {
    const held = this.held[queue];
    if (held === 0) return;
    this.held[queue] = 0;
    this.pass(held, queue);
  }

  /** Skb that GRO holds for the queue; 0: none. */
  heldOn(queue: number): number {
    return this.held[queue];
  }

  /**
   * kfree_skb(): frags of an skb with pp_recycle go back to their pool; without it a page loses its reference past the
   * pool, and a net_iov is lost to it (put_netmem).
   */
  free(skb: number, queue: number): void {
    const { skbs, memory } = this;
    const recycle = skbs.has(skb, SKB_RECYCLE);
    const release = (netmem: number) => {
      if (recycle && memory.poolOf(netmem) >= 0) memory.put(netmem, false, queue);
      else if (!memory.isNetIov(netmem)) memory.freeSystem(netmem);
    };
    for (let i = 0; i < skbs.frags[skb]; i++) release(skbs.netmem(skb, i));
    if (skbs.head[skb] !== 0) release(skbs.head[skb]);
    skbs.free(skb);
  }

  /** Closes the socket: everything queued is freed. */
  close(socket: Socket): void {
    socket.open = false;
    for (let skb = socket.queue.shift(); skb !== 0; skb = socket.queue.shift()) this.free(skb, -1);
    socket.bytes = 0;
    socket.truesize = 0;
  }

  /** An ordinary reader got an error: the skb and all that follows it on the connection stays queued. */
  keepUnread(skb: number): void {
    this.waiting[this.skbs.flow[skb]] += this.skbs.truesize[skb];
    this.unread.queue.push(skb);
  }

  /** Whether the reader of the skb's connection is past help; a datagram that cannot be copied ends alone. */
  isStuck(skb: number): boolean {
    return this.waiting[this.skbs.flow[skb]] > 0 && !this.skbs.has(skb, SKB_UDP);
  }

  private pass(skb: number, queue: number): void {
    const { skbs } = this;
    if (skbs.has(skb, SKB_MALFORMED) || skbs.linear[skb] === 0) {
      this.drop(skb, queue, CAUSE_MALFORMED);
      return;
    }
    if (!skbs.has(skb, SKB_CHECKED)) {
      // __skb_checksum_complete(): on an unreadable skb skb_checksum() WARNs once and returns 0.
      if (skbs.has(skb, SKB_UNREADABLE)) this.log.write(EV_WARN, queue, -1, skbs.packet[skb], -1, -1);
      this.drop(skb, queue, CAUSE_CHECKSUM);
      return;
    }
    if (this.helper !== null && !this.helperTakes(skb, this.helper)) {
      this.drop(skb, queue, CAUSE_UNREADABLE);
      return;
    }
    const measured = skbs.flow[skb] === MEASURED_FLOW && !skbs.has(skb, SKB_UDP);
    const socket = measured ? this.measured : this.ordinary;
    if (!socket.open) {
      this.drop(skb, queue, CAUSE_NO_SOCKET);
      return;
    }
    const queued = !measured && this.isStuck(skb) ? this.waiting[skbs.flow[skb]] : socket.truesize;
    if (queued + skbs.truesize[skb] > this.receiveBuffer) {
      this.drop(skb, queue, CAUSE_RECEIVE_BUFFER);
      return;
    }
    socket.queue.push(skb);
    socket.bytes += skbs.bytes[skb];
    socket.truesize += skbs.truesize[skb];
    this.counters.delivered += skbs.segments[skb];
    this.log.write(EV_DELIVER, queue, -1, skbs.packet[skb], -1, skbs.bytes[skb]);
  }

  /** Another part of the stack calls a helper on the skb; false when the skb cannot go on after that. */
  private helperTakes(skb: number, helper: HelperOutcome): boolean {
    const { skbs } = this;
    this.helperCalls++;
    if (!skbs.has(skb, SKB_UNREADABLE)) {
      this.helperBytes += skbs.bytes[skb];
      return true;
    }
    this.helperRefused++;
    if (helper.warns && this.helperRefused === 1) this.log.write(EV_WARN, -1, -1, skbs.packet[skb], -1, -1);
    if (helper.effect === 'linear-only') this.helperBytes += skbs.linearPayload[skb];
    return helper.effect !== 'drop';
  }

  private drop(skb: number, queue: number, cause: number): void {
    this.counters.drop(cause, this.skbs.segments[skb]);
    this.log.write(EV_DROP, queue, -1, this.skbs.packet[skb], -1, cause);
    this.free(skb, queue);
  }
}
