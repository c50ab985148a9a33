/**
 * The suite's own extension: a file system that VS Code can only reach through it, as it reaches a repository on the
 * web. Its files lie in a directory that only this file knows of.
 */
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';

const SCHEME = 'netmemtest';

class VirtualFiles implements vscode.FileSystemProvider {
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changed.event;
  readonly #home: string;

  constructor(home: string) {
    this.#home = home;
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    return this.#try(uri, (path) => {
      const { size, ctimeMs, mtimeMs } = statSync(path);
      const type = statSync(path).isDirectory() ? vscode.FileType.Directory : vscode.FileType.File;
      return { type, size, ctime: ctimeMs, mtime: mtimeMs };
    });
  }

  readDirectory(uri: vscode.Uri): [string, vscode.FileType][] {
    return this.#try(uri, (path) =>
      readdirSync(path, { withFileTypes: true }).map((entry) => [
        entry.name,
        entry.isDirectory() ? vscode.FileType.Directory : vscode.FileType.File,
      ]),
    );
  }

  readFile(uri: vscode.Uri): Uint8Array {
    return this.#try(uri, (path) => readFileSync(path));
  }

  writeFile(uri: vscode.Uri, content: Uint8Array): void {
    this.#change(uri, vscode.FileChangeType.Changed, (path) => writeFileSync(path, content));
  }

  createDirectory(uri: vscode.Uri): void {
    this.#change(uri, vscode.FileChangeType.Created, (path) => mkdirSync(path));
  }

  delete(uri: vscode.Uri): void {
    this.#change(uri, vscode.FileChangeType.Deleted, (path) => rmSync(path, { recursive: true }));
  }

  rename(from: vscode.Uri, to: vscode.Uri): void {
    this.#change(from, vscode.FileChangeType.Deleted, (path) => renameSync(path, join(this.#home, to.path)));
  }

  #change(uri: vscode.Uri, type: vscode.FileChangeType, work: (path: string) => void): void {
    this.#try(uri, work);
    this.#changed.fire([{ type, uri }]);
  }

  #try<T>(uri: vscode.Uri, work: (path: string) => T): T {
    try {
      return work(join(this.#home, uri.path));
    } catch {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
  }
}

export function activate(context: vscode.ExtensionContext): void {
  const home = process.env['NETMEM_TEST_VIRTUAL'];
  if (home === undefined) return;
  context.subscriptions.push(vscode.workspace.registerFileSystemProvider(SCHEME, new VirtualFiles(home)));
}
