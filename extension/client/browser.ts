/** Activation as a web extension: the same features, with the language server in a worker. */
import type * as vscode from 'vscode';
import { type NetmemApi, registerFeatures } from './activation.ts';
import { editorFiles } from './save-file.ts';
import { startWhenNeeded } from './server-start.ts';

export function activate(context: vscode.ExtensionContext): NetmemApi {
  const drivers = registerFeatures(context, editorFiles);
  context.subscriptions.push(
    startWhenNeeded(drivers, async () => {
      const { startInWorker } = await import('./language-client-browser.ts');
      await startInWorker(context, drivers);
    }),
  );
  return { onDidAnalyse: drivers.onDidChange };
}
