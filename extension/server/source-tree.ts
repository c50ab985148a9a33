/** The host's files as driver discovery asks for them: everything by URI. */
import { URI, Utils } from 'vscode-uri';
import type { SourceTree } from './driver-files.ts';
import type { FileAccess } from './host.ts';
import { within } from './locations.ts';

/** Larger files are generated tables; reading them would only make the editor wait. */
export const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** A directory with more C than this is no driver. What the editor has open of it is still analysed. */
const MAX_DIRECTORY_BYTES = 48 * 1024 * 1024;

export function sourceTree(files: FileAccess): SourceTree {
  const nameOf = (uri: string): string => Utils.basename(URI.parse(uri));
  return {
    join: (directory, path) => plainJoin(directory, path) ?? within(directory, path).replace(/\/$/, ''),
    nameOf,
    readText: (uri) => files.readFile(uri),
    list: async (directory) => {
      const entries = (await files.readDirectory(directory)) ?? [];
      const total = entries.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.size : 0), 0);
      const wanted = entries.filter(
        (entry) =>
          entry.kind === 'directory' || (total <= MAX_DIRECTORY_BYTES && entry.size <= MAX_FILE_BYTES),
      );
      return wanted.map(({ kind, uri }) => ({
        name: nameOf(uri),
        path: uri,
        isDirectory: kind === 'directory',
      }));
    },
  };
}

/** `../` at most at the start, and no character that a URI escapes. */
const PLAIN = /^(?:\.\.\/)*(?:[\w-][\w.-]*\/)*[\w-][\w.-]*$/;

/** The same without parsing the URI, for what drivers include thousands of times; null if it is not that simple. */
function plainJoin(directory: string, path: string): string | null {
  if (!PLAIN.test(path)) return null;
  const root = directory.indexOf('://') + 2;
  let at = directory;
  let rest = path;
  while (rest.startsWith('../')) {
    const end = at.lastIndexOf('/');
    if (end <= root) return null;
    at = at.slice(0, end);
    rest = rest.slice(3);
  }
  return `${at}/${rest}`;
}
