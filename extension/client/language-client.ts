/** The connection to the language server in a process of its own. Loaded lazily: see `main.ts`. */
import * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import {
  DRIVER_CHANGED_NOTIFICATION,
  DRIVER_MODEL_REQUEST,
  type DriverChangedParams,
  type DriverModelParams,
  type DriverModelResult,
} from '../server/protocol.ts';
import type { DriverModels } from './driver-models.ts';
import { clientOptions, serveFiles } from './client-options.ts';

export async function startLanguageClient(
  context: vscode.ExtensionContext,
  models: DriverModels,
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
    models.announce(driver),
  );
  await client.start();
  models.connect((params: DriverModelParams) =>
    client.sendRequest<DriverModelResult>(DRIVER_MODEL_REQUEST, params),
  );
}
