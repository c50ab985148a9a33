/**
 * What the run in the panel did to the code: executed operations in the margin, the faulting one behind its line and as a
 * problem of source `netmem simulator`. All of it goes when the panel does.
 */
import * as vscode from 'vscode';
import type { SourceRange } from '../../simulator/contract/driver-model.ts';
import { BINDING_NOTES, type Binding } from '../../simulator/contract/binding.ts';
import type { SourceMark } from '../../webview/protocol/messages.ts';
import { editorRange } from './panel-source.ts';

const SIMULATOR_SOURCE = 'netmem simulator';

/** What is said of a function in which nothing went wrong. */
const RAN: Readonly<Record<Binding, string>> = {
  bound: 'ran without a fault',
  'as if bound': `${BINDING_NOTES['as if bound']}, ran without a fault`,
  'not bound': BINDING_NOTES['not bound'],
};

/** Characters of a fault's text in a lens and behind the line; the problem has all of it. */
const MAX_TEXT = 70;

interface Run {
  readonly provider: string;
  readonly binding: Binding;
  readonly marks: readonly SourceMark[];
}

export class RunMarks implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  /** By driver, as the panels sent them. */
  readonly #runs = new Map<string, Run>();
  readonly #problems = vscode.languages.createDiagnosticCollection('netmem-simulator');
  readonly #executed = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    overviewRulerColor: new vscode.ThemeColor('testing.coveredGutterBackground'),
    overviewRulerLane: vscode.OverviewRulerLane.Left,
    borderStyle: 'solid',
    borderWidth: '0 0 0 2px',
    borderColor: new vscode.ThemeColor('testing.coveredGutterBackground'),
  });
  readonly #fault = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('diffEditor.removedLineBackground'),
    overviewRulerColor: new vscode.ThemeColor('editorError.foreground'),
    overviewRulerLane: vscode.OverviewRulerLane.Left,
    after: { color: new vscode.ThemeColor('editorCodeLens.foreground'), margin: '0 0 0 3em' },
  });
  readonly #assumed = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    overviewRulerColor: new vscode.ThemeColor('editorInfo.foreground'),
    overviewRulerLane: vscode.OverviewRulerLane.Left,
    after: { color: new vscode.ThemeColor('editorCodeLens.foreground'), margin: '0 0 0 3em' },
  });
  readonly #step = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('editor.stackFrameHighlightBackground'),
  });
  #current: SourceRange | null = null;
  readonly #subscription = vscode.window.onDidChangeVisibleTextEditors(() => this.#decorate());

  readonly onDidChange = this.#changed.event;

  /** Takes over the marks of a driver's run. */
  set(driver: string, run: Run): void {
    this.#runs.set(driver, run);
    this.#show();
  }

  /** Takes the marks of a driver away. */
  clear(driver: string): void {
    if (this.#runs.delete(driver)) this.#show();
  }

  #show(): void {
    this.#publish();
    this.#decorate();
    this.#changed.fire();
  }

  /** The line of the moment that the panel shows, as in a debugger; null: none. */
  showCurrent(at: SourceRange | null): void {
    this.#current = at;
    this.#decorate();
  }

  /** What the run says about a piece of a file: its uppermost fault, or that it ran without one; null: it did not run. */
  verdict(uri: vscode.Uri, body: vscode.Range): string | null {
    for (const { provider, binding, marks } of this.#runs.values()) {
      const inside = marks.filter(({ at }) => isIn(at, uri) && body.contains(editorRange(at).start));
      const [fault] = inside
        .filter(({ kind }) => kind !== 'executed')
        .sort((a, b) => editorRange(a.at).start.compareTo(editorRange(b.at).start));
      if (fault !== undefined) {
        const why = fault.text === '' ? '' : `: ${shortened(fault.text)}`;
        const fails = fault.kind === 'fault' ? 'fails' : 'would fail';
        return `${provider}: ${fails} at line ${fault.at.line}${why}`;
      }
      if (inside.length > 0) return `${provider}: ${RAN[binding]}`;
    }
    return null;
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#executed.dispose();
    this.#fault.dispose();
    this.#assumed.dispose();
    this.#step.dispose();
    this.#problems.dispose();
    this.#changed.dispose();
  }

  #in(uri: vscode.Uri): SourceMark[] {
    return this.#all().filter(({ at }) => isIn(at, uri));
  }

  #all(): SourceMark[] {
    return [...this.#runs.values()].flatMap(({ marks }) => marks);
  }

  #publish(): void {
    this.#problems.clear();
    const byFile = new Map<string, vscode.Diagnostic[]>();
    for (const { at, kind, text } of this.#all()) {
      if (kind === 'executed') continue;
      const problem = new vscode.Diagnostic(editorRange(at), text === '' ? 'The run fails here.' : text);
      // What lies behind a refused request has not happened.
      if (kind === 'assumed') problem.severity = vscode.DiagnosticSeverity.Information;
      problem.source = SIMULATOR_SOURCE;
      byFile.set(at.file, [...(byFile.get(at.file) ?? []), problem]);
    }
    for (const [file, problems] of byFile) this.#problems.set(vscode.Uri.parse(file), problems);
  }

  #decorate(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const marks = this.#in(editor.document.uri);
      const of = (kind: SourceMark['kind']) =>
        marks
          .filter((mark) => mark.kind === kind)
          .map(({ at, text }) => ({
            range: editorRange(at),
            ...(text !== '' && {
              hoverMessage: text,
              renderOptions: { after: { contentText: shortened(text) } },
            }),
          }));
      editor.setDecorations(this.#executed, of('executed'));
      editor.setDecorations(this.#fault, of('fault'));
      editor.setDecorations(this.#assumed, of('assumed'));
      const step = this.#current;
      const here = step !== null && isIn(step, editor.document.uri);
      editor.setDecorations(this.#step, here ? [editorRange(step)] : []);
    }
  }
}

function shortened(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}

function isIn({ file }: SourceRange, uri: vscode.Uri): boolean {
  return vscode.Uri.parse(file).toString() === uri.toString();
}
