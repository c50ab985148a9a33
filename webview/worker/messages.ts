/**
 * Messages between the page and its worker, where the simulator runs. Both ends come out of the same build; still
 * each message names the run it is about, so that an answer about a run that was replaced meanwhile is dropped.
 */
import type { DriverModel } from '../../simulator/contract/driver-model.ts';
import type { TraceEvent } from '../../simulator/contract/event.ts';
import type { NetlinkViews } from '../../simulator/run/views.ts';
import type { MachineSnapshot } from '../../simulator/contract/snapshot.ts';
import type { Verdict } from '../../simulator/contract/verdict.ts';
import { isRunChoice, isDriverModel } from '../protocol/messages.ts';
import type { RunChoice } from '../protocol/messages.ts';
import { isCount, isFields, isOneOf, isString } from '../protocol/decode.ts';
import { FILE_FORMATS } from './exports.ts';
import type { FileFormat } from './exports.ts';
import type { Samples } from './samples.ts';

export const SLOTS = ['main', 'compared'] as const;
/** The run that is looked at, and the one it is compared with. */
export type Slot = (typeof SLOTS)[number];

/** Which run: numbers grow within a slot, so that a late answer is told from a current one. */
export interface RunKey {
  readonly slot: Slot;
  readonly run: number;
}

/** What the log is asked for: rows `from`, `from + 1`, … of those that match the filter. */
export interface EventQuery {
  readonly filter: string;
  readonly from: number;
  readonly count: number;
}

/** Page -> worker. */
export type ToWorker =
  | { readonly type: 'run'; readonly key: RunKey; readonly model: DriverModel; readonly choice: RunChoice }
  | { readonly type: 'stop'; readonly key: RunKey }
  | { readonly type: 'continue'; readonly key: RunKey }
  | { readonly type: 'seek'; readonly key: RunKey; readonly step: number }
  | { readonly type: 'events'; readonly key: RunKey; readonly query: EventQuery }
  | { readonly type: 'export'; readonly key: RunKey; readonly format: FileFormat };

/** What is known when a run has ended, or was stopped. */
export interface Outcome {
  readonly verdict: Verdict;
  /** The machine at the end. */
  readonly end: MachineSnapshot;
  /** What netlink shows of the machine at the end. */
  readonly netlink: NetlinkViews;
  readonly samples: Samples;
  /** Log records made, and the oldest one still kept. */
  readonly recorded: number;
  readonly oldest: number;
  /** False when the user stopped the run: the verdict is then about the part that ran. */
  readonly complete: boolean;
}

/** The log along the run, for the timeline: equal numbers of steps a bucket. */
export interface TimelineBuckets {
  readonly counts: readonly number[];
  readonly warnings: readonly number[];
  readonly errors: readonly number[];
}

/** Worker -> page. */
export type FromWorker =
  | {
      readonly type: 'refused';
      readonly key: RunKey;
      readonly errno: string | null;
      readonly message: string;
    }
  | {
      readonly type: 'progress';
      readonly key: RunKey;
      /** 0 to 1. */
      readonly fraction: number;
      readonly snapshot: MachineSnapshot;
    }
  | { readonly type: 'finished'; readonly key: RunKey; readonly outcome: Outcome }
  | { readonly type: 'timeline'; readonly key: RunKey; readonly buckets: TimelineBuckets }
  | {
      readonly type: 'moment';
      readonly key: RunKey;
      readonly snapshot: MachineSnapshot;
      /** What happened in the step that led here, the first few records. */
      readonly events: readonly TraceEvent[];
    }
  | {
      readonly type: 'events';
      readonly key: RunKey;
      readonly query: EventQuery;
      /** Rows that match the filter in all. */
      readonly total: number;
      /** How many of them lie at or before the moment shown. */
      readonly past: number;
      readonly rows: readonly TraceEvent[];
    }
  | {
      readonly type: 'exported';
      readonly key: RunKey;
      readonly format: FileFormat;
      readonly content: Uint8Array;
    }
  | { readonly type: 'failure'; readonly key: RunKey | null; readonly text: string };

function isKey(value: unknown): value is RunKey {
  return isFields(value) && isOneOf(SLOTS, value['slot']) && isCount(value['run']);
}

function isQuery(value: unknown): value is EventQuery {
  return isFields(value) && isString(value['filter']) && isCount(value['from']) && isCount(value['count']);
}

/** Worker side: whether `value` is a request of the page. */
export function isToWorker(value: unknown): value is ToWorker {
  if (!isFields(value) || !isKey(value['key'])) return false;
  switch (value['type']) {
    case 'run':
      return isDriverModel(value['model']) && isRunChoice(value['choice']);
    case 'stop':
    case 'continue':
      return true;
    case 'seek':
      return isCount(value['step']);
    case 'events':
      return isQuery(value['query']);
    case 'export':
      return isOneOf(FILE_FORMATS, value['format']);
    default:
      return false;
  }
}

const ANSWERS = [
  'refused',
  'progress',
  'finished',
  'timeline',
  'moment',
  'events',
  'exported',
  'failure',
] as const;

/** Page side: whether `value` is an answer of the worker, which is code of the same build and trusted for the rest. */
export function isFromWorker(value: unknown): value is FromWorker {
  return isFields(value) && isOneOf(ANSWERS, value['type']) && (value['key'] === null || isKey(value['key']));
}
