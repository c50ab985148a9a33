/** The HTML of the panel, free of the editor so that tests show the very same page under the very same policy. */

export interface PageSources {
  /** URL of a file of the extension's `dist` folder. */
  readonly file: (name: string) => string;
  /** Source expression of a content security policy that covers those URLs. */
  readonly own: string;
  readonly nonce: string;
}

/**
 * A frame; everything visible is built by the script. No inline script or style, no evaluation, no request except for
 * the extension's own files. The worker is started from a blob, since a page of a webview cannot start one from the
 * extension's origin.
 */
export function panelDocument({ file, own, nonce }: PageSources): string {
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
