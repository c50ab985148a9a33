/**
 * Activation: registers what the manifest promises, and nothing more. The language client, which is most of the
 * code, is loaded after VS Code has its answer.
 */
import * as vscode from 'vscode';
import { DriverModels } from './driver-models.ts';
import { registerPanel } from './panel.ts';

export function activate(context: vscode.ExtensionContext): void {
  const models = new DriverModels();
  context.subscriptions.push(models, registerPanel(context, models));
  void import('./language-client.ts').then(
    ({ startLanguageClient }) => startLanguageClient(context, models),
    (error: unknown) => vscode.window.showErrorMessage(`Netmem Workbench could not start: ${String(error)}`),
  );
}
