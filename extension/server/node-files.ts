/** Files of the machine the server runs on, by `file:` URI. */
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { URI } from 'vscode-uri';
import { exists, real } from '../files/disk.ts';
import { bytesOfName, systemName, textOfName } from '../files/names.ts';
import { MEGABYTE, readBoundedLater } from '../files/read-file.ts';
import { isWithin, readableRoots, realPlace } from '../files/work-tree.ts';
import type { FileAccess, ReadScope } from './host.ts';
import type { DirectoryEntry } from './protocol.ts';

/** No source, header, Makefile or settings file is as large; reading on would only fill the memory. */
const MAX_BYTES = 16 * MEGABYTE;

/** @param others who reads what has another scheme */
export function nodeFiles(others: FileAccess): FileAccess {
  return {
    async readFile(uri, scope) {
      const path = pathOf(uri);
      if (path === null) return others.readFile(uri, scope);
      try {
        const bytes = await readBoundedLater(path, { limit: MAX_BYTES, within: rootsOf(path, scope) });
        return new TextDecoder().decode(bytes);
      } catch {
        return null;
      }
    },
    async readDirectory(uri) {
      const path = pathOf(uri);
      if (path === null) return others.readDirectory(uri);
      try {
        const entries = await readdir(systemName(path), { withFileTypes: true, encoding: 'buffer' });
        const named = entries.map((entry) => ({ entry, name: textOfName(entry.name) }));
        const wanted = named.filter(
          ({ entry, name }) => entry.isDirectory() || (entry.isFile() && /\.[ch]$/.test(name)),
        );
        const found = wanted.map(({ entry, name }) => toEntry(join(path, name), entry.isDirectory()));
        return (await Promise.all(found)).filter((entry) => entry !== null);
      } catch {
        return null;
      }
    },
    staysIn(uri, directory) {
      const [path, home] = [pathOf(uri), pathOf(directory)];
      if (path === null || home === null) return others.staysIn(uri, directory);
      try {
        return Promise.resolve(isWithin(realPlace(path), real(home)));
      } catch {
        return Promise.resolve(false);
      }
    },
  };
}

function rootsOf(path: string, scope: ReadScope | undefined): readonly string[] {
  const directory = scope === undefined ? null : pathOf(scope.directory);
  const kernel = scope?.kernel ?? null;
  return readableRoots(directory ?? dirname(path), kernel === null ? null : pathOf(kernel));
}

/** Null if the entry went away since it was listed. */
async function toEntry(path: string, isDirectory: boolean): Promise<DirectoryEntry | null> {
  const uri = uriOf(path);
  if (isDirectory) return { kind: 'directory', uri };
  try {
    return { kind: 'file', uri, size: (await stat(systemName(path))).size };
  } catch {
    return null;
  }
}

/**
 * A byte of a name that is no UTF-8 is `%` and two digits in the path of its URI, as `vscode-uri` has it that cannot decode an
 * escape; once more escaped in the URI as text.
 */
function uriOf(path: string): string {
  if (typeof systemName(path) === 'string') return URI.file(path).toString();
  const plain = path.replace(
    /[\udc80-\udcff]/gu,
    (byte) => `%${bytesOfName(byte).toString('hex').toUpperCase()}`,
  );
  return URI.file(plain).toString();
}

const ESCAPED_BYTES = /(?:%[89a-f][0-9a-f])+/gi;

function pathOf(uri: string): string | null {
  const parsed = URI.parse(uri);
  if (parsed.scheme !== 'file') return null;
  const path = parsed.fsPath;
  if (!path.includes('%') || exists(path)) return path;
  return path.replace(ESCAPED_BYTES, (escapes) =>
    textOfName(Buffer.from(escapes.replaceAll('%', ''), 'hex')),
  );
}
