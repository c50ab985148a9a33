/** Writes a set of files, all or none: temporary files first, then renames, and back again if one of them fails. */
import {
  accessSync,
  chmodSync,
  constants,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { reasonOf } from './source-files.ts';

/** A file as it was read and as it is to be. */
export interface FileChange {
  readonly path: string;
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

export type Written = { readonly ok: true } | { readonly ok: false; readonly problems: readonly string[] };

interface Prepared {
  readonly change: FileChange;
  readonly target: string;
  readonly fresh: string;
  readonly original: Buffer;
  readonly mode: number;
}

let counter = 0;

function beside(path: string): string {
  counter += 1;
  return join(dirname(path), `.netmem-${process.pid}-${counter}.tmp`);
}

/** Why the change cannot be made, or null. */
function obstacle({ path, name, before }: FileChange): string | null {
  try {
    const bytes = readFileSync(path);
    if (!bytes.equals(Buffer.from(before, 'utf8')))
      return `${name}: changed on disk since it was read; nothing written, run again`;
    accessSync(path, constants.W_OK);
    if ((statSync(path).mode & 0o200) === 0) return `${name}: read-only; nothing written`;
    accessSync(dirname(realpathSync(path)), constants.W_OK);
    return null;
  } catch (error) {
    return `${name}: ${reasonOf(error)}; nothing written`;
  }
}

/** Puts `text` in place of the file by a rename, so that no reader ever sees half of it. */
export type Replace = (from: string, to: string) => void;

/**
 * Writes all changes or none. Files are checked against the text they were read with, and keep their mode.
 * @param replace how a file is put in place; tests let it fail
 */
export function writeAll(changes: readonly FileChange[], replace: Replace = renameSync): Written {
  const problems = changes.flatMap((c) => obstacle(c) ?? []);
  if (problems.length > 0) return { ok: false, problems };
  const prepared: Prepared[] = [];
  const done: Prepared[] = [];
  let current: FileChange | undefined;
  try {
    for (const change of changes) {
      current = change;
      const target = realpathSync(change.path);
      const p = {
        change,
        target,
        fresh: beside(target),
        original: readFileSync(target),
        mode: statSync(target).mode,
      };
      prepared.push(p);
      writeFileSync(p.fresh, change.after);
      chmodSync(p.fresh, p.mode & 0o7777);
    }
    for (const p of prepared) {
      current = p.change;
      replace(p.fresh, p.target);
      done.push(p);
    }
    return { ok: true };
  } catch (error) {
    const lost = done.flatMap((p) => restore(p));
    for (const p of prepared) rmSync(p.fresh, { force: true });
    const what = `${current?.name ?? ''}: ${reasonOf(error)}`;
    return { ok: false, problems: [lost.length === 0 ? `${what}; nothing written` : what, ...lost] };
  }
}

function restore({ target, original, mode, change }: Prepared): string[] {
  try {
    const back = beside(target);
    writeFileSync(back, original);
    chmodSync(back, mode & 0o7777);
    renameSync(back, target);
    return [];
  } catch (error) {
    return [`${change.name}: could not be restored: ${reasonOf(error)}`];
  }
}
