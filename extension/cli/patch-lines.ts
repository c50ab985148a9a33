/** The lines a unified diff adds or changes, so that a check can look at a patch only. */
import { resolve, sep } from 'node:path';
import { exists } from '../files/disk.ts';
import { textOfName } from '../files/names.ts';
import { gitRoot } from '../files/work-tree.ts';

/** By absolute path: numbers of the lines (from 1) that the patch wrote. */
export type ChangedLines = ReadonlyMap<string, ReadonlySet<number>>;

const HUNK = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;
/** Of a merge: a column and a range for each parent. */
const COMBINED = /^(@@@+) (?:-\d+(?:,\d+)? )+\+(\d+)(?:,(\d+))? @@@+/;

/**
 * Reads what `git diff` or `diff -u` prints. File names are taken from `+++`; git's are relative to the root of its
 * work tree, whatever directory it ran in.
 * @param onOutside told of a name that leads out of the work tree, which is left out: a patch may come from anybody
 */
export function changedLines(
  patch: string,
  cwd: string,
  onOutside: (name: string) => void = () => undefined,
): ChangedLines {
  const files = new Map<string, Set<number>>();
  let current: Set<number> | null = null;
  let line = 0;
  // Lines of the hunk that are still to come, old and new: a removed line may well look like a header.
  let old = 0;
  let fresh = 0;
  /** Columns before the text of a line: one for each parent. */
  let columns = 1;
  for (const text of patch.split(/\r?\n/)) {
    const hunk = HUNK.exec(text);
    const combined = COMBINED.exec(text);
    if (combined !== null) {
      columns = (combined[1]?.length ?? 2) - 1;
      old = 0;
      fresh = Number(combined[3] ?? 1);
      line = Number(combined[2]);
    } else if (hunk !== null) {
      columns = 1;
      old = Number(hunk[1] ?? 1);
      fresh = Number(hunk[3] ?? 1);
      line = Number(hunk[2]);
    } else if (old > 0 || fresh > 0) {
      const mark = columns === 1 ? text[0] : markOf(text.slice(0, columns));
      if (mark === '+') current?.add(line);
      if (mark === '+' || mark === ' ' || mark === undefined) {
        line += 1;
        fresh -= 1;
      }
      if (mark === '-' || mark === ' ' || mark === undefined) old -= 1;
    } else if (text.startsWith('+++ ')) {
      const path = locate(text.slice(4), cwd, onOutside);
      current = path === null ? null : (files.get(path) ?? new Set());
      if (path !== null && current !== null) files.set(path, current);
    }
  }
  return files;
}

/** What a line of a merge is to the result: taken out, new against some parent, or as before. */
function markOf(signs: string): string {
  if (signs.startsWith('\\')) return '\\';
  return signs.includes('-') ? '-' : signs.includes('+') ? '+' : ' ';
}

function locate(header: string, cwd: string, onOutside: (name: string) => void): string | null {
  const name = unquote(header.split('\t', 1)[0]?.trim() ?? '');
  if (name === '/dev/null') return null;
  const root = gitRoot(cwd);
  const bare = name.replace(/^[a-z]\//, '');
  const home = root ?? cwd;
  const candidates = [resolve(home, bare), resolve(home, name), resolve(cwd, bare), resolve(cwd, name)];
  const isInside = (path: string): boolean => path.startsWith(home.endsWith(sep) ? home : `${home}${sep}`);
  const [usual = home] = candidates;
  const found = candidates.find((path) => isInside(path) && exists(path));
  if (found !== undefined) return found;
  if (isInside(usual)) return usual;
  onOutside(name);
  return null;
}

const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 };

/** Git writes unusual names as C strings, byte by byte: `"\303\274.c"`. */
function unquote(name: string): string {
  if (!name.startsWith('"')) return name;
  const bytes = [...name.slice(1, -1).matchAll(/\\([0-7]{3})|\\(.)|([^\\])/gu)].flatMap(
    ([, octal, escaped, plain]) => {
      if (octal !== undefined) return [Number.parseInt(octal, 8)];
      const control = ESCAPES[escaped ?? ''];
      return control === undefined ? [...Buffer.from(escaped ?? plain ?? '')] : [control];
    },
  );
  return textOfName(Buffer.from(bytes));
}
