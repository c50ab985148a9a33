/** Runs as files. */
import { PROTOCOL_VERSION } from '../protocol.ts';
import type { SavedRun } from '../protocol.ts';
import type { PanelController } from '../state/controller.ts';
import { currentModel } from '../state/panel-state.ts';
import type { PanelState } from '../state/panel-state.ts';

/** Saves model and choice: enough to run it again to the same byte, anywhere. */
export function exportCurrent(state: PanelState, panel: PanelController): void {
  const model = currentModel(state);
  if (model === null) return;
  const run: SavedRun = { kind: 'netmem-run', version: PROTOCOL_VERSION, model, choice: state.choice };
  const text = `${JSON.stringify(run, null, 1)}\n`;
  panel.exportRun('run', `${model.name}-${state.choice.scenario}.json`, new TextEncoder().encode(text));
}
