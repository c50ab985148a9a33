/**
 * A finding explained beside the code. VS Code's Markdown preview follows no links into sources or to commands, so the
 * text is rendered by it and shown in a page of its own, without scripts.
 */
import * as vscode from 'vscode';
import {
  ACCEPT_COMMAND,
  COPY_COMMAND,
  type ExplainedFinding,
  OPEN_PLACE_COMMAND,
  PREVIEW_COMMAND,
  RULE_PAGE_COMMAND,
  SHOW_FIXES_COMMAND,
  SHOW_IN_SIMULATOR_COMMAND,
} from '../server/protocol.ts';

/** What a click in the text may do. */
const COMMANDS = [
  ACCEPT_COMMAND,
  COPY_COMMAND,
  OPEN_PLACE_COMMAND,
  PREVIEW_COMMAND,
  RULE_PAGE_COMMAND,
  SHOW_FIXES_COMMAND,
  SHOW_IN_SIMULATOR_COMMAND,
];

export class ExplanationView implements vscode.Disposable {
  #panel: vscode.WebviewPanel | null = null;

  /** Shows the explanation, in place of the last one. */
  async show({ rule, markdown }: ExplainedFinding): Promise<void> {
    const body = await vscode.commands.executeCommand<string>('markdown.api.render', markdown);
    const panel = this.#panel ?? this.#open();
    panel.title = `Explain ${rule}`;
    panel.webview.html = pageOf(body);
    panel.reveal(undefined, true);
  }

  dispose(): void {
    this.#panel?.dispose();
  }

  #open(): vscode.WebviewPanel {
    const panel = vscode.window.createWebviewPanel(
      'netmem.explanation',
      'Explain',
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { enableScripts: false, enableCommandUris: COMMANDS, localResourceRoots: [] },
    );
    panel.onDidDispose(() => (this.#panel = null));
    this.#panel = panel;
    return panel;
  }
}

function pageOf(body: string): string {
  const nonce = crypto.randomUUID();
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Finding</title>
<style nonce="${nonce}">
body { line-height: 1.5; max-width: 50em; overflow-wrap: anywhere; }
h1 { font-size: 1.5em; }
h2 { font-size: 1.15em; }
</style>
</head>
<body>
${body}
</body>
</html>`;
}
