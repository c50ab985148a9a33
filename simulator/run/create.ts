/** Makes runs: checks the input, builds the machine, and gives it the facade with time travel. */
import { capture, checkpointBytes, describeState, restore } from '../core/checkpoint.ts';
import type { Checkpoint } from '../core/checkpoint.ts';
import { ok, refuse } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { ns } from '../core/time.ts';
import type { Nanoseconds } from '../core/time.ts';

import { coveredPlaces } from './covered-places.ts';
import type { CoveredPlace } from './covered-places.ts';
import { netlinkViews } from './views.ts';
import type { NetlinkViews } from './views.ts';
import { WireFrame } from '../nic/frame.ts';
import { Sender } from '../nic/traffic.ts';
import type { Compiled } from '../program/compile.ts';
import { compiledModel, Machine } from '../machine/machine.ts';
import type { Memory } from '../memory/machine-memory.ts';
import { PoolMemory } from '../machine/pool-memory.ts';
import type { Expectation } from '../scenarios/scenario.ts';
import type { OtherFault } from './answer-search.ts';
import { knownAnswers } from './known-answers.ts';
import type { RunConfig } from '../contract/config.ts';
import { describeEvent } from './describe-event.ts';
import type { TraceEvent } from '../contract/event.ts';
import { conclude } from './conclude.ts';
import { checkExpectations } from './metrics.ts';
import type { Simulation, SimulationInput, Stop, WirePacket } from './simulation.ts';
import type { MachineSnapshot } from '../contract/snapshot.ts';
import { takeSnapshot } from './take-snapshot.ts';
import { validate } from '../contract/validate.ts';
import type { Verdict } from '../contract/verdict.ts';

/** Steps between checkpoints; doubled when the checkpoints would take more than CHECKPOINT_BYTES. */
const CHECKPOINT_STEPS = 512;
const CHECKPOINT_BYTES = 64 * 1024 * 1024;
/** Configuration that may change in the middle of a run; the rest shapes the machine when it is made. */
const CHANGEABLE: readonly (keyof RunConfig)[] = [
  'payloadBytes',
  'payloadSizes',
  'headerBytes',
  'otherShare',
  'udpShare',
  'malformedShare',
  'splitFailureShare',
  'badChecksumShare',
  'reader',
  'readInterval',
  'tokenReturn',
  'tokenDelay',
  'tokenBatch',
  'napiBudget',
  'interruptDelay',
  'packetCost',
  'packets',
  'mtu',
  'coalesce',
];

/** The driver's programs, and the answers to their questions, as all forks of a run have them. */
interface Driver {
  readonly compiled: Compiled;
  readonly answers: Int8Array;
  /** Mistakes with packets of other kinds. */
  readonly elsewhere: readonly OtherFault[];
}

/** Changes of a fork at a step. */
interface Change {
  readonly step: number;
  readonly changes: Partial<RunConfig>;
}

/**
 * Makes a run.
 * @param expectations what a scenario promises; checked when the verdict is asked for.
 * @param around puts something between the machine and its memory: a test that watches every buffer.
 * @returns a refusal for parameters out of range, with the kernel's errno where it has one.
 */
export function createSimulation(
  input: SimulationInput,
  expectations: readonly Expectation[] = [],
  around: (memory: Memory) => Memory = (memory) => memory,
): Result<Simulation> {
  const valid = validate(input.config);
  if (!valid.ok) return valid;
  const compiled = compiledModel(input.model);
  // A lesson is about the packets that it sends.
  const found = knownAnswers(input, compiled, expectations.length === 0);
  if (!found.ok) return found;
  return ok(new MachineRun(input, { compiled, ...found.value }, expectations, [], around));
}

class MachineRun implements Simulation {
  readonly input: SimulationInput;
  private readonly driver: Driver;
  private readonly machine: Machine;
  private readonly expectations: readonly Expectation[];
  private readonly changes: readonly Change[];
  private readonly around: (memory: Memory) => Memory;
  private readonly shared: Set<object>;
  private readonly checkpoints = new Map<number, { readonly time: number; readonly state: Checkpoint }>();
  /** Frame number -> what the sender does from then on: changes of forks. */
  private readonly switches = new Map<number, { readonly config: RunConfig; readonly time: number }>();
  private interval = CHECKPOINT_STEPS;

  constructor(
    input: SimulationInput,
    driver: Driver,
    expectations: readonly Expectation[],
    changes: readonly Change[],
    around: (memory: Memory) => Memory,
  ) {
    this.input = input;
    this.driver = driver;
    this.around = around;
    this.expectations = expectations;
    this.changes = changes;
    this.machine = new Machine({
      ...input,
      ...driver,
      memory: around(new PoolMemory(input.config, input.kernel)),
    });
    this.shared = new Set(this.machine.shared);
    if (input.config.history) this.checkpoint();
    this.applyChanges();
  }

  get time(): Nanoseconds {
    return ns(this.machine.time);
  }

  get position(): number {
    return this.machine.step;
  }

  get done(): boolean {
    return this.machine.ended;
  }

  get recorded(): number {
    return this.machine.history.end;
  }

  get oldest(): number {
    return this.machine.history.begin;
  }

  step(): boolean {
    const more = this.machine.advance();
    if (more) this.arrived();
    return more;
  }

  runTo(time: number, budget = Infinity): Stop {
    for (let steps = 0; steps < budget; steps++) {
      if (this.machine.nextTime > time) return this.machine.ended ? 'end' : 'time';
      this.step();
    }
    return 'budget';
  }

  runToEnd(budget = Infinity): Stop {
    for (let steps = 0; steps < budget; steps++) if (!this.step()) return 'end';
    return 'budget';
  }

  seek(step: number): void {
    const target = Math.max(0, Math.trunc(step));
    if (target < this.position || this.nearest(target) > this.position) this.rewind(target);
    while (this.position < target && this.step());
  }

  seekTime(time: number): void {
    if (time < this.machine.time) this.rewind(this.lastCheckpointBefore(time));
    while (this.machine.nextTime <= time && this.step());
  }

  fork(changes: Partial<RunConfig>): Result<Simulation> {
    for (const key of Object.keys(changes)) {
      if (!CHANGEABLE.some((changeable) => changeable === key)) {
        return refuse(null, `${key} shapes the machine when it is made: start a new run to change it`);
      }
    }
    const valid = validate({ ...this.machine.config, ...changes });
    if (!valid.ok) return valid;
    const past = this.changes.filter(({ step }) => step <= this.position);
    const now = [...past, { step: this.position, changes }];
    const fork = new MachineRun(this.input, this.driver, this.expectations, now, this.around);
    fork.seek(this.position);
    return ok(fork);
  }

  snapshot(): MachineSnapshot {
    return takeSnapshot(this.machine);
  }

  events(from: number, to: number): readonly TraceEvent[] {
    const events: TraceEvent[] = [];
    const { history } = this.machine;
    for (let seq = Math.max(from, history.begin); seq < Math.min(to, history.end); seq++) {
      const record = history.read(seq);
      if (record !== null) events.push(describeEvent(this.machine, seq, record));
    }
    return events;
  }

  *wire(): Iterable<WirePacket> {
    const sender = new Sender(this.input.config, this.input.seed);
    const frame = new WireFrame();
    for (;;) {
      const change = this.switches.get(sender.sent);
      if (change !== undefined) sender.reconfigure(change.config, change.time);
      const time = sender.nextTime;
      if (time === Infinity || time > this.machine.time) return;
      sender.send(frame);
      yield { time, frame };
    }
  }

  netlink(): NetlinkViews {
    return netlinkViews(this.machine);
  }

  verdict(): Verdict {
    const verdict = conclude(this.machine, [], this.driver.elsewhere);
    if (this.expectations.length === 0) return verdict;
    return {
      ...verdict,
      expectations: checkExpectations(this.expectations, verdict, this.snapshot(), this.netlink()),
    };
  }

  coverage(): readonly CoveredPlace[] {
    return coveredPlaces(this.machine);
  }

  digest(): string {
    return describeState(this.machine, this.shared);
  }

  /** After each step: changes of a fork, and checkpoints. */
  private arrived(): void {
    this.applyChanges();
    if (this.input.config.history && this.position % this.interval === 0) this.checkpoint();
  }

  private applyChanges(): void {
    for (const { step, changes } of this.changes) {
      if (step !== this.position) continue;
      const config = { ...this.machine.config, ...changes };
      this.shared.add(config);
      this.switches.set(this.machine.sender.sent, { config, time: this.machine.time });
      this.machine.reconfigure(config);
    }
  }

  private checkpoint(): void {
    if (this.checkpoints.has(this.position)) return;
    const checkpoint = capture(this.machine, this.shared);
    this.checkpoints.set(this.position, { time: this.machine.time, state: checkpoint });
    if (checkpointBytes(checkpoint) * this.checkpoints.size > CHECKPOINT_BYTES) this.thinOut();
  }

  /** Drops every other checkpoint. */
  private thinOut(): void {
    this.interval *= 2;
    for (const step of [...this.checkpoints.keys()]) {
      if (step % this.interval !== 0) this.checkpoints.delete(step);
    }
  }

  private nearest(step: number): number {
    let best = -1;
    for (const candidate of this.checkpoints.keys()) {
      if (candidate <= step && candidate > best) best = candidate;
    }
    return best;
  }

  private rewind(step: number): void {
    const checkpoint = this.checkpoints.get(this.nearest(step));
    if (checkpoint === undefined) throw new Error('a run without history cannot go back');
    restore(checkpoint.state);
  }

  private lastCheckpointBefore(time: number): number {
    let best = 0;
    for (const [step, checkpoint] of this.checkpoints) {
      if (checkpoint.time < time && step > best) best = step;
    }
    return best;
  }
}
