/**
 * Writes a set of files, all or none: temporary files first, then a journal, then renames, and back again if one of them
 * fails. Killed at any moment, it leaves every file whole, and a journal if the set is not.
 */
import {
  accessSync,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { temporaryBeside, writeJournals } from './fix-journal.ts';
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
  readonly about: Stats;
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
  let finished = (): void => undefined;
  try {
    for (const change of changes) {
      current = change;
      const target = realpathSync(change.path);
      const p = {
        change,
        target,
        fresh: temporaryBeside(target),
        original: readFileSync(target),
        about: statSync(target),
      };
      prepared.push(p);
      writeLike(p.about, p.fresh, change.after);
    }
    finished = writeJournals(
      prepared.map(({ change, target, fresh, original }) => ({
        ...{ target, fresh, before: original },
        after: Buffer.from(change.after, 'utf8'),
      })),
    );
    for (const p of prepared) {
      current = p.change;
      replace(p.fresh, p.target);
      done.push(p);
    }
    finished();
    return { ok: true };
  } catch (error) {
    const lost = done.flatMap((p) => restore(p));
    for (const p of prepared) rmSync(p.fresh, { force: true });
    finished();
    const what = `${current?.name ?? ''}: ${reasonOf(error)}`;
    return { ok: false, problems: [lost.length === 0 ? `${what}; nothing written` : what, ...lost] };
  }
}

/** Writes a file that lasts, with the mode and, if we may, the owner of another. */
function writeLike({ mode, uid, gid }: Stats, path: string, content: string | Buffer): void {
  const file = openSync(path, 'wx');
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  const made = statSync(path);
  if (made.uid !== uid || made.gid !== gid) {
    try {
      chownSync(path, uid, gid);
    } catch {
      // Only root may give files away; the file then is whose tool wrote it.
    }
  }
  chmodSync(path, mode & 0o7777);
}

function restore({ target, original, about, change }: Prepared): string[] {
  try {
    const back = temporaryBeside(target);
    writeLike(about, back, original);
    renameSync(back, target);
    return [];
  } catch (error) {
    return [`${change.name}: could not be restored: ${reasonOf(error)}`];
  }
}
