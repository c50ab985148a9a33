/** The page about a rule, from the extension's own documentation, in VS Code's Markdown preview. */
import * as vscode from 'vscode';
import { RULE_PAGE_COMMAND } from '../server/protocol.ts';

export function registerRulePages(extension: vscode.Uri): vscode.Disposable {
  return vscode.commands.registerCommand(RULE_PAGE_COMMAND, async (rule: unknown) => {
    // The name comes out of a link: nothing but a page of ours is opened.
    if (typeof rule !== 'string' || !/^[a-z0-9-]+$/.test(rule)) return;
    const page = vscode.Uri.joinPath(extension, 'extension/docs/rules', `${rule}.md`);
    try {
      await vscode.workspace.fs.stat(page);
    } catch {
      void vscode.window.showInformationMessage(`Netmem: there is no page about ${rule}.`);
      return;
    }
    await vscode.commands.executeCommand('markdown.showPreviewToSide', page);
  });
}
