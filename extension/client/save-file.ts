/** How this extension writes files; the hosts, Node and the browser, each bring their own. */
import * as vscode from 'vscode';

export interface SaveFile {
  /** Writes what the user asked for by name. Throws with the reason. */
  put(uri: vscode.Uri, content: Uint8Array): Promise<void>;
  /**
   * Saves a text over the one it was made from; `before` null: over nothing. Throws with the reason.
   * @returns why it was not saved, or null
   */
  saveOver(uri: vscode.Uri, before: string | null, text: string): Promise<string | null>;
}

/** Through the editor, for file systems that only it knows. */
export const editorFiles: SaveFile = {
  put: async (uri, content) => vscode.workspace.fs.writeFile(uri, content),
  saveOver: async (uri, before, text) => {
    if ((await onDisk(uri)) !== before) return 'has changed, or cannot be read';
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    return null;
  },
};

/** @returns null if there is none; throws if there is one that cannot be read */
async function onDisk(uri: vscode.Uri): Promise<string | null> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return null;
    throw error;
  }
}
