/**
 * The seam between the page and whoever shows it. The page knows only this interface, so that it runs the same in the
 * editor, in a plain browser (tests, documentation) and with nobody there.
 */
import type { FromPanel, ToPanel } from '../protocol/messages.ts';

export interface PanelHost {
  post(message: FromPanel): void;
  /** Checked messages only; what is no message of the protocol never gets here. */
  onMessage(listener: (message: ToPanel) => void): void;
  /** What was stored last, unchecked: an older build may have written it. */
  loadState(): unknown;
  /** Plain JSON data, small: it is written at every change. */
  saveState(state: unknown): void;
}
