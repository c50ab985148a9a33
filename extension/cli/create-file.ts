/** Makes a new file whole: it is there with all of its content or not at all, even if the process is killed. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Throws what the system throws, EEXIST among it; then nothing is left behind. */
export function createFile(path: string, content: string): void {
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    const file = openSync(beside, 'w');
    try {
      writeFileSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    // Unlike a rename, a link fails if the name has been taken in the meantime.
    try {
      linkSync(beside, path);
    } catch (error) {
      if (!hasNoLinks(error) || existsSync(path)) throw error;
      renameSync(beside, path);
    }
  } finally {
    rmSync(beside, { force: true });
  }
}

/** True if the file system knows no links, as those of memory cards and of some networks. */
function hasNoLinks(error: unknown): boolean {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : null;
  return ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].some((known) => known === code);
}
