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
        const found = wanted.map((entry) => toEntry(join(path, entry.name), entry.isDirectory()));
        return (await Promise.all(found)).filter((entry) => entry !== null);
      } catch {
        return null;
      }
    },
  };
}

/** Null if the entry went away since it was listed. */
async function toEntry(path: string, isDirectory: boolean): Promise<DirectoryEntry | null> {
  const uri = URI.file(path).toString();
  if (isDirectory) return { kind: 'directory', uri };
  try {
    return { kind: 'file', uri, size: (await stat(path)).size };
  } catch {
    return null;
  }
}

function pathOf(uri: string): string | null {
  const parsed = URI.parse(uri);
  return parsed.scheme === 'file' ? parsed.fsPath : null;
}
