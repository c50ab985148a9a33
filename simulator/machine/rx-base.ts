/**
 * The ground that the receive operations stand on: the parts of the machine they act on, faults with their place, and
 * what becomes of buffers that a driver leaves behind.
 */
import type { PoolModel } from '../contract/driver-model.ts';
import type { BufferRing } from '../nic/buffer-ring.ts';
import { DROP_CAUSES } from '../contract/snapshot.ts';
import type { SkbTable } from '../stack/skb-table.ts';
import type { Stack } from '../stack/stack.ts';
import type { Answers } from '../program/answers.ts';
import type { ProgramClasses } from '../program/classes.ts';
import { NOT_KNOWN, type Place } from '../program/code.ts';
import type { CompiledProgram } from '../program/compile.ts';
import type { Counters } from '../record/counters.ts';
import type { EvidenceLog } from '../record/evidence.ts';
import * as faults from '../record/fault-kinds.ts';
import type { FaultKind } from '../record/fault-kinds.ts';
import { eventNumber } from '../record/log.ts';
import type { Log } from '../record/log.ts';
import type { Memory } from '../memory/machine-memory.ts';
import type { RxContext } from './rx-context.ts';

const EV_DROP = eventNumber('driver-drop');
const EV_FAULT = eventNumber('fault');
const EV_WARN = eventNumber('warn');

const CAUSE_DRIVER = DROP_CAUSES.indexOf('driver');
const CAUSE_UNSPLIT = DROP_CAUSES.indexOf('unsplit-on-provider');
const CAUSE_SKB = DROP_CAUSES.indexOf('alloc-skb');

export interface RxEnvironment {
  readonly memory: Memory;
  readonly skbs: SkbTable;
  readonly stack: Stack;
  readonly log: Log;
  readonly evidence: EvidenceLog;
  readonly counters: Counters;
  readonly classes: readonly ProgramClasses[];
  readonly places: readonly Place[];
  readonly executed: Int32Array;
  /** By place: how conditions came out there. */
  readonly decided: Uint8Array;
  readonly hasHeaderRing: boolean;
  readonly answers: Answers;
  readonly explore: boolean;
  /** A packet that ends in an oops is the end of the packet, not of the run. */
  readonly goesOn: boolean;
  readonly allocFailEvery: number;
  /** Receive buffers are larger than a page. */
  readonly largeBuffers: boolean;
}

export class RxBase {
  protected readonly memory: Memory;
  private readonly places: readonly Place[];
  protected readonly executed: Int32Array;
  protected readonly decided: Uint8Array;
  protected readonly hasHeaderRing: boolean;
  protected readonly explore: boolean;
  protected readonly isPilot: boolean;
  protected readonly goesOn: boolean;
  protected readonly skbs: SkbTable;
  protected readonly stack: Stack;
  protected readonly log: Log;
  protected readonly evidence: EvidenceLog;
  protected readonly counters: Counters;
  protected readonly classes: readonly ProgramClasses[];
  protected readonly allocFailEvery: number;
  protected readonly largeBuffers: boolean;
  protected readonly answers: Answers;
  /** Numbers of the pools of each queue, in the order of the model; -1: not made. */
  private readonly poolNumbers: number[][] = [];
  /** An oops stopped the kernel. */
  halted = false;
  /** Queue that a provider is bound to; -1: none. */
  providerQueues: readonly number[] = [];
  splitEnabled = false;
  xdpAttached = false;

  constructor(environment: RxEnvironment) {
    this.memory = environment.memory;
    this.places = environment.places;
    this.executed = environment.executed;
    this.decided = environment.decided;
    this.hasHeaderRing = environment.hasHeaderRing;
    this.explore = environment.explore;
    this.isPilot = environment.goesOn;
    this.goesOn = environment.goesOn || environment.explore;
    this.skbs = environment.skbs;
    this.stack = environment.stack;
    this.log = environment.log;
    this.evidence = environment.evidence;
    this.counters = environment.counters;
    this.classes = environment.classes;
    this.allocFailEvery = environment.allocFailEvery;
    this.largeBuffers = environment.largeBuffers;
    this.answers = environment.answers;
  }

  /**
   * After a queue got new pools: where each alias class of that queue comes from now.
   * @param numbers of the model's pools, in its order
   */
  assignPools(queue: number, poolOf: (model: PoolModel) => number, numbers: number[]): void {
    this.poolNumbers[queue] = numbers;
    for (const { models, pools } of this.classes) {
      models.forEach((model, buffer) => {
        pools[buffer][queue] = model === null ? -1 : poolOf(model);
      });
    }
  }

  /** The queue stops in the middle of a poll: the frame at work ends here. */
  abandon(context: RxContext): void {
    if (context.inFrame) this.finishFrame(context);
    this.settle(context);
    context.polling = false;
    context.pc = 0;
  }

  protected classesOf(program: CompiledProgram): ProgramClasses {
    return this.classes[program.index];
  }

  protected ringOf(context: RxContext, buffer: number): BufferRing | null {
    const { payload, header } = this.classesOf(context.program);
    if (buffer === header && this.hasHeaderRing) return context.queue.header;
    return buffer === payload ? context.queue.payload : null;
  }

  protected poolIsUnreadable(context: RxContext, buffer: number): boolean {
    const classes = this.classesOf(context.program);
    const pool = classes.pools[buffer < 0 ? classes.payload : buffer]?.[context.queue.id] ?? -1;
    return pool >= 0 && this.memory.isUnreadable(pool);
  }

  /** Number of the pool in a variable as the driver's own code has set it, or -1 where that is not known. */
  protected poolIn(context: RxContext, variable: number): number {
    const value = context.variables[variable];
    return value === NOT_KNOWN || value < 1 ? -1 : (this.poolNumbers[context.queue.id]?.[value - 1] ?? -1);
  }

  protected poolInVariable(context: RxContext, variable: number): boolean {
    const pool = this.poolIn(context, variable);
    return pool >= 0 ? this.memory.isUnreadable(pool) : this.poolIsUnreadable(context, -1);
  }

  /** A buffer is left over: where the driver cleared its slot it is lost, else the slot keeps it for the device. */
  protected lose(context: RxContext, buffer: number, netmem: number): void {
    context.current[buffer] = 0;
    const cleared = context.cleared[buffer];
    context.cleared[buffer] = -1;
    // After a fault the driver's own cleanup is no longer to blame.
    if (context.faulted) this.giveBack(context, netmem);
    else if (cleared >= 0) this.note(context, cleared, netmem, faults.LOST_BUFFER);
    else if (this.ringOf(context, buffer)?.post(netmem) !== true) this.giveBack(context, netmem);
  }

  protected giveBack(context: RxContext, netmem: number, direct = false): void {
    if (this.memory.poolOf(netmem) < 0) this.memory.freeSystem(netmem);
    else this.memory.put(netmem, direct, context.queue.id);
  }

  /** Ends the frame at work: counts it, and looks at what the driver left behind. */
  protected finishFrame(context: RxContext): void {
    context.inFrame = false;
    const buffers = context.program.buffers.length;
    while (context.buffersLeft > 0) {
      context.buffersLeft--;
      const netmem = context.queue.payload.take();
      if (netmem !== 0) this.giveBack(context, netmem);
    }
    for (let buffer = 0; buffer < buffers; buffer++) {
      if (context.current[buffer] !== 0) this.lose(context, buffer, context.current[buffer]);
    }
    if (context.kept !== 0) this.lose(context, this.classesOf(context.program).payload, context.kept);
    context.kept = 0;
    if (context.skb !== 0) {
      this.stack.free(context.skb, context.queue.id);
      context.skb = 0;
    }
    if (context.delivered) return;
    if (context.faulted) {
      this.counters.faulted += context.segments;
      if (!context.split) this.counters.faultedUnsplit += context.segments;
      return;
    }
    const unreadable = !context.split && this.providerQueues.includes(context.queue.id);
    const cause = unreadable ? CAUSE_UNSPLIT : context.allocFailed ? CAUSE_SKB : CAUSE_DRIVER;
    this.counters.drop(cause, context.segments);
    this.log.write(EV_DROP, context.queue.id, -1, context.packet, -1, cause);
  }

  /** Buffers allocated and not posted when a path ends go back. */
  protected settle(context: RxContext): void {
    for (let buffer = 0; buffer < context.program.buffers.length; buffer++) {
      const fresh = context.fresh[buffer];
      if (fresh !== 0) this.giveBack(context, fresh);
      context.fresh[buffer] = 0;
      const current = context.current[buffer];
      if (current !== 0) this.giveBack(context, current);
      context.current[buffer] = 0;
    }
  }

  /** The requirement was put to the test, by the driver's own code: a stand-in tests nothing. */
  protected exercise(context: RxContext, requirement: number): void {
    if (context.program.origin === 'driver') this.evidence.exercise(requirement);
  }

  /** A wrong operation: recorded with its place; an oops ends the run unless the rest is to be explored. */
  protected fault(context: RxContext, place: number, netmem: number, kind: FaultKind): false {
    this.note(context, place, netmem, this.isHeader(context, netmem) ? faults.HEADER_UNREADABLE : kind);
    if (kind.consequence === 'null-dereference') {
      context.faulted = true;
      // What a stand-in does wrong, the driver may do right.
      if (!this.goesOn && context.program.origin === 'driver' && !this.isDoubted(place, netmem))
        this.halted = true;
    }
    return false;
  }

  /** Memory of a provider where headers are written to: whatever the driver does with it, that is the mistake. */
  private isHeader(context: RxContext, netmem: number): boolean {
    const { header, payload } = this.classesOf(context.program);
    if (header < 0 || header === payload || !this.memory.isNetIov(netmem)) return false;
    return context.operand(header) === netmem;
  }

  /** What happens to memory of a provider where there should be none, or to a buffer that may be another one. */
  protected isDoubted(place: number, netmem: number): boolean {
    const doubt = this.places.at(place)?.doubt ?? null;
    return doubt === 'operand' || (doubt === 'pages-only' && netmem > 0 && this.memory.isNetIov(netmem));
  }

  /** The same for what does not stop the operation. */
  protected note(context: RxContext, place: number, netmem: number, kind: FaultKind): void {
    const { log } = this;
    if (context.program.origin === 'generic') return;
    const packet = context.inFrame ? context.packet : -1;
    const fault = { ...kind, place, time: log.time, step: log.step, seq: log.enabled ? log.seq : -1, packet };
    const first = this.evidence.add(fault, this.isDoubted(place, netmem));
    const severe = kind.consequence === 'null-dereference' || kind.consequence === 'corruption';
    if (first || severe) log.write(severe ? EV_FAULT : EV_WARN, context.queue.id, place, packet, netmem, -1);
  }
}
