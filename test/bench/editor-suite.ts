/**
 * Runs inside the extension host of the real VS Code, on a copy of one driver in its tree: how long until the
 * extension is active, until the first findings stand in an opened file, and what a keystroke costs.
 */
import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';

const ID = 'netmem-workbench.netmem-workbench';
const PATIENCE_MS = 60_000;

interface Analysed {
  readonly driver: string;
  readonly milliseconds: number;
}

export async function run(): Promise<void> {
  const file = vscode.Uri.file(process.env['NETMEM_BENCH_FILE'] ?? '');
  const output = process.env['NETMEM_BENCH_OUTPUT'] ?? '';
  await new Promise((done) => setTimeout(done, Number(process.env['NETMEM_BENCH_STANDS_MS'] ?? 0)));

  const opened = performance.now();
  const findings = nextFindings(file);
  // As a click in the Explorer does; `showTextDocument` would load the text before there is a tab.
  await vscode.commands.executeCommand('vscode.open', file);
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.uri.toString() !== file.toString()) throw new Error('the file was not shown');
  const shown = performance.now() - opened;
  await findings;
  const firstFindings = performance.now() - opened;

  const api: unknown = vscode.extensions.getExtension(ID)?.exports;
  const work: number[] = [];
  const seen: number[] = [];
  const keystrokes = Number(process.env['NETMEM_BENCH_KEYSTROKES'] ?? 0);
  for (let i = 0; i < keystrokes; i += 1) {
    const analysed = nextAnalysis(api);
    const started = performance.now();
    const at = statement(editor.document);
    await editor.edit((edit) => edit.insert(at, i % 2 === 0 ? ' ' : '\t'));
    work.push((await analysed).milliseconds);
    seen.push(performance.now() - started);
  }
  writeFileSync(output, JSON.stringify({ activation: await activation(), shown, firstFindings, work, seen }));
  await vscode.commands.executeCommand('workbench.action.files.revert');
}

/** Somewhere inside a function, where people type. */
function statement(document: vscode.TextDocument): vscode.Position {
  const text = document.getText();
  const offset = text.indexOf('\treturn', text.length / 2);
  return document.positionAt(offset);
}

function nextFindings(uri: vscode.Uri): Promise<void> {
  return inTime('no findings', (done) =>
    vscode.languages.onDidChangeDiagnostics(() => {
      if (vscode.languages.getDiagnostics(uri).some(({ source }) => source === 'netmem')) done();
    }),
  );
}

function nextAnalysis(api: unknown): Promise<Analysed> {
  const event: unknown =
    typeof api === 'object' && api !== null ? Reflect.get(api, 'onDidAnalyse') : undefined;
  if (typeof event !== 'function') throw new Error('the extension has no onDidAnalyse');
  const listen = event as vscode.Event<Analysed>;
  return inTime('no analysis', (done) => listen(done));
}

function inTime<T>(failure: string, subscribe: (done: (value: T) => void) => vscode.Disposable): Promise<T> {
  return new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new Error(failure)), PATIENCE_MS);
    const subscription = subscribe((value) => {
      clearTimeout(timer);
      subscription.dispose();
      done(value);
    });
  });
}

/** VS Code's own figures, in ms: code loaded, `activate` called. */
async function activation(): Promise<{ readonly load: number; readonly call: number }> {
  await vscode.commands.executeCommand('perfview.show');
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const view = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'perf');
    const row = view
      ?.getText()
      .split('\n')
      .find((line) => line.startsWith(`| ${ID}`));
    if (row !== undefined) {
      const [, , , load, call] = row.split('|').map((cell) => Number.parseFloat(cell));
      return { load: load ?? NaN, call: call ?? NaN };
    }
    if (performance.now() > end) throw new Error('no row about the extension in Startup Performance');
    await new Promise((done) => setTimeout(done, 200));
  }
}
