/** From a finding to the run that trips over it: what a command of the light bulb asks the panel for. */
import * as vscode from 'vscode';
import { REQUIREMENTS } from '../../webview/protocol/messages.ts';
import type { RequirementId, ToPanel } from '../../webview/protocol/messages.ts';
import { SHOW_IN_SIMULATOR_COMMAND } from '../server/protocol.ts';

type Show = Extract<ToPanel, { type: 'show' }>;

/** @param open opens the panel of the driver that a file belongs to, and gives it a message. */
export function showInSimulator(open: (uri: vscode.Uri, message: Show) => Promise<void>): vscode.Disposable {
  return vscode.commands.registerCommand(
    SHOW_IN_SIMULATOR_COMMAND,
    async (uri: unknown, requirement: unknown) => {
      const known = REQUIREMENTS.find((id) => id === requirement);
      if (typeof uri === 'string' && known !== undefined)
        await open(vscode.Uri.parse(uri), showMessage(known));
    },
  );
}

/** Beyond refusals: most findings lie in code that a driver whose bind is refused never runs on device memory. */
function showMessage(focus: RequirementId): Show {
  const scenario = focus.startsWith('TX') ? 'tx-works' : 'dmabuf-works';
  return { type: 'show', scenario, parameters: { provider: 'dmabuf', explore: true }, focus };
}
