/** Makes a new file whole: it is there with all of its content or not at all, even if the process is killed. */
import { closeSync, fsyncSync, linkSync, openSync, rmSync, writeFileSync } from 'node:fs';
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
    linkSync(beside, path);
  } finally {
    rmSync(beside, { force: true });
  }
}
