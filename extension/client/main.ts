/**
 * Activation: registers what the manifest promises, and nothing more. The language client, which is most of the
 * code, is loaded after VS Code has its answer.
 */
import * as vscode from 'vscode';
import { DriverService } from './driver-service.ts';
import { registerPanel } from './panel.ts';
import { registerReadiness } from './readiness.ts';
import { registerTasks } from './tasks.ts';
import { registerWords } from './words.ts';

export function activate(context: vscode.ExtensionContext): void {
  const drivers = new DriverService();
  const command = vscode.Uri.joinPath(context.extensionUri, 'dist/netmem.cjs').fsPath;
  context.subscriptions.push(
    drivers,
    registerPanel(context, drivers),
    registerReadiness(drivers),
    registerWords(drivers),
    registerTasks(command),
  );
  void import('./language-client.ts').then(
    ({ startLanguageClient }) => startLanguageClient(context, drivers),
    (error: unknown) => vscode.window.showErrorMessage(`Netmem Workbench could not start: ${String(error)}`),
  );
}
