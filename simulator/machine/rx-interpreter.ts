/**
 * Executes the driver's receive programs. A slice runs to the next frame of a poll, so that a step of the machine is
 * one packet; nothing is allocated on the way unless something goes wrong.
 */
import { FRAME_BAD_CHECKSUM, FRAME_MALFORMED } from '../nic/frame.ts';
import * as code from '../program/code.ts';
import { RxOperations } from './rx-operations.ts';
import type { RxContext } from './rx-context.ts';
import type { CompiledProgram } from '../program/compile.ts';

/** Every so many unknown conditions one is explored on its unusual side; prime, so that all get their turn. */
const EXPLORE_EVERY = 17;
/** Backward jumps in one slice before the program is held to hang: the longest ring is 16384 descriptors. */
const MAX_LOOPS = 40_000;
/** The same for a pilot run, whose rings are short. */
const MAX_PILOT_LOOPS = 500;

const MEANS = new Map<string, number>(code.CONDITIONS.map((means, index) => [means, index]));
const means = (name: (typeof code.CONDITIONS)[number]) => MEANS.get(name) ?? -1;
const ADDRESS_NULL = means('address-null');
const IS_NET_IOV = means('is-net-iov');
const POOL_UNREADABLE = means('pool-unreadable');
const QUEUE_HAS_PROVIDER = means('queue-has-provider');
const SPLIT_HAPPENED = means('split-happened');
const SPLIT_ENABLED = means('split-enabled');
const XDP_ATTACHED = means('xdp-attached');
const LENGTH_AT_MOST = means('length-at-most');
const PAYLOAD_EMPTY = means('payload-empty');
const FIRST_FRAGMENT = means('first-fragment');
const LAST_FRAGMENT = means('last-fragment');
const HEADER_COMPLETION = means('header-completion');
const PAYLOAD_COMPLETION = means('payload-completion');
const FRAME_COMPLETION = means('frame-completion');
const ALLOC_FAILED = means('alloc-failed');
const SLOT_EMPTY = means('slot-empty');
const SKB_NULL = means('skb-null');
const SKB_HAS_HEAD = means('skb-has-head');
const RX_ERROR = means('rx-error');
const RING_EMPTY = means('ring-empty');
const CHECKSUM_GOOD = means('checksum-good');
const PAGE_REUSABLE = means('page-reusable');
const LARGE_BUFFERS = means('large-buffers');
const ALWAYS = means('always');

/** One frame in so many is explored; the others see what usually happens to what that left behind. */
const EXPLORED_FRAMES = 3;

/** How a slice ended. */
export type Slice = 'frame' | 'poll-end' | 'oops';

export class RxInterpreter extends RxOperations {
  /** Unknown conditions met so far. */
  private decisions = 0;

  /** Starts a poll: the program from its top. */
  begin(context: RxContext, program: CompiledProgram): void {
    context.program = program;
    context.pc = 0;
    context.polling = true;
    context.work = 0;
    context.inFrame = false;
    context.filling = false;
    context.gone = 0;
    if (context.variables.length < program.variables) context.variables = new Int32Array(program.variables);
    const { variables, state } = context;
    variables.fill(code.NOT_KNOWN);
    for (let i = 0; i < program.kept.length; i += 2) variables[program.kept[i]] = state[program.kept[i + 1]];
  }

  /** Runs a whole program outside a poll (refill at queue start, release at queue stop). */
  runAll(context: RxContext, program: CompiledProgram): void {
    const before = context.program;
    const pc = context.pc;
    const variables = context.variables;
    context.variables = new Int32Array(program.variables);
    this.begin(context, program);
    for (let slices = 0; slices < MAX_LOOPS; slices++) {
      if (this.slice(context, 0) !== 'frame') break;
    }
    this.settle(context);
    context.program = before;
    context.pc = pc;
    context.variables = variables;
    context.polling = false;
  }

  /** Executes up to the next frame, the end of the poll, or an oops. */
  slice(context: RxContext, budget: number): Slice {
    const words = context.program.code;
    let pc = context.pc;
    let taken = false;
    let jumps = 0;
    for (;;) {
      const op = words[pc];
      if (op >= code.OPERATION_BASE) {
        this.executed[words[pc + 5]]++;
        if (!this.operate(context, op, words[pc + 1], words[pc + 2], words[pc + 3], words[pc + 5])) {
          if (this.halted) return 'oops';
        }
        pc += code.WORDS;
        continue;
      }
      switch (op) {
        case code.JUMP: {
          const target = words[pc + 4];
          if (target <= pc && ++jumps > (this.isPilot ? MAX_PILOT_LOOPS : MAX_LOOPS)) {
            return this.end(context);
          }
          pc = target;
          break;
        }
        case code.BRANCH: {
          const packed = words[pc + 3];
          const holds = this.holds(context, words[pc + 2], words[pc + 1], (packed >> 1) - 1, words[pc + 5]);
          this.decided[words[pc + 5]] |= holds ? code.WAS_TRUE : code.WAS_FALSE;
          pc = holds !== ((packed & 1) === 1) ? pc + code.WORDS : words[pc + 4];
          break;
        }
        case code.ASK: {
          const holds = this.answered(context, words[pc + 1], words[pc + 2], words[pc + 5]);
          pc = holds !== (words[pc + 3] === 1) ? pc + code.WORDS : words[pc + 4];
          break;
        }
        case code.LOOP_COMPLETIONS:
          if (context.inFrame && this.moreOfFrame(context)) {
            pc += code.WORDS;
            break;
          }
          if (context.inFrame) this.finishFrame(context);
          if (context.work >= budget || context.queue.completions === 0) {
            pc = words[pc + 4];
            break;
          }
          if (taken) {
            context.pc = pc;
            return 'frame';
          }
          taken = true;
          this.takeFrame(context);
          pc += code.WORDS;
          break;
        case code.ENTER_FRAGMENTS: {
          const { payload } = this.classesOf(context.program);
          const inHand = payload >= 0 && context.inFrame && context.current[payload] !== 0;
          pc = inHand ? words[pc + 4] : pc + code.WORDS;
          break;
        }
        case code.SET:
          code.assign(context.variables, words[pc + 1], words[pc + 2], words[pc + 3]);
          pc += code.WORDS;
          break;
        case code.TEST: {
          const known = code.outcome(context.variables, words[pc + 1], words[pc + 2], words[pc + 3]);
          if (known !== null) this.decided[words[pc + 5]] |= known ? code.HELD : code.FAILED;
          if (known === null) pc += code.WORDS;
          else pc = known ? pc + 2 * code.WORDS : words[pc + 4];
          break;
        }
        case code.LOOP_FRAGMENTS:
          if (context.buffersLeft > 0) {
            this.takeBuffer(context);
            pc += code.WORDS;
          } else {
            pc = words[pc + 4];
          }
          break;
        case code.ENTER_DESCRIPTORS:
          context.allocFailed = false;
          context.once = true;
          pc += code.WORDS;
          break;
        case code.LOOP_DESCRIPTORS:
          pc = this.moreDescriptors(context, words[pc + 1]) ? pc + code.WORDS : words[pc + 4];
          break;
        default:
          return this.end(context);
      }
    }
  }

  private end(context: RxContext): Slice {
    if (context.inFrame) this.finishFrame(context);
    this.settle(context);
    const { variables, state } = context;
    const { kept } = context.program;
    for (let i = 0; i < kept.length; i += 2) state[kept[i + 1]] = variables[kept[i]];
    context.polling = false;
    context.pc = 0;
    return 'poll-end';
  }

  private takeFrame(context: RxContext): void {
    const queue = context.queue;
    queue.next();
    context.inFrame = true;
    context.work++;
    context.packet = queue.packet;
    context.flow = queue.flow;
    context.flags = queue.frameFlags;
    context.headerBytes = queue.frameHeaderBytes;
    context.payloadBytes = queue.framePayloadBytes;
    context.linearBytes = queue.frameLinearBytes;
    context.segments = queue.frameSegments;
    context.buffers = queue.frameBuffers;
    context.buffersLeft = queue.frameBuffers;
    context.headersAtHand = context.split;
    context.skb = 0;
    context.delivered = false;
    context.faulted = false;
    context.forgetBuffers();
    const { payload, header } = this.classesOf(context.program);
    if (header >= 0 && this.hasHeaderRing && (context.split || !context.program.testsSplit)) {
      context.current[header] = queue.header.take();
      context.headersAtHand ||= context.current[header] !== 0;
    }
    if (context.program.tellsParts) {
      context.part = 'header';
      if (header < 0 || context.current[header] === 0) this.moreOfFrame(context);
    } else if (context.buffersLeft > 0) {
      context.buffersLeft--;
      if (payload >= 0) context.current[payload] = queue.payload.take();
    }
  }

  /** Goes on to the next completion of the frame: its next buffer and, where the device writes one for it, its end. */
  private moreOfFrame(context: RxContext): boolean {
    if (context.buffersLeft > 0) {
      context.part = 'payload';
      this.takeBuffer(context);
      return true;
    }
    if (!context.program.tellsParts || context.part === 'frame') return false;
    context.part = 'frame';
    return true;
  }

  /** The next buffer of the frame; a buffer still in hand is lost by then. */
  private takeBuffer(context: RxContext): void {
    const { payload } = this.classesOf(context.program);
    context.buffersLeft--;
    const netmem = context.queue.payload.take();
    if (payload < 0) return;
    const inHand = context.current[payload];
    if (inHand !== 0 && context.buffersLeft === context.buffers - 2 && context.cleared[payload] < 0)
      context.kept = inHand;
    else if (inHand !== 0) this.lose(context, payload, inHand);
    context.current[payload] = netmem;
    context.cleared[payload] = -1;
  }

  /**
   * `descriptors` fills while a refill path runs, and empties when buffers are released: the ring of the alias class
   * with this number, or (-1) all rings side by side.
   */
  private moreDescriptors(context: RxContext, buffer: number): boolean {
    context.filling = false;
    if (context.program.empties) {
      if (buffer >= 0) return this.reclaim(context, buffer);
      const { payload, header } = this.classesOf(context.program);
      const found = this.reclaim(context, payload);
      return this.reclaim(context, header) || found;
    }
    if (context.allocFailed) {
      context.allocFailed = false;
      return false;
    }
    const ring = this.ringOf(context, buffer);
    // Buffers beside the rings of the machine: seen once, so that it is known where they come from.
    context.filling = ring === null ? context.once : ring.room > 0;
    if (ring === null) context.once = false;
    return context.filling;
  }

  /** Takes a buffer of the class out of its ring into the driver's hands. */
  private reclaim(context: RxContext, buffer: number): boolean {
    const netmem = this.ringOf(context, buffer)?.reclaim() ?? 0;
    if (buffer >= 0) {
      context.current[buffer] = netmem;
      context.cleared[buffer] = -1;
    }
    return netmem !== 0;
  }

  private holds(
    context: RxContext,
    condition: number,
    buffer: number,
    bytes: number,
    place: number,
  ): boolean {
    switch (condition) {
      case ADDRESS_NULL: {
        const netmem = context.operand(buffer);
        return netmem === 0 || this.memory.isNetIov(netmem);
      }
      case IS_NET_IOV: {
        const netmem = context.operand(buffer);
        return netmem !== 0 && this.memory.isNetIov(netmem);
      }
      case POOL_UNREADABLE:
        return buffer < -1
          ? this.poolInVariable(context, -2 - buffer)
          : this.poolIsUnreadable(context, buffer);
      case QUEUE_HAS_PROVIDER:
        return this.providerQueues.includes(context.queue.id);
      case SPLIT_HAPPENED:
        return context.split;
      case SPLIT_ENABLED:
        return this.splitEnabled;
      case XDP_ATTACHED:
        return this.xdpAttached;
      case LENGTH_AT_MOST:
        return this.frameBytes(context) <= (bytes < 0 ? 256 : bytes);
      case PAYLOAD_EMPTY:
        return context.payloadBytes === 0;
      case FIRST_FRAGMENT:
        return isFirstBuffer(context);
      case LAST_FRAGMENT:
        return context.buffersLeft === 0;
      case HEADER_COMPLETION:
        return context.part === 'header';
      case PAYLOAD_COMPLETION:
        return context.part === 'payload';
      case FRAME_COMPLETION:
        return context.part === 'frame';
      case ALLOC_FAILED: {
        const failed = context.allocFailed;
        return failed && (buffer < 0 || context.fresh[buffer] === 0);
      }
      case SLOT_EMPTY:
        if (buffer < 0) return false;
        return (context.filling ? context.fresh[buffer] : context.current[buffer]) === 0;
      case SKB_NULL:
        return context.skb === 0;
      case SKB_HAS_HEAD:
        return context.skb !== 0 && this.skbs.linear[context.skb] + this.skbs.linearPayload[context.skb] > 0;
      case RX_ERROR:
        return (context.flags & FRAME_MALFORMED) !== 0 && context.packet % 2 === 1;
      case RING_EMPTY:
        return context.queue.completions === 0;
      case CHECKSUM_GOOD:
        return (context.flags & (FRAME_BAD_CHECKSUM | FRAME_MALFORMED)) === 0;
      case PAGE_REUSABLE:
        this.executed[place]++;
        this.privateRecycling(context, context.operand(buffer), place);
        return false;
      case LARGE_BUFFERS:
        return this.largeBuffers;
      case ALWAYS:
        return true;
      default:
        // mapping-error, no-pool, xdp-consumed, and the conditions about transmission: never true here.
        return false;
    }
  }

  /** Whether the answer to a question is one of these; now and then, where the run explores, one that it is not. */
  private answered(context: RxContext, question: number, answers: number, place: number): boolean {
    this.answers.consulted(question, context.program.path);
    const answer = this.answers.of(question);
    const holds =
      answer < -1 ? heldBy(context, answer) && (answers & 1) === 1 : code.isAmong(answer, answers);
    if (!this.explores(context) || ++this.decisions % EXPLORE_EVERY !== 0) return holds;
    this.executed[place]++;
    return !holds;
  }

  /** Some frames, and what a poll does after frames; not how a queue is filled before its first one. */
  private explores(context: RxContext): boolean {
    if (!this.explore) return false;
    return context.inFrame ? context.packet % EXPLORED_FRAMES === 0 : context.work > 0;
  }

  private frameBytes(context: RxContext): number {
    return context.split ? context.payloadBytes : context.headerBytes + context.payloadBytes;
  }
}

function isFirstBuffer({ buffers, buffersLeft }: RxContext): boolean {
  return buffersLeft === Math.max(0, buffers - 1);
}

/** An answer that depends on the packet at hand. */
function heldBy(context: RxContext, answer: number): boolean {
  switch (answer) {
    case code.WHEN_SPLIT:
      return context.split;
    case code.WHEN_UNSPLIT:
      return !context.split;
    case code.AT_FIRST:
      return isFirstBuffer(context);
    default:
      return context.buffersLeft === 0;
  }
}
