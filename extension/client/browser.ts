/** Activation as a web extension: the same features, with the language server in a worker. */
import type * as vscode from 'vscode';
import { type NetmemApi, registerFeatures, reportStartFailure } from './activation.ts';

export function activate(context: vscode.ExtensionContext): NetmemApi {
  const drivers = registerFeatures(context);
  import('./language-client-browser.ts')
    .then(({ startInWorker }) => startInWorker(context, drivers))
    .catch(reportStartFailure);
  return { onDidAnalyse: drivers.onDidChange };
}
