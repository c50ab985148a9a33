/** The page of the panel inside VS Code. */
import * as vscode from 'vscode';
import { panelHtml } from './panel-html.ts';

/** Folder of the extension that the page may read. */
export function pageRoot(extension: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extension, 'dist');
}

export function panelPage(webview: vscode.Webview, extension: vscode.Uri): string {
  const random = globalThis.crypto.getRandomValues(new Uint8Array(16));
  return panelHtml({
    nonce: Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join(''),
    source: webview.cspSource,
    address: (file) => webview.asWebviewUri(vscode.Uri.joinPath(pageRoot(extension), file)).toString(),
  });
}
