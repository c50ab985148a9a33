/**
 * Writes a set of files, all or none: temporary files first, then a journal, then one after the other is put in place, and
 * back again if one of them fails or was saved meanwhile. Killed at any moment, it leaves every text, and a journal if the
 * set is not whole (`fix-recovery.ts`).
 */
import { accessSync, constants } from 'node:fs';
import { basename, dirname } from 'node:path';
import { real, remove, stat } from '../files/disk.ts';
import { discard, isTaken, moveToFree, temporaryBeside } from '../files/new-file.ts';
import { systemName } from '../files/names.ts';
import { readBounded } from '../files/read-file.ts';
import { reasonOf } from '../files/reason.ts';
import { asideOf, exchange, isText, writeBeside } from '../files/replace-file.ts';
import { isWithin, treeAround } from '../files/work-tree.ts';
import { type Replacement, writeJournals } from './fix-journal.ts';
import { MAX_FILE_BYTES } from './source-files.ts';

/** A file as it was read and as it is to be. */
export interface FileChange {
  readonly path: string;
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

export type Written =
  /** `remarks`: what somebody should know about files that were written. */
  | { readonly ok: true; readonly remarks: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[] };

interface Prepared extends Replacement {
  readonly name: string;
}

/** Why the change cannot be made, or null. */
function obstacle({ path, name, before }: FileChange): string | null {
  try {
    const target = real(path);
    const tree = treeAround(dirname(path));
    if (!isWithin(target, real(tree)))
      return `${name}: leads out of the work tree, to ${target}; nothing written, name the file itself`;
    const bytes = readBounded(target, { limit: MAX_FILE_BYTES, within: null });
    if (!bytes.equals(Buffer.from(before, 'utf8')))
      return `${name}: changed on disk since it was read; nothing written, run again`;
    accessSync(systemName(target), constants.W_OK);
    if ((stat(target).mode & 0o200) === 0) return `${name}: read-only; nothing written`;
    accessSync(systemName(dirname(target)), constants.W_OK);
    return null;
  } catch (error) {
    return `${name}: ${reasonOf(error)}; nothing written`;
  }
}

/**
 * Writes all changes or none. Files are checked against the text they were read with, at the beginning and again when each
 * is replaced, and keep mode, owner and, as far as `files/attributes.ts` can, what else they have.
 */
export function writeAll(changes: readonly FileChange[]): Written {
  const problems = changes.flatMap((c) => obstacle(c) ?? []);
  if (problems.length > 0) return { ok: false, problems };
  const prepared: Prepared[] = [];
  const done: Prepared[] = [];
  let finish: ReturnType<typeof writeJournals> = () => undefined;
  let name = '';
  const giveUp = (what: string): Written => {
    const lost = [...done].reverse().flatMap(takeBack);
    const moved = prepared.filter((p) => !done.includes(p)).flatMap(leftAside);
    const left = [...attempt(() => finish('first')), ...lost, ...moved];
    for (const p of prepared) discard(p.fresh);
    const isWhole = lost.length === 0 && moved.length === 0;
    return { ok: false, problems: [isWhole ? `${what}; nothing written` : what, ...left] };
  };
  try {
    const remarks = changes.flatMap(linkRemark);
    for (const change of changes) {
      name = change.name;
      const p = prepare(change);
      prepared.push(p);
      writeBeside(p.target, p.fresh, p.after);
    }
    finish = writeJournals(prepared);
    for (const p of prepared) {
      name = p.name;
      const { kind, ...rest } = exchange(p, p.before);
      if (kind === 'changed') {
        const kept = 'kept' in rest && rest.kept !== null ? `; another text of it is in ${rest.kept}` : '';
        return giveUp(`${name}: saved by somebody else at this moment${kept}; run again`);
      }
      done.push(p);
    }
    const ends = prepared.map(removeOld);
    for (const p of prepared) discard(p.fresh);
    remarks.push(...ends.flatMap(({ remark }) => remark ?? []));
    // The journals tell the next fix what is left to be removed.
    if (!ends.some(({ isLeft }) => isLeft)) remarks.push(...attempt(() => finish('last')));
    return { ok: true, remarks };
  } catch (error) {
    return giveUp(`${name}: ${reasonOf(error)}`);
  }
}

function prepare({ path, name, before, after }: FileChange): Prepared {
  const target = real(path);
  return {
    ...{ target, name, fresh: temporaryBeside(target), aside: asideOf(target) },
    ...{ before: Buffer.from(before, 'utf8'), after: Buffer.from(after, 'utf8') },
  };
}

/** Says where the text is of a file that was moved aside and could not be moved back, or not be removed there. */
function leftAside({ target, aside, before, name }: Prepared): string[] {
  if (!isTaken(aside)) return [];
  const beside = `${basename(aside)} beside it`;
  if (!isTaken(target)) return [`${name}: could not be moved back; its text is in ${beside}, rename that`];
  return isSaved(aside, before) ? [] : [`${name}: ${beside} has its text too and could not be removed`];
}

/** True if somebody saved into it, which is said already. */
function isSaved(aside: string, before: Buffer): boolean {
  try {
    return !isText(aside, before);
  } catch {
    return false;
  }
}

interface OldText {
  readonly remark: string | null;
  /** It is there, and nobody wants it. */
  readonly isLeft: boolean;
}

/** Removes what a file was before; what was saved into it while it was replaced stays, and is said. */
function removeOld({ aside, before, name }: Prepared): OldText {
  const beside = `${basename(aside)} beside it`;
  try {
    if (!isText(aside, before))
      return {
        remark: `${name}: was saved while the fix wrote it; that text is in ${beside}`,
        isLeft: false,
      };
    remove(aside);
    return { remark: null, isLeft: false };
  } catch (error) {
    // Gone, and an error all the same.
    if (!isTaken(aside)) return { remark: null, isLeft: false };
    const remark = `${name}: ${beside} has the text from before: ${reasonOf(error)}; the next fix here removes it`;
    return { remark, isLeft: true };
  }
}

/** Gives a file that was replaced its old text back. @returns why it could not */
function takeBack({ target, aside, before, after, name }: Prepared): string[] {
  const there = `its text from before is in ${basename(aside)} beside it`;
  try {
    const spare = asideOf(target);
    const { kind } = exchange({ target, fresh: aside, aside: spare }, after, moveToFree);
    if (kind === 'changed') return [`${name}: keeps the fix, since it was edited after it; ${there}`];
    discard(spare);
    if (isTaken(aside) && isText(target, before)) discard(aside);
    const left = [spare, aside].filter(isTaken).map((path) => basename(path));
    return left.length === 0 ? [] : [`${name}: ${left.join(' and ')} beside it could not be removed`];
  } catch (error) {
    return [`${name}: could not be restored: ${reasonOf(error)}; ${there}`];
  }
}

/** A new text takes a name, not the file that other names lead to. */
function linkRemark({ path, name }: FileChange): string[] {
  const { nlink } = stat(path);
  if (nlink < 2) return [];
  return [`${name}: has ${nlink} names (hard links); the others keep the text from before`];
}

function attempt(action: () => void): string[] {
  try {
    action();
    return [];
  } catch (error) {
    return [`the journal of this fix stays: ${reasonOf(error)}; the next fix here removes it`];
  }
}
