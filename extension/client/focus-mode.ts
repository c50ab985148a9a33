/**
 * Focus mode: findings on the line that is being typed wait until the caret leaves it. Off unless the user asks for
 * it; without it the server's answers pass through untouched.
 */
import * as vscode from 'vscode';
import type { Middleware } from 'vscode-languageclient';

const SETTING = 'netmem.focusMode';

export class FocusMode implements vscode.Disposable {
  readonly #subscriptions: vscode.Disposable[] = [];
  /** Where the user types, until the caret goes elsewhere. */
  #typing: { readonly document: vscode.TextDocument; readonly line: number } | null = null;

  /** @param refresh asks for the diagnostics of a document again */
  constructor(refresh: (document: vscode.TextDocument) => void) {
    const leave = () => {
      const left = this.#typing;
      this.#typing = null;
      if (left !== null) refresh(left.document);
    };
    this.#subscriptions.push(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const editor = vscode.window.activeTextEditor;
        if (!isOn() || contentChanges.length === 0 || editor?.document !== document) return;
        this.#typing = { document, line: editor.selection.active.line };
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections, kind }) => {
        if (this.#typing === null || textEditor.document !== this.#typing.document) return;
        const line = selections[0]?.active.line;
        if (line === this.#typing.line) return;
        // A line break moves the caret as part of the typing, and takes the line with it.
        if (kind === undefined && line !== undefined) this.#typing = { ...this.#typing, line };
        else leave();
      }),
      vscode.window.onDidChangeActiveTextEditor(leave),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(SETTING)) leave();
      }),
    );
  }

  /** Takes the findings of the line being typed out of what the server answered. */
  readonly middleware: Middleware = {
    provideDiagnostics: async (document, previousResultId, token, next) => {
      if (!isOn() || 'scheme' in document) return next(document, previousResultId, token);
      // An "unchanged" would bring back what was taken out.
      const report = await next(document, undefined, token);
      if (!report || !('items' in report)) return report;
      const typing = this.#typing;
      if (typing?.document !== document) return report;
      const line = typing.line;
      return {
        ...report,
        items: report.items.filter(({ range }) => line < range.start.line || range.end.line < line),
      };
    },
  };

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}

function isOn(): boolean {
  return vscode.workspace.getConfiguration().get(SETTING) === true;
}
