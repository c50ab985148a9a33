/** What the suites inside the extension host share: the workspace, and waiting for an answer that comes in time. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

/** Room for a machine that does other work: a task of VS Code takes 14 s to start on an idle one. */
const PATIENCE_MS = 90_000;
const PAUSE_MS = 50;

/** A file of a workspace folder. */
export function fileOf(folder: string, name: string): vscode.Uri {
  const found = (vscode.workspace.workspaceFolders ?? []).find((candidate) => candidate.name === folder);
  assert.ok(found, `no workspace folder ${folder}`);
  return vscode.Uri.joinPath(found.uri, name);
}

/** Opens a file of the first driver in an editor. */
export async function openDriver(name: string, folder = 'tern'): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(fileOf(folder, name), { preview: false });
}

/**
 * Asks until the answer is good. VS Code answers providers that are not ready yet with nothing.
 * @param patience milliseconds after which it fails
 */
export async function until<T>(
  ask: () => T | Thenable<T>,
  isGood: (answer: T) => boolean,
  patience = PATIENCE_MS,
): Promise<T> {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await ask();
    if (isGood(answer)) return answer;
    if (Date.now() > end) assert.fail(`no good answer in time, the last was ${JSON.stringify(answer)}`);
    await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
}

/** Findings of a document as VS Code shows them. */
export function findings(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'netmem');
}

export function ruleOf({ code }: vscode.Diagnostic): string {
  return typeof code === 'object' ? String(code.value) : String(code);
}

/** The findings, once there are some. */
export function someFindings(uri: vscode.Uri): Promise<vscode.Diagnostic[]> {
  return until(
    () => findings(uri),
    (found) => found.length > 0,
  );
}

/** Where a word stands first in the document. */
export function placeOf(document: vscode.TextDocument, word: string): vscode.Position {
  const offset = document.getText().indexOf(word);
  assert.ok(offset >= 0, `${word} is not in ${document.uri.path}`);
  return document.positionAt(offset + 1);
}

/** Sets a setting of the workspace for the time of `run`. */
export async function withSetting(name: string, value: unknown, run: () => Promise<void>): Promise<void> {
  const set = (to: unknown) =>
    vscode.workspace.getConfiguration().update(name, to, vscode.ConfigurationTarget.Workspace);
  await set(value);
  try {
    await run();
  } finally {
    await set(undefined);
  }
}

/** Labels of the open tabs. */
export function tabs(): string[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));
}

/** Runs a command as the editor does that was handed it. */
export async function run({ command, arguments: given }: vscode.Command): Promise<void> {
  const args: unknown[] = given ?? [];
  await vscode.commands.executeCommand(command, ...args);
}

/** Entries of the light bulb's menu where a word stands first. */
export async function actionsAt(document: vscode.TextDocument, word: string): Promise<vscode.CodeAction[]> {
  const at = placeOf(document, word);
  const place = new vscode.Range(at, at);
  const resolved = 20;
  return vscode.commands.executeCommand(
    'vscode.executeCodeActionProvider',
    document.uri,
    place,
    undefined,
    resolved,
  );
}

/** What the hover on a word says, as Markdown. */
export async function hover(document: vscode.TextDocument, word: string): Promise<string> {
  const found = await until(
    () =>
      vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        placeOf(document, word),
      ),
    (hovers) => hovers.length > 0,
  );
  return found
    .flatMap(({ contents }) => contents)
    .map((content) => (content instanceof vscode.MarkdownString ? content.value : JSON.stringify(content)))
    .join('\n');
}
