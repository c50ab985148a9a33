/** Which documents the extension looks at. */
import * as vscode from 'vscode';

/**
 * C sources on the file systems of the workspace, and on the disk. Old versions that a diff shows have schemes of
 * their own and are left alone. VS Code opens headers as C++ unless told otherwise.
 */
export function cSources(): readonly {
  readonly scheme: string;
  readonly language: string;
  readonly pattern?: string;
}[] {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.scheme);
  return [...new Set(['file', ...folders])].flatMap((scheme) => [
    { scheme, language: 'c' },
    { scheme, language: 'cpp', pattern: '**/*.h' },
  ]);
}

export function isSource(document: vscode.TextDocument): boolean {
  return vscode.languages.match([...cSources()], document) > 0;
}
