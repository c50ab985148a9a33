/**
 * The function a line is in, by the kernel's coding style: a body opens and closes with a brace in the first column.
 * Reports only name it; nothing is decided by it but which suppression matches.
 */
import type { LineTable } from './line-table.ts';

/** A definition's head is a handful of lines at most. */
const MAX_HEAD_LINES = 12;

/** Name of the function around a line (counted from 1), or null. */
export function enclosingFunction(table: LineTable, line: number): string | null {
  let open = 0;
  for (let at = line; at >= 1; at -= 1) {
    const text = table.line(at);
    if (text.startsWith('{')) {
      open = at;
      break;
    }
    if (text.startsWith('}') && at < line) return null;
  }
  return open === 0 ? null : nameAbove(table, open);
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
