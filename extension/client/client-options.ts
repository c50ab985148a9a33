/** What the node and the browser client have in common. */
import * as vscode from 'vscode';
import {
  type BaseLanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
} from 'vscode-languageclient';
import {
  type DirectoryFile,
  type InitializationOptions,
  READ_DIRECTORY_REQUEST,
  READ_FILE_REQUEST,
  type ReadParams,
} from '../server/protocol.ts';

/** VS Code opens headers as C++ unless told otherwise. */
const DOCUMENTS = [{ language: 'c' }, { language: 'cpp', pattern: '**/*.h' }];

export function clientOptions(): LanguageClientOptions {
  return {
    documentSelector: DOCUMENTS,
    initializationOptions: { workbench: true } satisfies InitializationOptions,
    // Reported where the user looks for it, in the output channel. Nothing pops up unasked.
    revealOutputChannelOn: RevealOutputChannelOn.Never,
  };
}

/** Answers the server's questions about files it cannot read itself: virtual and remote file systems. */
export function serveFiles(client: BaseLanguageClient): vscode.Disposable {
  return vscode.Disposable.from(
    client.onRequest(READ_FILE_REQUEST, ({ uri }: ReadParams) => readFile(vscode.Uri.parse(uri))),
    client.onRequest(READ_DIRECTORY_REQUEST, ({ uri }: ReadParams) => readDirectory(vscode.Uri.parse(uri))),
  );
}

async function readFile(uri: vscode.Uri): Promise<string | null> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return null;
  }
}

async function readDirectory(uri: vscode.Uri): Promise<readonly DirectoryFile[] | null> {
  try {
    const entries = await vscode.workspace.fs.readDirectory(uri);
    const files = entries.filter(([name, type]) => type === vscode.FileType.File && /\.[ch]$/.test(name));
    return await Promise.all(
      files.map(async ([name]) => {
        const file = vscode.Uri.joinPath(uri, name);
        return { uri: file.toString(), size: (await vscode.workspace.fs.stat(file)).size };
      }),
    );
  } catch {
    return null;
  }
}
