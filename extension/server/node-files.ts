/** Files of the machine the server runs on, by `file:` URI. */
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { URI } from 'vscode-uri';
import type { FileAccess } from './host.ts';

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
        const files = entries.filter((entry) => entry.isFile() && /\.[ch]$/.test(entry.name));
        return await Promise.all(
          files.map(async ({ name }) => {
            const file = join(path, name);
            return { uri: URI.file(file).toString(), size: (await stat(file)).size };
          }),
        );
      } catch {
        return null;
      }
    },
  };
}

function pathOf(uri: string): string | null {
  const parsed = URI.parse(uri);
  return parsed.scheme === 'file' ? parsed.fsPath : null;
}
