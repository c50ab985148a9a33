/**
 * The whole machine: wire, device, driver, page pools, stack and users, moved by one agenda. A step is one event of
 * the agenda; all state hangs from this object, so that a checkpoint of it is complete.
 */
import { EventQueue } from '../core/event-queue.ts';
import { PAGE_SIZE } from '../core/limits.ts';
import { History } from '../record/history.ts';
import type { KernelRelease } from '../core/kernel-release.ts';
import type { DriverModel } from '../contract/driver-model.ts';
import { Device, NO_DESCRIPTOR } from '../nic/device.ts';
import { bufferLength } from '../netlink/buffer-length.ts';
import { WireFrame } from '../nic/frame.ts';
import type { SplitSettings } from '../nic/rx-queue.ts';
import { RxQueue } from '../nic/rx-queue.ts';
import { Sender } from '../nic/traffic.ts';
import type { RunConfig } from '../contract/config.ts';
import { SkbTable } from '../stack/skb-table.ts';
import { Stack } from '../stack/stack.ts';
import { User } from '../stack/user.ts';
import { TxPath } from '../tx/tx-path.ts';
import { ControlPlane } from './control-plane.ts';
import { Answers } from '../program/answers.ts';
import { classesOf, hasHeaderRing } from '../program/classes.ts';
import { NOT_KNOWN } from '../program/code.ts';
import { compilePrograms } from '../program/compile.ts';
import type { Compiled } from '../program/compile.ts';
import { Counters } from '../record/counters.ts';
import { EvidenceLog } from '../record/evidence.ts';
import { completePrograms } from '../program/generic-programs.ts';
import { eventNumber, Log } from '../record/log.ts';
import type { Memory } from '../memory/machine-memory.ts';
import { choosePrograms } from '../program/programs.ts';
import type { Programs } from '../program/programs.ts';
import { isStuck, RxContext } from './rx-context.ts';
import { RxInterpreter } from './rx-interpreter.ts';

/** Kinds of agenda entries. */
const ARRIVE = 0;
const INTERRUPT = 1;
const POLL = 2;
const READ = 3;
const RETURN_TOKENS = 4;
const ACTION = 5;
const TX_SEND = 6;
const TX_DONE = 7;
const POOL_WORK = 8;

const EV_WIRE = eventNumber('wire');
const EV_SPLIT = eventNumber('split');
const EV_UNSPLIT = eventNumber('unsplit');
const EV_NIC_DROP = eventNumber('nic-drop');
const EV_INTERRUPT = eventNumber('interrupt');
const EV_POLL = eventNumber('poll');
const EV_POLL_END = eventNumber('poll-end');

/** From the doorbell to the completion of a sent packet. */
const TX_LATENCY = 5_000;
const TX_INTERVAL = 10_000;
const POOL_WORK_INTERVAL = 1_000_000_000;

export interface MachineInput {
  readonly model: DriverModel;
  readonly config: RunConfig;
  readonly kernel: KernelRelease;
  readonly seed: number;
  readonly memory: Memory;
  /** Programs of the model, compiled for an earlier run. */
  readonly compiled?: Compiled;
  /** Answers to the questions of the programs; default: the usual ones. */
  readonly answers?: Int8Array;
  /** To see how far packets get, whatever happens to one of them. */
  readonly pilot?: boolean;
}

/** The programs of a model, completed by stand-ins for the paths that it lacks. */
export function compiledModel(model: DriverModel): Compiled {
  return compilePrograms(completePrograms(model), model.questions);
}

export class Machine {
  readonly input: MachineInput;
  /** In force now; a fork replaces it. */
  config: RunConfig;
  readonly history: History;
  readonly compiled: Compiled;
  readonly answers: Answers;
  readonly log: Log;
  readonly counters = new Counters();
  readonly evidence = new EvidenceLog();
  readonly memory: Memory;
  readonly skbs = new SkbTable();
  readonly stack: Stack;
  readonly user: User;
  readonly tx: TxPath;
  readonly queues: readonly RxQueue[];
  readonly contexts: readonly RxContext[];
  readonly device: Device;
  readonly interpreter: RxInterpreter;
  readonly controlPlane: ControlPlane;
  readonly executed: Int32Array;
  /** By place: how conditions came out there. */
  readonly decided: Uint8Array;
  readonly hasHeaderRing: boolean;
  readonly programs: Programs;
  /** Set when nothing more can happen. */
  ended = false;
  private split: SplitSettings;
  private readonly agenda = new EventQueue();
  readonly sender: Sender;
  private readonly frame = new WireFrame();
  private readScheduled = false;
  private poolWorkScheduled = false;
  private txToSend = 0;

  constructor(input: MachineInput) {
    const { model, config, kernel } = input;
    this.input = input;
    this.config = config;
    this.memory = input.memory;
    this.sender = new Sender(config, input.seed);
    this.history = new History(config.history ? config.historyLimit : 0);
    this.log = new Log(this.history, config.history);
    this.compiled = input.compiled ?? compiledModel(model);
    this.answers = new Answers(this.compiled, input.answers ?? null);
    this.executed = new Int32Array(this.compiled.places.length);
    this.decided = new Uint8Array(this.compiled.places.length);
    this.hasHeaderRing = hasHeaderRing(this.compiled);
    this.programs = choosePrograms(this.compiled, this.answers);
    this.stack = new Stack(
      this.memory,
      this.skbs,
      this.log,
      this.counters,
      config.rxQueues,
      config.receiveBuffer,
      config.stackHelper,
    );
    this.user = new User(config, this.memory, this.skbs, this.stack, this.log);
    this.queues = Array.from({ length: config.rxQueues }, (_, id) => new RxQueue(id, config.ringSize));
    this.contexts = this.queues.map((queue) => {
      const context = new RxContext(queue, this.programs.poll);
      context.state = new Int32Array(this.compiled.states.length).fill(NOT_KNOWN);
      return context;
    });
    this.interpreter = new RxInterpreter({
      memory: this.memory,
      skbs: this.skbs,
      stack: this.stack,
      log: this.log,
      evidence: this.evidence,
      counters: this.counters,
      classes: this.compiled.programs.map((program) => classesOf(model, program, config.rxQueues)),
      places: this.compiled.places,
      executed: this.executed,
      decided: this.decided,
      hasHeaderRing: this.hasHeaderRing,
      answers: this.answers,
      explore: config.explore,
      goesOn: input.pilot === true,
      allocFailEvery: config.allocFailEvery,
      largeBuffers: bufferLength(config) > PAGE_SIZE,
    });
    this.tx = new TxPath({
      config,
      kernel,
      model,
      log: this.log,
      evidence: this.evidence,
      places: this.compiled.places,
      executed: this.executed,
      decided: this.decided,
      answers: this.answers,
      goesOn: input.pilot === true,
      xmit: this.programs.xmit,
      clean: this.programs.clean,
    });
    this.device = new Device(config, this.queues);
    this.controlPlane = new ControlPlane(this);
    this.controlPlane.start();
    this.split = this.splitSettings();
    this.schedule();
  }

  /** Objects that a checkpoint must leave alone: they never change, or are the log itself. */
  get shared(): ReadonlySet<object> {
    const { input, compiled, programs } = this;
    return new Set<object>([
      input,
      this.config,
      input.config,
      input.model,
      ...input.model.pools,
      this.history,
      compiled,
      ...compiled.programs,
      this.answers,
      programs,
    ]);
  }

  get step(): number {
    return this.log.step;
  }

  get time(): number {
    return this.log.time;
  }

  get nextTime(): number {
    return this.ended ? Infinity : this.agenda.peekTime();
  }

  /** An oops stopped the kernel. */
  private get halted(): boolean {
    return this.interpreter.halted || this.tx.halted || this.user.halted;
  }

  /** Dispatches the next event; false when the run is over. */
  advance(): boolean {
    if (this.ended) return false;
    this.agenda.pop();
    const { agenda, log } = this;
    log.time = agenda.time;
    const operand = agenda.operand;
    switch (agenda.kind) {
      case ARRIVE:
        this.arrive();
        break;
      case INTERRUPT:
        this.interrupt(operand);
        break;
      case POLL:
        this.poll(operand);
        break;
      case READ:
        this.read();
        break;
      case RETURN_TOKENS:
        this.user.giveBackLate(operand);
        break;
      case ACTION:
        this.controlPlane.act(this.config.actions[operand].action);
        this.split = this.splitSettings();
        // A queue that stopped has passed up what GRO held.
        this.wakeReader();
        break;
      case TX_SEND:
        this.send(operand);
        break;
      case TX_DONE:
        this.tx.complete();
        break;
      case POOL_WORK:
        this.poolWork();
        break;
      default:
        break;
    }
    log.step++;
    this.ended = this.halted || agenda.size === 0;
    return true;
  }

  /** A fork changes the configuration in the middle of a run. */
  reconfigure(config: RunConfig): void {
    const idle = this.sender.nextTime === Infinity;
    this.config = config;
    this.user.reconfigure(config);
    this.split = this.splitSettings();
    this.sender.reconfigure(config, this.time);
    if (idle) this.scheduleArrival();
    this.ended = this.halted || this.agenda.size === 0;
  }

  /** Starts a poll of the queue soon: after a queue start, or when the device ran out of descriptors. */
  wake(queue: number, delay: number): void {
    const context = this.contexts[queue];
    if (context.interruptPending || context.polling) return;
    context.interruptPending = true;
    this.agenda.push(this.time + delay, INTERRUPT, queue);
  }

  /** Deferred release of dying pools. */
  scheduleMemoryWork(): void {
    if (this.poolWorkScheduled) return;
    this.poolWorkScheduled = true;
    this.agenda.push(this.time + POOL_WORK_INTERVAL, POOL_WORK, 0);
  }

  /** Frames at work or held in the machine: neither delivered, dropped nor faulted yet. */
  get inFlight(): number {
    return this.counters.wire - this.counters.delivered - this.counters.dropped - this.counters.faulted;
  }

  private schedule(): void {
    const { config, agenda } = this;
    config.actions.forEach((scheduled, index) => agenda.push(scheduled.at, ACTION, index));
    this.scheduleArrival();
    this.txToSend = config.txMessages;
    if (this.txToSend > 0) agenda.push(0, TX_SEND, 0);
    this.ended = this.halted || agenda.size === 0;
  }

  private splitSettings(): SplitSettings {
    const { settings } = this.controlPlane;
    this.interpreter.splitEnabled = settings.split === 'enabled';
    return {
      enabled: settings.split === 'enabled',
      thresh: settings.hdsThresh,
      oneBuffer: !this.programs.poll.addsFrags,
      hasHeaderRing: this.hasHeaderRing,
      headersAlways: !this.programs.poll.testsSplit,
      linearBytes: this.config.linearBytes,
      coalesce: this.config.coalesce,
    };
  }

  private scheduleArrival(): void {
    const { nextTime } = this.sender;
    if (nextTime !== Infinity) this.agenda.push(nextTime, ARRIVE, 0);
  }

  private arrive(): void {
    const { config, device, frame, log, counters } = this;
    this.sender.send(frame);
    this.scheduleArrival();
    const { packet } = frame;
    counters.wire++;
    const bytes = frame.headerBytes + frame.payloadBytes;
    log.write(EV_WIRE, -1, -1, packet, -1, bytes);
    const settings = this.split;
    const arrival = device.receive(frame, config.mtu, settings);
    const id = device.queue;
    switch (arrival) {
      case 'dropped':
        counters.drop(device.cause, 1);
        log.write(EV_NIC_DROP, id, -1, packet, -1, device.cause);
        if (device.cause === NO_DESCRIPTOR) this.wake(id, config.interruptDelay);
        return;
      case 'merged':
        log.write(EV_SPLIT, id, -1, packet, -1, 1);
        return;
      case 'filled':
        if (log.enabled) {
          const split = this.queues[id].splits(frame, settings);
          log.write(split ? EV_SPLIT : EV_UNSPLIT, id, -1, packet, -1, frame.flow);
        }
        this.wake(id, config.interruptDelay);
    }
  }

  /** The kernel would look again for ever; when nothing else can happen, the answer will not change. */
  private poolWork(): void {
    this.poolWorkScheduled = false;
    if (this.memory.tick() && this.agenda.size > 0) this.scheduleMemoryWork();
  }

  private interrupt(queue: number): void {
    const context = this.contexts[queue];
    context.interruptPending = false;
    if (context.polling || !context.queue.running) return;
    this.counters.interrupts++;
    this.log.write(EV_INTERRUPT, queue, -1, -1, -1, -1);
    this.beginPoll(context);
  }

  private beginPoll(context: RxContext): void {
    this.counters.polls++;
    this.log.write(EV_POLL, context.queue.id, -1, -1, -1, context.queue.completions);
    this.interpreter.begin(context, this.programs.poll);
    this.agenda.push(this.time + this.config.packetCost, POLL, context.queue.id);
  }

  private poll(id: number): void {
    const context = this.contexts[id];
    if (!context.polling) return;
    const slice = this.interpreter.slice(context, this.config.napiBudget);
    if (slice === 'oops') {
      this.counters.faulted += context.segments;
      return;
    }
    if (slice === 'frame') {
      this.agenda.push(this.time + this.config.packetCost, POLL, id);
      this.wakeReader();
      return;
    }
    if (this.programs.refillAfterPoll) {
      this.interpreter.runAll(context, this.programs.refill);
    }
    this.stack.flush(id);
    this.counters.completions += context.work;
    this.log.write(EV_POLL_END, id, -1, -1, -1, context.work);
    context.fruitless = context.work > 0 ? 0 : context.fruitless + 1;
    if (context.work >= this.config.napiBudget) this.beginPoll(context);
    else if (context.queue.completions > 0 && !isStuck(context, this.contexts, this.agenda.size))
      this.wake(id, this.config.interruptDelay);
    this.wakeReader();
  }

  private wakeReader(): void {
    if (this.readScheduled) return;
    const { measured, ordinary } = this.stack;
    const reads = this.config.reader !== 'never' && this.user.canRead;
    const wanted = (measured.queue.length > 0 && reads) || ordinary.queue.length > 0;
    if (!wanted) return;
    this.readScheduled = true;
    this.agenda.push(this.time + this.config.readInterval, READ, 0);
  }

  private read(): void {
    this.readScheduled = false;
    const { config, user } = this;
    user.readOrdinary();
    const tokens = config.reader === 'never' ? 0 : user.readMeasured();
    if (tokens > 0) {
      if (config.tokenReturn === 'after-read') user.giveBack(tokens);
      else if (config.tokenReturn === 'delayed') {
        user.dueLater();
        this.agenda.push(this.time + config.tokenDelay, RETURN_TOKENS, tokens);
      }
    }
    this.wakeReader();
  }

  private send(message: number): void {
    const posted = this.tx.send(this.controlPlane.txBind.accepted || this.config.explore);
    for (let i = 0; i < posted; i++) this.agenda.push(this.time + TX_LATENCY, TX_DONE, 0);
    if (message + 1 < this.txToSend) this.agenda.push(this.time + TX_INTERVAL, TX_SEND, message + 1);
  }
}
