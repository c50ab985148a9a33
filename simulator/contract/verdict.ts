/** What a run says about the driver, with the evidence for it. */
import type { SourceRange } from './driver-model.ts';
import type { PacketCounts } from './snapshot.ts';

/** The rules of the kernel's netmem document. */
export const REQUIREMENTS = ['RX1', 'RX2', 'RX3', 'RX4', 'RX5', 'RX6', 'RX7', 'TX1', 'TX2'] as const;
export type RequirementId = (typeof REQUIREMENTS)[number];

export type Blame = 'driver' | 'configuration' | 'user' | 'nobody';

export interface BindOutcome {
  readonly request: 'none' | 'bind-rx' | 'zcrx-register' | 'bind-tx';
  readonly accepted: boolean;
  /** `EOPNOTSUPP`; `oops` when the kernel would not live to answer; null when accepted. */
  readonly errno: string | null;
  readonly blame: Blame;
  /** Why, naming the check and what to do. */
  readonly cause: string;
  readonly at: SourceRange | null;
  readonly requirement: RequirementId | null;
}

/** A request of the administrator that the kernel turned down. */
export interface RefusedRequest {
  readonly request: string;
  readonly errno: string;
  readonly blame: Blame;
  readonly cause: string;
  readonly at: SourceRange | null;
  readonly requirement: RequirementId | null;
}

/** One function of the driver's call stack: where it was called. */
export interface Frame {
  readonly function: string;
  readonly at: SourceRange | null;
}

export interface Evidence {
  readonly requirement: RequirementId;
  /** What the kernel does with it: `NULL pointer dereference`, `WARN`, `EFAULT`, `leak`, … */
  readonly consequence: Consequence;
  readonly text: string;
  readonly at: SourceRange | null;
  readonly stack: readonly Frame[];
  readonly operation: string | null;
  readonly time: number;
  readonly step: number;
  readonly seq: number | null;
  readonly packet: number | null;
  readonly count: number;
  /** The unknown condition under which the path was explored; null on the sure path. */
  readonly assuming: string | null;
}

export type Consequence =
  | 'refused'
  | 'null-dereference'
  | 'warn'
  | 'corruption'
  | 'leak'
  | 'stall'
  | 'efault'
  | 'drop'
  | 'private-recycling'
  | 'past-pool';

export interface RequirementVerdict {
  readonly requirement: RequirementId;
  readonly state: 'holds' | 'fails' | 'not-reached';
  readonly text: string;
  readonly evidence: readonly Evidence[];
}

export interface Coverage {
  readonly path: string;
  readonly entry: string;
  readonly origin: 'driver' | 'generic';
  /**
   * Operations that packets of the run can reach in the mode that ran, while nothing fails, and those of them that ran. What is
   * for other modes, packets of other kinds and errors is in `all` only.
   */
  readonly operations: number;
  readonly executed: number;
  readonly all: number;
  /** It is the program of the path that the run took, where the driver has several. */
  readonly chosen: boolean;
}

/** What the run took for granted: an answer to a question of the driver that it came to. */
export interface Choice {
  readonly question: string;
  /** Null: none of the answers that the driver tells apart. */
  readonly answer: string | null;
  readonly about: 'mode' | 'packet';
  readonly at: SourceRange;
}

export interface ExpectationResult {
  readonly text: string;
  readonly holds: boolean;
  readonly actual: string;
}

export interface Verdict {
  /**
   * `pending` until the run has ended; `inconclusive` when nothing was found wrong, and not enough of the driver's own code
   * ran to say that it is right.
   */
  readonly state: 'pass' | 'fail' | 'inconclusive' | 'pending';
  readonly bind: BindOutcome;
  readonly bindTx: BindOutcome;
  /** Other requests that were turned down (ethtool, XDP, channels), oldest first. */
  readonly refused: readonly RefusedRequest[];
  readonly packets: PacketCounts;
  readonly requirements: readonly RequirementVerdict[];
  readonly blame: Blame;
  /** The one sentence to read first. */
  readonly cause: string;
  readonly at: SourceRange | null;
  readonly coverage: readonly Coverage[];
  /** The mode of the driver that ran, and what was assumed of its packets; in the order in which it came up. */
  readonly choices: readonly Choice[];
  /** Places of the driver's operations that ran. */
  readonly executed: readonly SourceRange[];
  readonly expectations: readonly ExpectationResult[];
}
