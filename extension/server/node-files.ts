/** Files of the machine the server runs on, by `file:` URI. */
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { URI } from 'vscode-uri';
import type { FileAccess } from './host.ts';
import type { DirectoryEntry } from './protocol.ts';

/** @param others who reads what has another scheme */
export function nodeFiles(others: FileAccess): FileAccess {
  return {
    async readFile(uri) {
      const path = pathOf(uri);
      if (path === null) return others.readFile(uri);
      try {
        return new TextDecoder().decode(await readFile(path));
      } catch {
        return null;
      }
    },
    async readDirectory(uri) {
      const path = pathOf(uri);
      if (path === null) return others.readDirectory(uri);
      try {
        const entries = await readdir(path, { withFileTypes: true });
        const wanted = entries.filter((e) => e.isDirectory() || (e.isFile() && /\.[ch]$/.test(e.name)));
        return await Promise.all(wanted.map((entry) => toEntry(join(path, entry.name), entry.isDirectory())));
      } catch {
        return null;
      }
    },
  };
}

async function toEntry(path: string, isDirectory: boolean): Promise<DirectoryEntry> {
  const uri = URI.file(path).toString();
  return isDirectory ? { kind: 'directory', uri } : { kind: 'file', uri, size: (await stat(path)).size };
}

function pathOf(uri: string): string | null {
  const parsed = URI.parse(uri);
  return parsed.scheme === 'file' ? parsed.fsPath : null;
}
