/// <reference lib="webworker" />
/** The language server in a web worker. It has no files: everything it reads comes through the client. */
import * as vscode from 'vscode';
import { LanguageClient } from 'vscode-languageclient/browser';
import { PARSER_BINARIES_REQUEST, type ParserBinariesResult } from '../server/protocol.ts';
import { clientOptions, connect, focusModeFor } from './client-options.ts';
import type { DriverService } from './driver-service.ts';

export async function startInWorker(context: vscode.ExtensionContext, drivers: DriverService): Promise<void> {
  const file = (name: string) => vscode.Uri.joinPath(context.extensionUri, 'dist', name);
  // From a blob: a worker host refuses scripts of extensions that are installed remotely.
  const script = new Uint8Array(await vscode.workspace.fs.readFile(file('server-worker.js')));
  const address = URL.createObjectURL(new Blob([script]));
  const worker = new Worker(address);
  context.subscriptions.push({ dispose: () => URL.revokeObjectURL(address) });
  const focus = focusModeFor(() => client);
  context.subscriptions.push(focus);
  const client: LanguageClient = new LanguageClient(
    'netmem',
    'Netmem Workbench',
    worker,
    clientOptions(focus),
  );
  context.subscriptions.push(
    client.onRequest(PARSER_BINARIES_REQUEST, async (): Promise<ParserBinariesResult> => {
      const [runtime, grammar] = await Promise.all([
        vscode.workspace.fs.readFile(file('web-tree-sitter.wasm')),
        vscode.workspace.fs.readFile(file('tree-sitter-c.wasm')),
      ]);
      return { runtime, grammar };
    }),
  );
  await connect(context, client, drivers);
}
