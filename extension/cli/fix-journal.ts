/**
 * What a fix was about to write, on disk before the first file is replaced: whoever finds it later finishes the fix or
 * takes it back (`fix-recovery.ts`). Each directory has a journal of its own files only, since a journal may come with an
 * untrusted tree. The fix counts as decided from the moment when the journal of the last directory is there, and that one
 * goes last.
 */
import { createHash, randomBytes } from 'node:crypto';
import { basename, dirname, join, relative } from 'node:path';
import { remove } from '../files/disk.ts';
import { createFile, discard, syncDirectory, TEMPORARY } from '../files/new-file.ts';
import { MEGABYTE, readBounded } from '../files/read-file.ts';
import { ASIDE } from '../files/replace-file.ts';

export const JOURNAL = '.netmem-fix.json';
const VERSION = 2;
const MAX_JOURNAL_BYTES = 4 * MEGABYTE;

/** A file that waits to be put in place. */
export interface Replacement {
  /** The file (absolute), the one beside it that has its new text, and the name that its old text will have. */
  readonly target: string;
  readonly fresh: string;
  readonly aside: string;
  readonly before: Buffer;
  readonly after: Buffer;
}

export interface Entry {
  /** Names in the directory of the journal. */
  readonly target: string;
  readonly fresh: string;
  readonly aside: string;
  /** SHA-256 of the text before and after. */
  readonly before: string;
  readonly after: string;
}

export interface Journal {
  readonly version: typeof VERSION;
  /** Of this fix and no other: what the journals of one fix have in common. */
  readonly fix: string;
  readonly process: number;
  /** All directories of the fix, in order, as seen from this one. */
  readonly directories: readonly string[];
  readonly files: readonly Entry[];
}

/**
 * Writes the journals. Throws what the system throws, EEXIST if another fix is at work; then no journal is left.
 * @returns takes the journals away again, to be called once every file is in place, or each as it was. The last goes
 * `first` where the fix is not to be finished any more.
 */
export function writeJournals(replacements: readonly Replacement[]): (last: 'first' | 'last') => void {
  const directories = [...new Set(replacements.map(({ target }) => dirname(target)))].sort();
  const fix = randomBytes(16).toString('hex');
  const written: string[] = [];
  try {
    for (const directory of directories) {
      const own = replacements.filter(({ target }) => dirname(target) === directory);
      const journal: Journal = {
        version: VERSION,
        fix,
        process: process.pid,
        directories: directories.map((other) => relative(directory, other)),
        files: own.map(({ target, fresh, aside, before, after }) => ({
          ...{ target: basename(target), fresh: basename(fresh), aside: basename(aside) },
          ...{ before: hash(before), after: hash(after) },
        })),
      };
      const path = join(directory, JOURNAL);
      createFile(path, `${JSON.stringify(journal, null, 2)}\n`);
      written.push(path);
      syncDirectory(directory);
    }
  } catch (error) {
    written.reverse().forEach(discard);
    throw error;
  }
  return (last) => (last === 'first' ? written.reverse() : written).forEach(remove);
}

/** Null if it is none, or none of this version. */
export function readJournal(directory: string): Journal | null {
  try {
    const bounds = { limit: MAX_JOURNAL_BYTES, within: [directory] };
    const value: unknown = JSON.parse(readBounded(join(directory, JOURNAL), bounds).toString('utf8'));
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
    /^[0-9a-f]{32}$/.test(String(of('fix'))) &&
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
    ASIDE.test(text('aside')) &&
    [text('before'), text('after')].every((sum) => /^[0-9a-f]{64}$/.test(sum))
  );
}

export function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
