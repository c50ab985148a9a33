/** What the panel knows and shows, as plain data. Components read it; only the controller makes a new one. */
import type { DriverModel, SourceRange } from '../../simulator/contract/driver-model.ts';
import type { TraceEvent } from '../../simulator/contract/event.ts';
import type { MachineSnapshot } from '../../simulator/contract/snapshot.ts';
import type { RunChoice } from '../protocol/messages.ts';
import type { Outcome, TimelineBuckets } from '../worker/messages.ts';
import { DEFAULT_LAYOUT } from './checkpoint.ts';
import type { Layout } from './checkpoint.ts';

export const FIRST_CHOICE: RunChoice = { scenario: 'dmabuf-works', parameters: {}, seed: 1, kernel: null };

/**
 * - `waiting`: no model yet, or nothing asked for.
 * - `running`: under way; what an earlier run of this slot came to stays visible until the new outcome is there.
 * - `stopped`: by the user, can go on. `finished`: ran to its end.
 * - `refused`: the parameters are out of range; nothing ran. `failed`: a defect of the simulator.
 */
export type Phase = 'waiting' | 'running' | 'stopped' | 'finished' | 'refused' | 'failed';

/** One run as the panel shows it. */
export interface RunView {
  /** Number of the run within its slot. */
  readonly run: number;
  readonly phase: Phase;
  readonly model: DriverModel | null;
  readonly choice: RunChoice;
  /** 0 to 1 while running. */
  readonly fraction: number;
  /** Why it was refused or failed; empty otherwise. */
  readonly problem: string;
  readonly outcome: Outcome | null;
  readonly timeline: TimelineBuckets | null;
  /** The machine at the moment shown. */
  readonly moment: MachineSnapshot | null;
  /** What happened in the step that led to the moment; empty at the end of a run. */
  readonly events: readonly TraceEvent[];
  /** Places of the verdict that the editor has a fix for. */
  readonly fixable: readonly SourceRange[];
}

/** The part of the event log that is on screen. */
export interface LogWindow {
  readonly filter: string;
  readonly from: number;
  readonly total: number;
  /** Rows at or before the moment shown. */
  readonly past: number;
  readonly rows: readonly TraceEvent[];
}

export interface Notice {
  readonly severity: 'info' | 'error';
  readonly text: string;
}

export interface PanelState {
  /** URI of the driver's directory; empty until the host sent a model. */
  readonly driver: string;
  readonly document: string;
  /** The driver as the editor has it. */
  readonly live: DriverModel | null;
  /** Why the live model is not up to date; empty when it is. */
  readonly modelError: string;
  /** The driver out of a run file, which then stands in for the live one. */
  readonly opened: DriverModel | null;
  readonly choice: RunChoice;
  /** Moment shown, in machine steps; null: the end. */
  readonly position: number | null;
  readonly playing: boolean;
  readonly main: RunView;
  readonly compared: RunView | null;
  /** Driver of the compared run, kept as it was when the run was kept; null: the driver as it is now. */
  readonly comparedModel: DriverModel | null;
  readonly log: LogWindow;
  readonly layout: Layout;
  readonly notice: Notice | null;
}

export const EMPTY_LOG: LogWindow = { filter: '', from: 0, total: 0, past: 0, rows: [] };

export function waitingRun(choice: RunChoice): RunView {
  return {
    run: 0,
    phase: 'waiting',
    model: null,
    choice,
    fraction: 0,
    problem: '',
    outcome: null,
    timeline: null,
    moment: null,
    events: [],
    fixable: [],
  };
}

export const EMPTY_STATE: PanelState = {
  driver: '',
  document: '',
  live: null,
  modelError: '',
  opened: null,
  choice: FIRST_CHOICE,
  position: null,
  playing: false,
  main: waitingRun(FIRST_CHOICE),
  compared: null,
  comparedModel: null,
  log: EMPTY_LOG,
  layout: DEFAULT_LAYOUT,
  notice: null,
};

/** The driver that runs: out of a file while one is open, else as the editor has it. */
export function currentModel(state: PanelState): DriverModel | null {
  return state.opened ?? state.live;
}

/** Length of a run in steps; 0 while unknown. */
export function lengthOf(view: RunView): number {
  return view.outcome?.end.step ?? 0;
}
