/** Columns as the kernel counts them: a tab goes to the next multiple of eight, a line ends at eighty. */

export const LINE_LIMIT = 80;
const TAB = 8;

/** Marks a bracket while text moves around it; takes no column. Private-use characters do not occur in sources. */
export const FIRST_MARK = 0xe000;

/** All marks of a text. */
export const MARKS = /[\ue000-\uefff]/g;

function isMark(c: string): boolean {
  const code = c.charCodeAt(0);
  return code >= FIRST_MARK && code < 0xf000;
}

/** Visual column behind `text` if it starts at column `from`. */
export function columnAfter(text: string, from = 0): number {
  let column = from;
  for (const c of text) {
    if (c === '\t') column += TAB - (column % TAB);
    else if (!isMark(c)) column++;
  }
  return column;
}

/** Indentation to a column: tabs, then spaces. */
export function indentTo(column: number): string {
  return '\t'.repeat(Math.floor(column / TAB)) + ' '.repeat(column % TAB);
}

/** Calls `visit` for each character outside of strings and comments. */
export function scanCode(text: string, visit: (c: string, at: number) => void): void {
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === '"' || c === "'") {
      const start = i;
      for (i++; i < text.length && text.charAt(i) !== c; i++) if (text.charAt(i) === '\\') i++;
      if (i >= text.length) i = start;
    } else if (c === '/' && text.charAt(i + 1) === '*') {
      const end = text.indexOf('*/', i + 2);
      i = end < 0 ? text.length : end + 1;
    } else if (c === '/' && text.charAt(i + 1) === '/') {
      const end = text.indexOf('\n', i);
      i = end < 0 ? text.length : end - 1;
    } else visit(c, i);
  }
}
