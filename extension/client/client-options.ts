/** What the clients in Node and in the browser have in common. */
import * as vscode from 'vscode';
import {
  type BaseLanguageClient,
  DocumentDiagnosticRequest,
  type LanguageClientOptions,
  RevealOutputChannelOn,
} from 'vscode-languageclient';
import {
  DRIVER_CHANGED_NOTIFICATION,
  type DirectoryEntry,
  type DriverChangedParams,
  type DriverParams,
  type InitializationOptions,
  HIDDEN_NOTIFICATION,
  OPENING_NOTIFICATION,
  READ_DIRECTORY_REQUEST,
  READ_FILE_REQUEST,
  type ReadParams,
  SCAN_PROGRESS_NOTIFICATION,
  type ScanProgress,
} from '../server/protocol.ts';
import type { DriverService } from './driver-service.ts';
import { FocusMode } from './focus-mode.ts';
import { cSources } from './sources.ts';

export function clientOptions(focus: FocusMode): LanguageClientOptions {
  return {
    documentSelector: [...cSources()],
    middleware: focus.middleware,
    initializationOptions: { workbench: true } satisfies InitializationOptions,
    // Reported where the user looks for it, in the output channel. Nothing pops up unasked.
    revealOutputChannelOn: RevealOutputChannelOn.Never,
  };
}

/** Focus mode for a client that is made later, since the client's options need it first. */
export function focusModeFor(client: () => BaseLanguageClient): FocusMode {
  return new FocusMode((document) =>
    client()
      .getFeature(DocumentDiagnosticRequest.method)
      .getProvider(document)
      ?.onDidChangeDiagnosticsEmitter.fire(),
  );
}

/** Starts the client and tells the rest of the extension about it. */
export async function connect(
  context: vscode.ExtensionContext,
  client: BaseLanguageClient,
  drivers: DriverService,
): Promise<void> {
  context.subscriptions.push(
    { dispose: () => client.dispose() },
    serveFiles(client),
    client.onNotification(DRIVER_CHANGED_NOTIFICATION, (analysed: DriverChangedParams) =>
      drivers.announce(analysed),
    ),
    client.onNotification(SCAN_PROGRESS_NOTIFICATION, (progress: ScanProgress) =>
      drivers.announceScan(progress),
    ),
  );
  await client.start();
  context.subscriptions.push(announceFiles(client));
  drivers.connect((method, params, cancellation) => client.sendRequest(method, params, cancellation));
}

/** Tells the server of a file as soon as it has a tab: VS Code takes its time to load the text. */
function announceFiles(client: BaseLanguageClient): vscode.Disposable {
  const announce = (tabs: readonly vscode.Tab[]): void => {
    for (const { input } of tabs) {
      if (!(input instanceof vscode.TabInputText) || !/\.[ch]$/.test(input.uri.path)) continue;
      const uri = input.uri.toString();
      if (vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri)) continue;
      void client.sendNotification(OPENING_NOTIFICATION, { uri } satisfies DriverParams);
    }
  };
  const { tabGroups } = vscode.window;
  const active = tabGroups.activeTabGroup.activeTab;
  if (active !== undefined) announce([active]);
  return tabGroups.onDidChangeTabs(({ opened, closed }) => {
    announce(opened);
    const shown = new Set(tabGroups.all.flatMap(({ tabs }) => tabs).flatMap(fileOf));
    for (const uri of closed.flatMap(fileOf))
      if (!shown.has(uri)) void client.sendNotification(HIDDEN_NOTIFICATION, { uri } satisfies DriverParams);
  });
}

/** The C file that a tab shows, as the one that is edited where it shows two. */
function fileOf({ input }: vscode.Tab): string[] {
  const uri =
    input instanceof vscode.TabInputText
      ? input.uri
      : input instanceof vscode.TabInputTextDiff
        ? input.modified
        : null;
  return uri !== null && /\.[ch]$/.test(uri.path) ? [uri.toString()] : [];
}

/** Answers the server's questions about files it cannot read itself: virtual and remote file systems. */
function serveFiles(client: BaseLanguageClient): vscode.Disposable {
  return vscode.Disposable.from(
    client.onRequest(READ_FILE_REQUEST, ({ uri }: ReadParams) => readFile(vscode.Uri.parse(uri))),
    client.onRequest(READ_DIRECTORY_REQUEST, ({ uri }: ReadParams) => readDirectory(vscode.Uri.parse(uri))),
  );
}

/** As the server bounds what it reads itself. */
const MAX_BYTES = 16 * 1024 * 1024;

async function readFile(uri: vscode.Uri): Promise<string | null> {
  try {
    const { type, size } = await vscode.workspace.fs.stat(uri);
    if ((type & vscode.FileType.File) === 0 || size > MAX_BYTES) return null;
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return null;
  }
}

async function readDirectory(uri: vscode.Uri): Promise<readonly DirectoryEntry[] | null> {
  try {
    const entries = await vscode.workspace.fs.readDirectory(uri);
    const found = entries.map(async ([name, type]): Promise<DirectoryEntry[]> => {
      const entry = vscode.Uri.joinPath(uri, name);
      if (type === vscode.FileType.Directory) return [{ kind: 'directory', uri: entry.toString() }];
      if (type !== vscode.FileType.File || !/\.[ch]$/.test(name)) return [];
      return [{ kind: 'file', uri: entry.toString(), size: (await vscode.workspace.fs.stat(entry)).size }];
    });
    return (await Promise.all(found)).flat();
  } catch {
    return null;
  }
}
