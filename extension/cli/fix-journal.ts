/**
 * What a fix was about to write, on disk before the first file is replaced: whoever finds it later finishes the fix or
 * takes it back. Each directory has a journal of its own files only, since a journal may come with a stranger's tree. The
 * fix counts as decided from the moment when the journal of the last directory is there, and that one goes last.
 */
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { createFile } from './create-file.ts';
import { readText, reasonOf } from './source-files.ts';

const JOURNAL = '.netmem-fix.json';
const VERSION = 1;
const TEMPORARY = /^\.netmem-(\d+)-\d+\.tmp$/;
/** A journal in the making; see `createFile`. */
const UNFINISHED_JOURNAL = /^\.\.netmem-fix\.json\.(\d+)\.tmp$/;

/** A file that waits to be put in place. */
export interface Replacement {
  /** The file (absolute), and the one beside it that has its new text. */
  readonly target: string;
  readonly fresh: string;
  readonly before: Buffer;
  readonly after: Buffer;
}

interface Entry {
  /** Names in the directory of the journal. */
  readonly target: string;
  readonly fresh: string;
  /** SHA-256 of the text before and after. */
  readonly before: string;
  readonly after: string;
}

interface Journal {
  readonly version: typeof VERSION;
  readonly process: number;
  /** All directories of the fix, in order, as seen from this one. */
  readonly directories: readonly string[];
  readonly files: readonly Entry[];
}

let counter = 0;

/** A new name beside a file, which says whose it is. */
export function temporaryBeside(path: string): string {
  counter += 1;
  return join(dirname(path), `.netmem-${process.pid}-${counter}.tmp`);
}

/**
 * Writes the journals. Throws what the system throws, EEXIST if another fix is at work; then no journal is left.
 * @returns takes the journals away again, to be called once every file is in place
 */
export function writeJournals(replacements: readonly Replacement[]): () => void {
  const directories = [...new Set(replacements.map(({ target }) => dirname(target)))].sort();
  const written: string[] = [];
  const remove = (): void => {
    for (const path of written) rmSync(path, { force: true });
  };
  try {
    for (const directory of directories) {
      const own = replacements.filter(({ target }) => dirname(target) === directory);
      const journal: Journal = {
        version: VERSION,
        process: process.pid,
        directories: directories.map((other) => relative(directory, other)),
        files: own.map(({ target, fresh, before, after }) => ({
          ...{ target: basename(target), fresh: basename(fresh) },
          ...{ before: hash(before), after: hash(after) },
        })),
      };
      const path = join(directory, JOURNAL);
      createFile(path, `${JSON.stringify(journal, null, 2)}\n`);
      written.push(path);
    }
  } catch (error) {
    remove();
    throw error;
  }
  return remove;
}

export type Recovery =
  | { readonly kind: 'nothing' }
  /** What was done, in words. */
  | { readonly kind: 'done'; readonly what: string }
  /** Why it cannot be done, and what to do. */
  | { readonly kind: 'stuck'; readonly problem: string };

/** True if a fix was interrupted in the directory. */
export function isInterrupted(directory: string): boolean {
  return existsSync(join(directory, JOURNAL));
}

/**
 * Finishes a fix that was interrupted in the directory, with all other directories of that fix, or takes it back if it had
 * not been decided, and removes what killed runs have left. Files that were changed since are never touched.
 * @param name of the directory, for messages
 */
export function recover(directory: string, name: string): Recovery {
  try {
    const at = realpathSync(directory);
    const result = isInterrupted(at) ? settle(at, name) : { kind: 'nothing' as const };
    if (result.kind !== 'stuck') removeLitter(at);
    return result;
  } catch (error) {
    return stuck(`${name}: ${reasonOf(error)}`);
  }
}

function settle(at: string, name: string): Recovery {
  const journal = readJournal(at);
  if (journal === null) return stuck(`${name}/${JOURNAL}: not the journal of a fix; remove it`);
  if (isAlive(journal.process))
    return stuck(
      `${name}: another fix (process ${journal.process}) is writing here; wait for it, or remove ${JOURNAL} if there is none`,
    );
  const group = journal.directories.map((other) => ({ at: resolve(at, other), name: join(name, other) }));
  const last = group.at(-1);
  const decided = last !== undefined && isInterrupted(last.at);
  const waiting: { readonly from: string; readonly to: string }[] = [];
  for (const { at: directory, name: shown } of group.filter((member) => isInterrupted(member.at))) {
    const own = readJournal(directory);
    if (own === null) return stuck(`${shown}/${JOURNAL}: not the journal of a fix; remove it`);
    for (const entry of own.files) {
      const from = join(directory, entry.fresh);
      if (!existsSync(from)) continue;
      const problem = decided ? obstacle(directory, shown, entry) : null;
      if (problem !== null) return stuck(problem);
      waiting.push({ from, to: join(directory, entry.target) });
    }
  }
  for (const { from, to } of waiting)
    if (decided) renameSync(from, to);
    else rmSync(from, { force: true });
  // The last one goes last: as long as another is there, it says that the fix was decided.
  for (const member of group) rmSync(join(member.at, JOURNAL), { force: true });
  const what = decided
    ? 'finished a fix that had been interrupted'
    : 'took back a fix that had been interrupted';
  return { kind: 'done', what: `${name}: ${what}` };
}

/** Why a file cannot be put in place, and what to do, or null. */
function obstacle(directory: string, name: string, { target, fresh, before, after }: Entry): string | null {
  const [old, made] = [join(directory, target), join(directory, fresh)];
  if (!lstatSync(made).isFile() || hash(readFileSync(made)) !== after)
    return `${name}/${fresh}: not what the interrupted fix wrote; remove it and ${JOURNAL}`;
  if (!existsSync(old) || hash(readFileSync(old)) !== before)
    return `${name}/${target}: changed since a fix of it was interrupted; take what you want from ${fresh}, remove that, and run again`;
  return null;
}

/** Texts of runs that were killed before they wrote a journal. */
function removeLitter(directory: string): void {
  for (const name of readdirSync(directory)) {
    const owner = (TEMPORARY.exec(name) ?? UNFINISHED_JOURNAL.exec(name))?.[1];
    if (owner !== undefined && !isAlive(Number(owner))) rmSync(join(directory, name), { force: true });
  }
}

/** In a container every run may have the same number: ours names a run before us. */
function isAlive(number: number): boolean {
  if (number === process.pid) return false;
  try {
    process.kill(number, 0);
    return true;
  } catch (error) {
    return error instanceof Error && Reflect.get(error, 'code') === 'EPERM';
  }
}

/** Null if it is none. */
function readJournal(directory: string): Journal | null {
  try {
    const value: unknown = JSON.parse(readText(join(directory, JOURNAL)));
    return isJournal(value) ? value : null;
  } catch {
    return null;
  }
}

function isJournal(value: unknown): value is Journal {
  if (typeof value !== 'object' || value === null) return false;
  const of = (name: string): unknown => Reflect.get(value, name);
  const files = of('files');
  const directories = of('directories');
  return (
    of('version') === VERSION &&
    Number.isSafeInteger(of('process')) &&
    Number(of('process')) > 0 &&
    Array.isArray(directories) &&
    directories.every((other) => typeof other === 'string') &&
    Array.isArray(files) &&
    files.every(isEntry)
  );
}

/** Only sources, only in the directory, and only by what a fix of ours can have written. */
function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const text = (name: string): string => String(Reflect.get(value, name));
  return (
    /^[^/\\]+\.[ch]$/.test(text('target')) &&
    TEMPORARY.test(text('fresh')) &&
    [text('before'), text('after')].every((sum) => /^[0-9a-f]{64}$/.test(sum))
  );
}

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function stuck(problem: string): Recovery {
  return { kind: 'stuck', problem };
}
