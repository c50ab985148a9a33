/** Runs of the panel as files: what the user saves and opens, through the editor's own dialogs. */
import * as vscode from 'vscode';
import { isSavedRun, savedRunProblem } from '../../webview/protocol/messages.ts';
import type { ExportFormat, FromPanel, SavedRun } from '../../webview/protocol/messages.ts';
import type { SaveFile } from './save-file.ts';

const FILTERS: Readonly<Record<ExportFormat, Readonly<Record<string, string[]>>>> = {
  run: { 'Netmem run': ['json'] },
  pcapng: { 'Packet capture': ['pcapng'] },
  trace: { 'Trace events': ['json'] },
};

/** Several times the largest driver. */
const MAX_RUN_BYTES = 64 * 1024 * 1024;

/** Asks where to, and writes. Null if the user changed their mind. */
export async function exportRun(
  request: Extract<FromPanel, { type: 'export' }>,
  besides: vscode.Uri,
  files: SaveFile,
): Promise<{ readonly severity: 'info' | 'error'; readonly text: string } | null> {
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(besides, '..', request.fileName),
    filters: { ...FILTERS[request.format] },
    title: 'Export run',
  });
  if (!target) return null;
  try {
    await files.put(target, request.content);
    return { severity: 'info', text: `Saved ${target.fsPath}` };
  } catch (error) {
    return { severity: 'error', text: `${target.fsPath} was not saved: ${reason(error)}` };
  }
}

/** Asks for a run file and reads it. `error` is null if the user changed their mind. */
export async function readRun(): Promise<
  { readonly ok: true; readonly run: SavedRun } | { readonly ok: false; readonly error: string | null }
> {
  const [file] =
    (await vscode.window.showOpenDialog({
      canSelectMany: false,
      filters: { ...FILTERS.run },
      title: 'Open run',
    })) ?? [];
  if (!file) return { ok: false, error: null };
  try {
    const { size } = await vscode.workspace.fs.stat(file);
    if (size > MAX_RUN_BYTES)
      return { ok: false, error: `${file.fsPath} is larger than any run of this panel; it was not read.` };
    const run = parsed(new TextDecoder().decode(await vscode.workspace.fs.readFile(file)));
    if (isSavedRun(run)) return { ok: true, run };
    return { ok: false, error: `${file.fsPath} ${savedRunProblem(run) ?? 'is no netmem run'}.` };
  } catch (error) {
    return { ok: false, error: `${file.fsPath} cannot be read as a run: ${reason(error)}` };
  }
}

/** Undefined for what is no JSON: no run, whatever it is. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
