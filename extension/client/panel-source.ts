/** From the panel to the code: a range of the driver, shown beside the panel and never on top of it. */
import * as vscode from 'vscode';
import type { SourceRange } from '../../simulator/contract/driver-model.ts';

/** The editor's range (0-based) of a source range (1-based). */
export function editorRange(at: SourceRange): vscode.Range {
  return new vscode.Range(at.line - 1, at.column - 1, at.endLine - 1, at.endColumn - 1);
}

/**
 * Shows the range, in the column where its file is already open if there is one.
 * @param driver a file of the panel's driver. A run out of a file may name anything, of another machine too: what is not on
 * the driver's file system is not asked for.
 */
export async function openSource(
  at: SourceRange,
  driver: vscode.Uri,
  panelColumn: vscode.ViewColumn | undefined,
): Promise<vscode.TextEditor | null> {
  const uri = vscode.Uri.parse(at.file);
  if (uri.scheme !== driver.scheme || uri.authority !== driver.authority) {
    void vscode.window.showWarningMessage(
      `Netmem: ${at.file} is not where this driver is; it was not opened.`,
    );
    return null;
  }
  const open = vscode.window.visibleTextEditors.find(
    (editor) => editor.document.uri.toString() === uri.toString(),
  );
  const aside = panelColumn === vscode.ViewColumn.One ? vscode.ViewColumn.Two : vscode.ViewColumn.One;
  try {
    return await vscode.window.showTextDocument(uri, {
      selection: editorRange(at),
      viewColumn: open?.viewColumn ?? aside,
    });
  } catch {
    void vscode.window.showWarningMessage(`Netmem: ${uri.fsPath} cannot be opened; was it moved or deleted?`);
    return null;
  }
}

/** Shows the range with the cursor at its start and opens the light bulb's menu there. */
export async function quickFix(
  at: SourceRange,
  driver: vscode.Uri,
  panelColumn: vscode.ViewColumn | undefined,
): Promise<void> {
  // The cursor goes there at once: a selection that changes afterwards would close the menu.
  const start = { ...at, endLine: at.line, endColumn: at.column };
  if ((await openSource(start, driver, panelColumn)) === null) return;
  await vscode.commands.executeCommand('editor.action.quickFix');
}
