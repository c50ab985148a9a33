/** Activation as a web extension: the same features, with the language server in a worker. */
import * as vscode from 'vscode';
import { registerFeatures } from './activation.ts';

export function activate(context: vscode.ExtensionContext): void {
  const drivers = registerFeatures(context);
  void import('./language-client-browser.ts').then(
    ({ startInWorker }) => startInWorker(context, drivers),
    (error: unknown) => vscode.window.showErrorMessage(`Netmem Workbench could not start: ${String(error)}`),
  );
}
