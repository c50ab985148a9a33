/** Files of the machine the server runs on, by `file:` URI. */
import { constants } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { URI } from 'vscode-uri';
import type { FileAccess } from './host.ts';
import type { DirectoryEntry } from './protocol.ts';

/** No source, header, Makefile or settings file is as large; reading on would only fill the memory. */
const MAX_BYTES = 16 * 1024 * 1024;

/** @param others who reads what has another scheme */
export function nodeFiles(others: FileAccess): FileAccess {
  return {
    async readFile(uri) {
      const path = pathOf(uri);
      if (path === null) return others.readFile(uri);
      try {
        return new TextDecoder().decode(await readRegular(path));
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

/**
 * A stranger's repository may call anything by a name that is looked for: a pipe would be waited for, a device never
 * ends, and both would keep one of the few threads that read for the whole server.
 */
async function readRegular(path: string): Promise<Uint8Array> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const about = await file.stat();
    if (!about.isFile() || about.size > MAX_BYTES) throw new Error(`${path}: no regular file, or too large`);
    return about.size === 0 ? new Uint8Array() : await file.readFile();
  } finally {
    await file.close();
  }
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
