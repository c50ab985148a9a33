/** The connection to the language server in a process of its own. Loaded lazily: see `main.ts`. */
import * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import { DRIVER_CHANGED_NOTIFICATION, type DriverChangedParams } from '../server/protocol.ts';
import { clientOptions, serveFiles } from './client-options.ts';
import type { DriverService } from './driver-service.ts';

export async function startLanguageClient(
  context: vscode.ExtensionContext,
  drivers: DriverService,
): Promise<void> {
  const module = vscode.Uri.joinPath(context.extensionUri, 'dist/server.cjs').fsPath;
  const client = new LanguageClient(
    'netmem',
    'Netmem Workbench',
    { module, transport: TransportKind.ipc },
    clientOptions(),
  );
  context.subscriptions.push(client, serveFiles(client));
  client.onNotification(DRIVER_CHANGED_NOTIFICATION, ({ driver }: DriverChangedParams) =>
    drivers.announce(driver),
  );
  await client.start();
  drivers.connect((method, params) => client.sendRequest(method, params));
}
