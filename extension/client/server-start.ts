/**
 * When the language server starts: at once in a directory of kernel sources, so that it is ready when a file is opened;
 * elsewhere with the first C file, or when something is asked of it. VS Code activates the extension for any Makefile.
 */
import * as vscode from 'vscode';
import { reportStartFailure } from './activation.ts';
import type { DriverService } from './driver-service.ts';
import { isKernelMakefile } from './kernel-makefile.ts';
import { isSource } from './sources.ts';

/** @param start starts the server; called once at most */
export function startWhenNeeded(drivers: DriverService, start: () => Promise<void>): vscode.Disposable {
  let started = false;
  const once = (): void => {
    if (started) return;
    started = true;
    opening.dispose();
    start().catch(reportStartFailure);
  };
  const opening = vscode.workspace.onDidOpenTextDocument((document) => {
    if (isSource(document)) once();
  });
  drivers.onDidAsk(once);
  if (vscode.workspace.textDocuments.some(isSource)) once();
  else void isKernelSource().then((is) => is && once());
  return opening;
}

/** True if a workspace folder is a directory that the kernel builds. */
async function isKernelSource(): Promise<boolean> {
  const files = (vscode.workspace.workspaceFolders ?? []).flatMap(({ uri }) =>
    ['Makefile', 'Kbuild'].map((name) => vscode.Uri.joinPath(uri, name)),
  );
  const texts = await Promise.allSettled(files.map((file) => vscode.workspace.fs.readFile(file)));
  const decoder = new TextDecoder();
  return texts.some((read) => read.status === 'fulfilled' && isKernelMakefile(decoder.decode(read.value)));
}
