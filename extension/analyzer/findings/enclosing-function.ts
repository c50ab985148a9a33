/**
 * The function a line is in, by the kernel's coding style: a body opens and closes with a brace in the first column.
 * Reports only name it; nothing is decided by it but which suppression matches.
 */
import type { LineTable } from '../text/line-table.ts';

/** A definition's head is a handful of lines at most. */
const MAX_HEAD_LINES = 12;

/** What lines that were asked for, and those above them, are in. */
const known = new WeakMap<LineTable, Map<number, string | null>>();

/** Name of the function around a line (counted from 1), or null. */
export function enclosingFunction(table: LineTable, line: number): string | null {
  let answers = known.get(table);
  if (answers === undefined) known.set(table, (answers = new Map<number, string | null>()));
  // A line that ends a body is still in it, which the lines below are not.
  if (table.startsWith(line, '{')) return nameAbove(table, line);
  let at = line - 1;
  let found: string | null | undefined;
  for (; at >= 1; at -= 1) {
    found = answers.get(at);
    if (found !== undefined) break;
    if (table.startsWith(at, '{')) found = nameAbove(table, at);
    else if (table.startsWith(at, '}')) found = null;
    if (found !== undefined) break;
  }
  for (let passed = Math.max(at, 1); passed < line; passed += 1) answers.set(passed, found ?? null);
  return found ?? null;
}

function nameAbove(table: LineTable, open: number): string | null {
  for (let at = open - 1; at >= Math.max(1, open - MAX_HEAD_LINES); at -= 1) {
    const text = table.line(at);
    if (/^[}#]|;\s*$/.test(text)) return null;
    const name = /^[A-Za-z_][^(]*?\b([A-Za-z_]\w*)\s*\(/.exec(text)?.[1];
    if (name !== undefined) return name;
  }
  return null;
}
