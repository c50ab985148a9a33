/** The facade that the panel, the terminal and the tests use: one run of one driver. */
import type { Result } from '../core/result.ts';
import type { Nanoseconds } from '../core/time.ts';
import type { KernelRelease } from '../core/kernel-release.ts';
import type { DriverModel } from '../contract/driver-model.ts';
import type { CoveredPlace } from './covered-places.ts';
import type { NetlinkViews } from './views.ts';
import type { WireFrame } from '../nic/frame.ts';
import type { RunConfig } from '../contract/config.ts';
import type { TraceEvent } from '../contract/event.ts';
import type { MachineSnapshot } from '../contract/snapshot.ts';
import type { Verdict } from '../contract/verdict.ts';

export interface SimulationInput {
  readonly model: DriverModel;
  readonly config: RunConfig;
  /** Unsigned 32-bit. */
  readonly seed: number;
  readonly kernel: KernelRelease;
  /** Answers to questions of the driver that the run has to keep to; the others are searched. */
  readonly pins?: readonly Pin[];
}

/** `answer`: one of the question's, `yes` or `no` for a plain condition; `no` and `none`: none of those known. */
export interface Pin {
  /** Key or text of the question, as the verdict tells it. */
  readonly question: string;
  readonly answer: string;
}

/** Why a run call came back. `budget`: call again to go on. */
export type Stop = 'end' | 'time' | 'budget';

export interface WirePacket {
  /** Nanoseconds. */
  readonly time: number;
  readonly frame: WireFrame;
}

export interface Simulation {
  readonly input: SimulationInput;
  readonly time: Nanoseconds;
  /** Machine steps done; a step is one dispatched event (arrival, packet of a poll, read, …). */
  readonly position: number;
  readonly done: boolean;
  /** Log records so far (of the furthest point reached). */
  readonly recorded: number;
  /** Oldest record still kept. */
  readonly oldest: number;
  /** Does one step; false when the run has ended. */
  step(): boolean;
  /** Runs to the first step after `time`, or `budget` steps. */
  runTo(time: number, budget?: number): Stop;
  /** Runs until nothing more happens, or `budget` steps. */
  runToEnd(budget?: number): Stop;
  /** Goes to the moment after `step` steps, back or forth; equal, byte for byte, to running there. */
  seek(step: number): void;
  /** Goes to the moment before the first step later than `time`. */
  seekTime(time: number): void;
  /** A second run from this moment on with other parameters; the past is shared. */
  fork(changes: Partial<RunConfig>): Result<Simulation>;
  snapshot(): MachineSnapshot;
  /** Records with `from <= seq < to`. */
  events(from: number, to: number): readonly TraceEvent[];
  /** What came over the wire until now, history or not. `frame` is used again for the next one. */
  wire(): Iterable<WirePacket>;
  /** What `ynl --family netdev` would show now. */
  netlink(): NetlinkViews;
  verdict(): Verdict;
  /** What the run did of the driver's own code until now. */
  coverage(): readonly CoveredPlace[];
  /** All state as text, equal for equal machines: for tests and bug reports. */
  digest(): string;
}
