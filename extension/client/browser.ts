/** Activation as a web extension: the same features, with the language server in a worker. */
import type * as vscode from 'vscode';
import { registerFeatures, reportStartFailure } from './activation.ts';

export function activate(context: vscode.ExtensionContext): void {
  const drivers = registerFeatures(context);
  import('./language-client-browser.ts')
    .then(({ startInWorker }) => startInWorker(context, drivers))
    .catch(reportStartFailure);
}
