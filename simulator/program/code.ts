/**
 * The instruction set that the driver IR is compiled to: a flat Int32Array with six words an instruction, so that
 * executing a packet allocates nothing.
 *
 * Words: operation, buffer operand (-1 none), two arguments, jump target, place.
 */
import type { ConditionKind, Doubt, Operation } from '../contract/driver-ir.ts';
import type { SourceRange } from '../contract/driver-model.ts';
import type { Frame } from '../contract/verdict.ts';

export const WORDS = 6;

/** Control instructions; operation kinds follow from OPERATION_BASE on. */
export const END = 0;
export const JUMP = 1;
/** Goes to the target when the condition (first argument, negation in the second) does not hold. */
export const BRANCH = 2;
export const LOOP_COMPLETIONS = 3;
export const LOOP_FRAGMENTS = 4;
export const LOOP_DESCRIPTORS = 5;
/** Before a LOOP_DESCRIPTORS: a failed allocation of earlier does not count. */
export const ENTER_DESCRIPTORS = 6;
/** Before a LOOP_FRAGMENTS: with a buffer still in hand the body comes first. */
export const ENTER_FRAGMENTS = 7;
/** Words: variable, value, source variable + 1 (0: the value; -1: not known). */
export const SET = 8;
/** Before a BRANCH: variable, comparison (COMPARE_* and negation in bit 2), value; decides when the variable is known. */
export const TEST = 9;
/**
 * Goes to the target when the answer to a question is none of those given: question, answers (bit 0: the first one known
 * to the question), 1 if it goes there when it is one of them.
 */
export const ASK = 10;
export const OPERATION_BASE = 16;

export const COMPARE_EQUAL = 0;
export const COMPARE_LESS = 1;
export const COMPARE_GREATER = 2;
export const COMPARE_NEGATED = 4;

/** A variable whose value the source does not say. */
export const NOT_KNOWN = -0x80000000;

export const OPERATION_KINDS = [
  'alloc',
  'dma-address',
  'dma-map',
  'dma-unmap',
  'post',
  'sync-for-cpu',
  'sync-for-device',
  'take-address',
  'cpu-access',
  'unwrap',
  'build-skb',
  'alloc-skb',
  'copy-header',
  'add-frag',
  'add-frag-noacc',
  'mark-for-recycle',
  'run-xdp',
  'read-skb-head',
  'deliver',
  'free-skb',
  'put',
  'free-page',
  'refcount',
  'clear-slot',
  'pool-ref',
  'pool-create',
  'pool-destroy',
  'napi-enable',
  'napi-disable',
  'tx-map-head',
  'tx-unmap-head',
  'tx-map-frag',
  'tx-store-address',
  'tx-unmap-frag',
  'tx-read-payload',
  'tx-post',
  'tx-free-skb',
  'tx-drop',
] as const satisfies readonly Operation['kind'][];

export const CONDITIONS = [
  'address-null',
  'is-net-iov',
  'pool-unreadable',
  'queue-has-provider',
  'split-happened',
  'split-enabled',
  'xdp-attached',
  'xdp-consumed',
  'length-at-most',
  'payload-empty',
  'first-fragment',
  'last-fragment',
  'header-completion',
  'payload-completion',
  'frame-completion',
  'alloc-failed',
  'slot-empty',
  'skb-null',
  'skb-has-head',
  'mapping-error',
  'rx-error',
  'ring-empty',
  'checksum-good',
  'no-pool',
  'skb-unreadable',
  'frag-is-net-iov',
  'frag-marked',
  'page-reusable',
  'large-buffers',
  'always',
  'unknown',
] as const satisfies readonly ConditionKind[];

/** Argument values of operations. */
export const INTERFACE_PAGE = 0;
export const INTERFACE_NETMEM = 1;
export const INTERFACE_ADDRESS = 2;
/** Second argument of `alloc`, `sync-*`. */
export const PAST_POOL = 1;
/** Second argument of an `alloc` from the pool in a variable: this and the variable's number. */
export const POOL_VARIABLE = 2;
/** First argument of `cpu-access` for an access that cannot fault. */
export const ACCESS_PREFETCH = 1;
export const ACCESS_OTHER = 0;
/** Headers are taken from the first fragment where the skb has none of its own. */
export const ACCESS_HEADERS = 2;
/** First argument of TX operations. */
export const HELPER_WRONG = 0;
export const HELPER_NETMEM = 1;
export const HELPER_MARK = 2;
export const HELPER_ADDRESS = 3;

/** Outcome of a TEST on the variables: null when the variable is not known. */
export function outcome(
  variables: Int32Array,
  variable: number,
  compare: number,
  value: number,
): boolean | null {
  const actual = variables[variable];
  if (actual === NOT_KNOWN) return null;
  const kind = compare & 3;
  const holds =
    kind === COMPARE_EQUAL ? actual === value : kind === COMPARE_LESS ? actual < value : actual > value;
  return holds !== (compare & COMPARE_NEGATED) > 0;
}

/** Executes a SET. */
export function assign(variables: Int32Array, variable: number, value: number, source: number): void {
  variables[variable] = source > 0 ? variables[source - 1] : source < 0 ? NOT_KNOWN : value;
}

/** A question that is asked around a place, and how its answer has to be to come there. */
export interface Under {
  readonly question: number;
  /** Bit 0: the first answer known to the question. */
  readonly answers: number;
  readonly holds: boolean;
  readonly text: string;
}

/** How the condition at a place came out so far, as bits: by a variable, and by what the machine knows. */
export const HELD = 1;
export const FAILED = 2;
export const WAS_TRUE = 4;
export const WAS_FALSE = 8;

/** Answers that fit into a word; a driver that tells apart more gets no further. */
export const MOST_ANSWERS = 30;

/** Whether the answer with this number (-1: none of those known) is among the answers. */
export function isAmong(answer: number, answers: number): boolean {
  return answer >= 0 && ((answers >> answer) & 1) === 1;
}

/**
 * Answers to a plain condition that is about the packet at hand: `yes` for a frame that the device split, for one that
 * it did not split, at the first or at the last buffer of a frame, and `no` otherwise.
 */
export const WHEN_SPLIT = -2;
export const WHEN_UNSPLIT = -3;
export const AT_FIRST = -4;
const AT_LAST = -5;
export const BY_PACKET: readonly number[] = [WHEN_SPLIT, WHEN_UNSPLIT, AT_FIRST, AT_LAST];
/** As people read them, in the same order. */
export const BY_PACKET_TEXTS: readonly string[] = [
  'for frames that are split',
  'for frames that are not split',
  'at the first buffer of a frame',
  'at the last buffer of a frame',
];

/** What a place in a program is, for evidence, events and coverage. */
export interface Place {
  readonly at: SourceRange;
  readonly api: string;
  /** Functions from the path's entry to the operation. */
  readonly stack: readonly Frame[];
  /** The questions asked around it, outermost first. */
  readonly under: readonly Under[];
  readonly program: number;
  /** An operation; else a branch or a loop. */
  readonly isOperation: boolean;
  /** Why a mistake here says nothing about the driver; null: it does. */
  readonly doubt: Doubt | null;
}
