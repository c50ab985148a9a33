/**
 * What the panel remembers when it is hidden, moved or the window is reloaded: a few choices, from which the run is
 * computed again. Simulation state is never stored. A checkpoint of another version, or a broken one, is discarded
 * member by member, so that a new build never starts with an error because of an old one.
 */
import { isRunChoice } from '../protocol/messages.ts';
import type { RunChoice } from '../protocol/messages.ts';
import { isCount, isFields, isOneOf, isString } from '../protocol/decode.ts';

export const CHECKPOINT_VERSION = 1;

export const VIEWS = ['verdict', 'events', 'counters', 'driver', 'parameters', 'compare'] as const;
/** The lower half of the panel. */
export type View = (typeof VIEWS)[number];

/** Look of the page: which parts are shown how. */
export interface Layout {
  readonly view: View;
  /** Pictures as tables: the text alternative, also a choice for anyone who prefers it. */
  readonly pictureAsTable: boolean;
  /** The machine is folded away. */
  readonly pictureFolded: boolean;
  readonly eventFilter: string;
}

export interface Checkpoint {
  readonly v: typeof CHECKPOINT_VERSION;
  /** URI of the driver's directory; a checkpoint of another driver keeps only the layout. */
  readonly driver: string;
  /** URI of the file the panel was opened from; read by the host when it restores the panel. */
  readonly document: string;
  readonly choice: RunChoice | null;
  /** The second run, when two are compared. */
  readonly compared: RunChoice | null;
  /** Place on the timeline, in machine steps from the start; null: the end of the run. */
  readonly position: number | null;
  readonly layout: Layout;
}

export const DEFAULT_LAYOUT: Layout = {
  view: 'verdict',
  pictureAsTable: false,
  pictureFolded: false,
  eventFilter: '',
};

export const EMPTY_CHECKPOINT: Checkpoint = {
  v: CHECKPOINT_VERSION,
  driver: '',
  document: '',
  choice: null,
  compared: null,
  position: null,
  layout: DEFAULT_LAYOUT,
};

function readLayout(stored: unknown): Layout {
  if (!isFields(stored)) return DEFAULT_LAYOUT;
  return {
    view: isOneOf(VIEWS, stored['view']) ? stored['view'] : DEFAULT_LAYOUT.view,
    pictureAsTable: stored['pictureAsTable'] === true,
    pictureFolded: stored['pictureFolded'] === true,
    eventFilter: isString(stored['eventFilter']) ? stored['eventFilter'] : '',
  };
}

/** What can be kept of a stored value; the empty checkpoint if nothing can. */
export function readCheckpoint(stored: unknown): Checkpoint {
  if (!isFields(stored) || stored['v'] !== CHECKPOINT_VERSION) return EMPTY_CHECKPOINT;
  return {
    v: CHECKPOINT_VERSION,
    driver: isString(stored['driver']) ? stored['driver'] : '',
    document: isString(stored['document']) ? stored['document'] : '',
    choice: isRunChoice(stored['choice']) ? stored['choice'] : null,
    compared: isRunChoice(stored['compared']) ? stored['compared'] : null,
    position: isCount(stored['position']) ? stored['position'] : null,
    layout: readLayout(stored['layout']),
  };
}
