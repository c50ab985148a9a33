/** Files through the client: virtual and remote file systems, and everything in the browser. */
import type { Connection } from 'vscode-languageserver';
import type { FileAccess } from './host.ts';
import {
  type DirectoryEntry,
  READ_DIRECTORY_REQUEST,
  READ_FILE_REQUEST,
  type ReadParams,
} from './protocol.ts';

/** A client that does not know the requests answers with an error, which reads as "unreadable". */
export function clientFiles(connection: Connection): FileAccess {
  const ask = async <T>(method: string, uri: string): Promise<T | null> => {
    const params: ReadParams = { uri };
    try {
      return await connection.sendRequest<T | null>(method, params);
    } catch {
      return null;
    }
  };
  return {
    readFile: (uri) => ask<string>(READ_FILE_REQUEST, uri),
    readDirectory: (uri) => ask<readonly DirectoryEntry[]>(READ_DIRECTORY_REQUEST, uri),
    // Links of other file systems cannot be resolved from here.
    staysIn: (uri, directory) => Promise.resolve(uri.startsWith(`${directory}/`)),
  };
}
