/**
 * Messages between the panel (the page) and its host (the editor, or a plain browser in tests). Both directions are
 * discriminated unions of plain data; both ends check what they receive, and drop what is not a message of theirs.
 * The simulator runs inside the page, so nothing here is on the path of a step.
 */
import { KERNEL_RELEASES } from '../../simulator/core/kernel-release.ts';
import type { KernelRelease } from '../../simulator/core/kernel-release.ts';
import { BINDINGS } from '../../simulator/contract/binding.ts';
import type { Binding } from '../../simulator/contract/binding.ts';
import { modelProblem } from '../../simulator/contract/bounds.ts';
import { DRIVER_MODEL_VERSION } from '../../simulator/contract/driver-model.ts';
import type { DriverModel, SourceRange } from '../../simulator/contract/driver-model.ts';
import { REQUIREMENTS } from '../../simulator/contract/verdict.ts';
import type { RequirementId } from '../../simulator/contract/verdict.ts';
import { isWholeDriverModel } from './driver-model.ts';
import { isArrayOf, isCount, isFields, isOneOf, isRecordOf, isString } from './decode.ts';

/** What findings, verdicts and this protocol call the rules of the kernel's netmem document. */
export { REQUIREMENTS };
export type { RequirementId };

/** Raised when a message changes its meaning; a page and a host of different versions do not talk. */
export const PROTOCOL_VERSION = 1;

/** Value of one simulation parameter. */
export type ParameterValue = number | string | boolean;

/** What a run depends on besides the driver: enough to run it again to the same byte. */
export interface RunChoice {
  readonly scenario: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** Seed of the random numbers, an unsigned 32-bit integer. */
  readonly seed: number;
  /** Kernel whose behaviour is simulated; null: the scenario's, else the newest one modelled. */
  readonly kernel: KernelRelease | null;
}

/** A run as a file: the driver as it was read, and the choice. */
export interface SavedRun {
  readonly kind: 'netmem-run';
  readonly version: typeof PROTOCOL_VERSION;
  readonly model: DriverModel;
  readonly choice: RunChoice;
}

export const EXPORT_FORMATS = ['run', 'pcapng', 'trace'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/**
 * A line of the driver that the current run executed, or that the run puts the blame on: `assumed` where it would go
 * wrong if a refused request were granted.
 */
export interface SourceMark {
  readonly at: SourceRange;
  readonly kind: 'executed' | 'fault' | 'assumed';
  /** One line, shown at the mark; empty for plain execution. */
  readonly text: string;
}

/** Host -> panel. */
export type ToPanel =
  | {
      /** The driver as it is now; sent at the start and after each change of its sources. */
      readonly type: 'model';
      readonly version: typeof PROTOCOL_VERSION;
      /** URI of the driver's directory: names the driver, also in stored state. */
      readonly driver: string;
      /** URI of the source file the panel was opened from: how a restored panel finds its driver again. */
      readonly document: string;
      /** The driver model, written by `packData`: a model is large, and this message follows each keystroke. */
      readonly packed: string;
    }
  | {
      /** The driver cannot be read right now; the last model stays in use. */
      readonly type: 'modelError';
      readonly message: string;
    }
  | {
      /** Choose a scenario, and run it ("show me" of a finding, a code lens). Missing parts keep their value. */
      readonly type: 'show';
      readonly scenario: string | null;
      readonly parameters: Readonly<Record<string, ParameterValue>>;
      /** Requirement whose evidence is then shown, at its moment; null: none in particular. */
      readonly focus: RequirementId | null;
    }
  | { readonly type: 'openRun'; readonly run: SavedRun }
  /** Those of the places asked about that the light bulb has a fix for. */
  | { readonly type: 'fixes'; readonly places: readonly SourceRange[] }
  | { readonly type: 'notice'; readonly severity: 'info' | 'error'; readonly text: string };

/** Panel -> host. */
export type FromPanel =
  | { readonly type: 'ready'; readonly version: typeof PROTOCOL_VERSION }
  | { readonly type: 'openSource'; readonly at: SourceRange }
  /** Put the cursor there and offer what the light bulb has. */
  | { readonly type: 'quickFix'; readonly at: SourceRange }
  /** Which of these places have a fix. */
  | { readonly type: 'findFixes'; readonly places: readonly SourceRange[] }
  | {
      readonly type: 'export';
      readonly format: ExportFormat;
      readonly fileName: string;
      readonly content: Uint8Array;
    }
  | { readonly type: 'chooseRun' }
  /** What the editor shows of the current run, beside the code. Replaces what was sent before. */
  | {
      readonly type: 'marks';
      readonly driver: string;
      /** Whose memory the run was about, as people call it: `dma-buf`. */
      readonly provider: string;
      readonly binding: Binding;
      readonly marks: readonly SourceMark[];
    }
  /** The line of the moment shown, as in a debugger; null: none. */
  | { readonly type: 'current'; readonly at: SourceRange | null }
  | { readonly type: 'failure'; readonly text: string };

function isRange(value: unknown): value is SourceRange {
  return (
    isFields(value) &&
    isString(value['file']) &&
    isCount(value['line'], 1) &&
    isCount(value['column'], 1) &&
    isCount(value['endLine'], 1) &&
    isCount(value['endColumn'], 1)
  );
}

const MAX_SEED = 0xffff_ffff;

function isParameter(value: unknown): value is ParameterValue {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

export function isRunChoice(value: unknown): value is RunChoice {
  return (
    isFields(value) &&
    isString(value['scenario']) &&
    isRecordOf(isParameter, value['parameters']) &&
    isCount(value['seed']) &&
    value['seed'] <= MAX_SEED &&
    (value['kernel'] === null || isOneOf(KERNEL_RELEASES, value['kernel']))
  );
}

/**
 * Whether this is a driver model of the version this build understands. It comes with each keystroke from the analyser of the
 * same build, so that only the frame is looked at; see `isWholeDriverModel` for models out of files.
 */
export function isDriverModel(value: unknown): value is DriverModel {
  return (
    isFields(value) &&
    value['version'] === DRIVER_MODEL_VERSION &&
    isString(value['name']) &&
    Array.isArray(value['pools']) &&
    value['pools'].every((pool: unknown) => isFields(pool) && isString(pool['name'])) &&
    isFields(value['capabilities'])
  );
}

export function isSavedRun(value: unknown): value is SavedRun {
  return isWholeRun(value) && modelProblem(value.model) === null;
}

/** Why plain data is no run that this build can take, in words behind the file's name; null if it is one. */
export function savedRunProblem(value: unknown): string | null {
  if (!isWholeRun(value)) return 'is not a netmem run of this version; export it again from the panel';
  const problem = modelProblem(value.model);
  return problem === null ? null : `is no run of a driver: its model ${problem}`;
}

function isWholeRun(value: unknown): value is SavedRun {
  return (
    isFields(value) &&
    value['kind'] === 'netmem-run' &&
    value['version'] === PROTOCOL_VERSION &&
    isWholeDriverModel(value['model']) &&
    isRunChoice(value['choice'])
  );
}

/** Page side: whether `value` is a message from the host. */
export function isToPanel(value: unknown): value is ToPanel {
  if (!isFields(value)) return false;
  switch (value['type']) {
    case 'model':
      return (
        value['version'] === PROTOCOL_VERSION &&
        isString(value['driver']) &&
        isString(value['document']) &&
        isString(value['packed'])
      );
    case 'modelError':
      return isString(value['message']);
    case 'show':
      return (
        (value['scenario'] === null || isString(value['scenario'])) &&
        (value['focus'] === null || isOneOf(REQUIREMENTS, value['focus'])) &&
        isRecordOf(isParameter, value['parameters'])
      );
    case 'openRun':
      return isSavedRun(value['run']);
    case 'fixes':
      return isArrayOf(isRange, value['places']);
    case 'notice':
      return isOneOf(['info', 'error'], value['severity']) && isString(value['text']);
    default:
      return false;
  }
}

function isMark(value: unknown): value is SourceMark {
  return (
    isFields(value) &&
    isRange(value['at']) &&
    isOneOf(['executed', 'fault', 'assumed'], value['kind']) &&
    isString(value['text'])
  );
}

/** Host side: whether `value` is a message from the panel. */
export function isFromPanel(value: unknown): value is FromPanel {
  if (!isFields(value)) return false;
  switch (value['type']) {
    case 'ready':
      return value['version'] === PROTOCOL_VERSION;
    case 'openSource':
    case 'quickFix':
      return isRange(value['at']);
    case 'findFixes':
      return isArrayOf(isRange, value['places']);
    case 'export':
      return (
        isOneOf(EXPORT_FORMATS, value['format']) &&
        isString(value['fileName']) &&
        value['content'] instanceof Uint8Array
      );
    case 'chooseRun':
      return true;
    case 'marks':
      return (
        isString(value['driver']) &&
        isString(value['provider']) &&
        isOneOf(BINDINGS, value['binding']) &&
        isArrayOf(isMark, value['marks'])
      );
    case 'current':
      return value['at'] === null || isRange(value['at']);
    case 'failure':
      return isString(value['text']);
    default:
      return false;
  }
}
