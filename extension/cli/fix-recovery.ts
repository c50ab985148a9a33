/**
 * What to do about a fix that was interrupted. A journal may come with an untrusted tree: only directories of the same work
 * tree are looked at, of those only the ones whose journals say that they are of the same fix, and of these only the files
 * that a fix of ours can have written. Files that were changed since are never touched.
 */
import { join, resolve } from 'node:path';
import { exists, list, real, remove, statLink } from '../files/disk.ts';
import { discard, isTaken, putInFree, TEMPORARY } from '../files/new-file.ts';
import { MEGABYTE, readBounded } from '../files/read-file.ts';
import { codeOf, reasonOf } from '../files/reason.ts';
import { asideOf, exchange, putBack } from '../files/replace-file.ts';
import { isWithin, treeAround } from '../files/work-tree.ts';
import { type Entry, hash, type Journal, JOURNAL, readJournal } from './fix-journal.ts';

/** Larger than any source that a fix can have read. */
const MAX_BYTES = 16 * MEGABYTE;

export type Recovery =
  | { readonly kind: 'nothing' }
  /** What was done, in words. */
  | { readonly kind: 'done'; readonly what: string }
  /** Why it cannot be done, and what to do. */
  | { readonly kind: 'stuck'; readonly problem: string };

/** True if a fix was interrupted in the directory. */
export function isInterrupted(directory: string): boolean {
  return exists(join(directory, JOURNAL));
}

/**
 * Finishes a fix that was interrupted in the directory, with all other directories of that fix, or takes it back if it had
 * not been decided, and removes what killed runs have left.
 * @param name of the directory, for messages
 */
export function recover(directory: string, name: string): Recovery {
  try {
    const at = real(directory);
    const result = isTaken(join(at, JOURNAL)) ? settle(at, name) : { kind: 'nothing' as const };
    if (result.kind !== 'stuck') removeLitter(at);
    return result;
  } catch (error) {
    return stuck(`${name}: ${reasonOf(error)}`);
  }
}

/** A directory of the fix, with the journal that says so. */
interface Member {
  readonly at: string;
  readonly name: string;
  readonly journal: Journal;
}

function settle(at: string, name: string): Recovery {
  const journal = readJournal(at);
  if (journal === null) return stuck(`${name}/${JOURNAL}: not the journal of a fix; remove it`);
  if (isAlive(journal.process))
    return stuck(
      `${name}: another fix (process ${journal.process}) is writing here; wait for it, or remove ${JOURNAL} if there is none`,
    );
  const tree = treeAround(at);
  const places = journal.directories.map((other) => ({ at: resolve(at, other), name: join(name, other) }));
  const outside = places.find((place) => !isWithin(place.at, tree));
  if (outside !== undefined || !places.some((place) => place.at === at))
    return stuck(`${name}/${JOURNAL}: names directories that no fix of this work tree can have; remove it`);
  const group = places.flatMap((place) => member(place, journal, places));
  const last = places.at(-1);
  const decided = group.some((one) => one.at === last?.at);
  const todo = decided ? stepsOf(group) : { problem: null, steps: [] };
  if (todo.problem !== null) return stuck(todo.problem);
  for (const step of todo.steps) {
    const problem = step();
    if (problem !== null) return stuck(problem);
  }
  // Nothing is in place of a file before the fix is decided.
  for (const { at: directory, journal } of group)
    for (const { fresh } of journal.files) removeOurs(join(directory, fresh));
  // The last one goes last: as long as another is there, it says that the fix was decided.
  for (const { at: directory } of group) remove(join(directory, JOURNAL));
  const what = decided
    ? 'finished a fix that had been interrupted'
    : 'took back a fix that had been interrupted';
  return { kind: 'done', what: `${name}: ${what}` };
}

/** Empty if the directory is not, or no longer, of the fix: what another fix or an untrusted tree left there is not ours. */
function member(
  { at, name }: { readonly at: string; readonly name: string },
  { fix, process }: Journal,
  places: readonly { readonly at: string }[],
): Member[] {
  if (!exists(at) || real(at) !== at) return [];
  const own = readJournal(at);
  if (own?.fix !== fix || own.process !== process) return [];
  const theirs = own.directories.map((other) => resolve(at, other));
  const agrees = theirs.length === places.length && places.every((place, i) => place.at === theirs[i]);
  return agrees ? [{ at, name, journal: own }] : [];
}

/** What puts one file in place. @returns why it could not, or null */
type Step = () => string | null;

/** All that is left to be done, or why it cannot be. Nothing is done yet. */
function stepsOf(group: readonly Member[]): {
  readonly problem: string | null;
  readonly steps: readonly Step[];
} {
  const steps: Step[] = [];
  for (const { at, name, journal } of group) {
    for (const entry of journal.files) {
      const step = stepOf(at, name, entry);
      if (typeof step === 'string') return { problem: step, steps: [] };
      if (step !== null) steps.push(step);
    }
  }
  return { problem: null, steps };
}

/** What one file needs; null: nothing; a text: why it cannot be. */
function stepOf(at: string, name: string, entry: Entry): Step | string | null {
  const [target, fresh, aside] = [entry.target, entry.fresh, entry.aside].map((file) => join(at, file));
  if (target === undefined || fresh === undefined || aside === undefined) return null;
  const old = textOf(aside);
  const isOld = old !== null && hash(old) === entry.before;
  const shown = `${name}/${entry.target}`;
  // Removed once all files were in place, or by the user, who wants no more of it.
  if (!isTaken(fresh)) {
    if (isTaken(target) || old === null) return () => forget(aside, isOld, shown);
    // Moved aside, and not back for want of space.
    return () => {
      putBack(aside, target, Buffer.alloc(0));
      return null;
    };
  }
  const made = textOf(fresh);
  const now = textOf(target);
  if (made === null || (hash(made) !== entry.after && !isSame(target, fresh)))
    return `${name}/${entry.fresh}: not what the interrupted fix wrote; remove it and ${JOURNAL}`;
  if (now !== null && (hash(now) === entry.after || isSame(target, fresh)))
    return () => forget(aside, isOld, shown);
  const changed = `${shown}: changed since a fix of it was interrupted; take what you want from ${entry.fresh}, remove that, and run again`;
  if (now !== null && hash(now) === entry.before)
    return () => {
      const spare = asideOf(target);
      const done = exchange({ target, fresh, aside: spare }, now);
      if (done.kind === 'changed') return changed;
      return forget(spare, true, shown) ?? forget(aside, isOld, shown);
    };
  if (isTaken(target) || old === null) return changed;
  return () => {
    if (!isOld) {
      putBack(aside, target, Buffer.alloc(0));
      return changed;
    }
    try {
      putInFree(fresh, target);
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return changed;
      throw error;
    }
    return forget(aside, isOld, shown);
  };
}

/** Removes the old text of a file; what somebody has saved into it meanwhile stays, and is said. */
function forget(aside: string, isOld: boolean, name: string): string | null {
  if (isOld) removeOurs(aside);
  else if (isTaken(aside))
    return `${name}: was saved while a fix wrote it; take what you want from ${aside}, remove that, and run again`;
  return null;
}

/** Null if there is no regular file, or one that no fix can have written. */
function textOf(path: string): Buffer | null {
  try {
    if (!statLink(path).isFile()) return null;
    return readBounded(path, { limit: MAX_BYTES, within: null });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** True for two names of one file. */
function isSame(a: string, b: string): boolean {
  if (!isTaken(a) || !isTaken(b)) return false;
  const [one, other] = [statLink(a), statLink(b)];
  return one.isFile() && one.dev === other.dev && one.ino === other.ino;
}

function removeOurs(path: string): void {
  if (isTaken(path) && statLink(path).isFile()) discard(path);
}

/** Texts of runs that were killed before they wrote a journal. */
function removeLitter(directory: string): void {
  for (const { name, kind } of list(directory)) {
    const owner = TEMPORARY.exec(name)?.[1];
    if (kind === 'file' && owner !== undefined && !isAlive(Number(owner))) discard(join(directory, name));
  }
}

/** In a container every run may have the same number: ours names a run before us. */
function isAlive(number: number): boolean {
  if (number === process.pid) return false;
  try {
    process.kill(number, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function stuck(problem: string): Recovery {
  return { kind: 'stuck', problem };
}
