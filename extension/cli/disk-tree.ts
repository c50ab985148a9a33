/** The files of the machine as driver discovery asks for them. Symbolic links are not followed: they may lead in circles. */
import { readdirSync, type Dirent } from 'node:fs';
import { basename, join } from 'node:path';
import type { SourceTree } from '../server/driver-files.ts';
import { readText, reasonOf } from './source-files.ts';

/** What a user of the tree decides about it. */
export interface DiskView {
  /** True for paths (absolute) to leave out. */
  readonly exclude: (path: string) => boolean;
  /** Told of a directory that cannot be listed. */
  readonly unreadable: (directory: string, reason: string) => void;
}

export function diskTree({ exclude, unreadable }: DiskView): SourceTree {
  const list = (directory: string): Dirent[] => {
    try {
      return readdirSync(directory, { withFileTypes: true });
    } catch (error) {
      unreadable(directory, reasonOf(error));
      return [];
    }
  };
  return {
    join,
    nameOf: (path) => basename(path),
    readText: (path) => Promise.resolve(textOrNull(path)),
    list: (directory) => {
      const wanted = list(directory).filter((e) => e.isDirectory() || (e.isFile() && /\.[ch]$/.test(e.name)));
      const entries = wanted.map((entry) => ({
        name: entry.name,
        path: join(directory, entry.name),
        isDirectory: entry.isDirectory(),
      }));
      return Promise.resolve(entries.filter(({ path }) => !exclude(path)));
    },
  };
}

function textOrNull(path: string): string | null {
  try {
    return readText(path);
  } catch {
    return null;
  }
}
