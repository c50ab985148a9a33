/** The page of the panel inside a webview. */
import * as vscode from 'vscode';
import { panelDocument } from './panel-document.ts';

/** Folder of the extension that the page may read. */
export function pageRoot(extension: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extension, 'dist');
}

export function panelPage(webview: vscode.Webview, extension: vscode.Uri): string {
  return panelDocument({
    file: (name) => webview.asWebviewUri(vscode.Uri.joinPath(pageRoot(extension), name)).toString(),
    own: webview.cspSource,
    nonce: globalThis.crypto.randomUUID(),
  });
}
