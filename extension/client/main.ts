/**
 * Activation in Node: registers, and nothing more. The language client, which is most of the code, is loaded after
 * VS Code has its answer.
 */
import * as vscode from 'vscode';
import { type NetmemApi, registerFeatures } from './activation.ts';
import { machineFiles } from './save-file-node.ts';
import { startWhenNeeded } from './server-start.ts';
import { registerTasks } from './tasks.ts';

export function activate(context: vscode.ExtensionContext): NetmemApi {
  const drivers = registerFeatures(context, machineFiles);
  const command = vscode.Uri.joinPath(context.extensionUri, 'dist/netmem.cjs').fsPath;
  context.subscriptions.push(registerTasks(command));
  context.subscriptions.push(
    startWhenNeeded(drivers, async () => {
      const { startInProcess } = await import('./language-client-node.ts');
      await startInProcess(context, drivers);
    }),
  );
  return { onDidAnalyse: drivers.onDidChange };
}
