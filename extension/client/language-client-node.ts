/** The language server in a process of its own. */
import * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import { clientOptions, connect, focusModeFor } from './client-options.ts';
import type { DriverService } from './driver-service.ts';

export async function startInProcess(
  context: vscode.ExtensionContext,
  drivers: DriverService,
): Promise<void> {
  const module = vscode.Uri.joinPath(context.extensionUri, 'dist/server.cjs').fsPath;
  // Most of what a keystroke makes is garbage by the next one: room for it spares a third of the time.
  const options = { execArgv: ['--max-semi-space-size=64'] };
  const server = { module, transport: TransportKind.ipc, options };
  const focus = focusModeFor(() => client);
  context.subscriptions.push(focus);
  const client: LanguageClient = new LanguageClient(
    'netmem',
    'Netmem Workbench',
    server,
    clientOptions(focus),
  );
  await connect(context, client, drivers);
}
