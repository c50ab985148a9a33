/** The files of the machine as driver discovery asks for them. Symbolic links are not followed: they may lead in circles. */
import { basename, join } from 'node:path';
import { list as listDirectory, type Listed } from '../files/disk.ts';
import { reasonOf } from '../files/reason.ts';
import type { SourceTree } from '../server/driver-files.ts';
import { readText } from './source-files.ts';

/** What a user of the tree decides about it. */
export interface DiskView {
  /** True for paths (absolute) to leave out. */
  readonly exclude: (path: string) => boolean;
  /** Told of a directory that cannot be listed. */
  readonly unreadable: (directory: string, reason: string) => void;
}

export function diskTree({ exclude, unreadable }: DiskView): SourceTree {
  const list = (directory: string): Listed[] => {
    try {
      return listDirectory(directory);
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
      const wanted = list(directory).filter(
        ({ kind, name }) => kind === 'directory' || (kind === 'file' && /\.[ch]$/.test(name)),
      );
      const entries = wanted.map(({ name, kind }) => ({
        ...{ name, path: join(directory, name) },
        isDirectory: kind === 'directory',
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
