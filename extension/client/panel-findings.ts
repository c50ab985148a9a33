/**
 * From a finding to the run that trips over it: an entry of the light bulb beside the fixes. Findings come from the
 * language server; what they have to do with the simulator is known here only.
 */
import * as vscode from 'vscode';
import { REQUIREMENTS } from '../../webview/protocol.ts';
import type { RequirementId, ToPanel } from '../../webview/protocol.ts';
import { cSources } from './sources.ts';

const SHOW_IN_SIMULATOR_COMMAND = 'netmem.showInSimulator';

type Show = Extract<ToPanel, { type: 'show' }>;

/** @param open opens the panel of the driver that a file belongs to, and gives it a message. */
export function showInSimulator(open: (uri: vscode.Uri, message: Show) => Promise<void>): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand(SHOW_IN_SIMULATOR_COMMAND, async (uri: unknown, requirement: unknown) => {
      const known = REQUIREMENTS.find((id) => id === requirement);
      if (uri instanceof vscode.Uri && known !== undefined) await open(uri, showMessage(known));
    }),
    vscode.languages.registerCodeActionsProvider(
      [...cSources()],
      {
        provideCodeActions: ({ uri }, _, { diagnostics }) => {
          const requirements = new Set(diagnostics.map(requirementOf).filter((id) => id !== null));
          return [...requirements].map((requirement) => {
            const title = `Show ${requirement} in the simulator`;
            const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
            action.command = { title, command: SHOW_IN_SIMULATOR_COMMAND, arguments: [uri, requirement] };
            return action;
          });
        },
      },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
  );
}

/** Beyond refusals: most findings lie in code that a driver whose bind is refused never runs on device memory. */
function showMessage(focus: RequirementId): Show {
  const scenario = focus.startsWith('TX') ? 'tx-works' : 'dmabuf-works';
  return { type: 'show', scenario, parameters: { provider: 'dmabuf', explore: true }, focus };
}

/** The requirement that a finding of the server is about: rule names start with it. */
function requirementOf({ source, code }: vscode.Diagnostic): RequirementId | null {
  if (source !== 'netmem') return null;
  const rule = typeof code === 'object' ? code.value : code;
  const prefix = String(rule).split('-')[0]?.toUpperCase();
  return REQUIREMENTS.find((id) => id === prefix) ?? null;
}
