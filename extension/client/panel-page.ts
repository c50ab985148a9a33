/** The page of the panel: a frame with a strict content security policy; everything visible is built by the script. */
import * as vscode from 'vscode';

/** Folder of the extension that the page may read. */
export function pageRoot(extension: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extension, 'dist');
}

/**
 * HTML of the panel. No inline script or style, no evaluation, no request except for the extension's own files. The
 * worker is started from a blob, since a page of a webview cannot start one from the extension's origin.
 */
export function panelPage(webview: vscode.Webview, extension: vscode.Uri): string {
  const nonce = globalThis.crypto.randomUUID();
  const file = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(pageRoot(extension), name)).toString();
  const own = webview.cspSource;
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${own}`,
    `font-src ${own}`,
    `connect-src ${own}`,
    'worker-src blob:',
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Netmem Simulator</title>
<link rel="stylesheet" href="${file('panel.css')}">
</head>
<body>
<netmem-panel worker="${file('simulator-worker.js')}"></netmem-panel>
<script nonce="${nonce}" src="${file('panel.js')}"></script>
</body>
</html>`;
}
