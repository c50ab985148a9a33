/**
 * Kernel style for edited code: continuation lines stay aligned with their bracket, lines end at eighty columns. Works
 * on whole statements, and leaves alone what an edit did not make longer or move.
 */
import type { TextEdit } from '../fix.ts';
import type { OffsetRange } from '../text/range.ts';
import { columnAfter, FIRST_MARK, indentTo, LINE_LIMIT, MARKS, scanCode } from './columns.ts';

export interface ReasonedEdit extends TextEdit {
  readonly reason: string;
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** True if a statement, declaration or directive ends with this line. */
function ends(line: string): boolean {
  const code = line.replace(/\/\*.*?\*\/|\/\/.*/g, '').trimEnd();
  return code === '' || /[;{}:]$/.test(code) || /\*\/$/.test(line.trimEnd()) || /^\s*#.*[^\\]$/.test(line);
}

/** The lines of the statement around a range; at most a screenful, so that odd text costs nothing. */
function statementAround(text: string, range: OffsetRange): OffsetRange {
  let start = lineStart(text, range.start);
  for (let i = 0; i < 40 && start > 0; i++) {
    const above = lineStart(text, start - 1);
    if (ends(text.slice(above, start - 1))) break;
    start = above;
  }
  let end = lineEnd(text, range.end);
  for (let i = 0; i < 40 && end < text.length; i++) {
    if (ends(text.slice(lineStart(text, end), end))) break;
    const open = brackets(text.slice(start, end));
    if (open.length === 0 && /[)]$/.test(text.slice(start, end).trimEnd())) break;
    end = lineEnd(text, end + 1);
  }
  return { start, end };
}

/** Offsets of the round brackets that are open at the end of `text`. */
function brackets(text: string): number[] {
  const open: number[] = [];
  scanCode(text, (c, at) => {
    if (c === '(') open.push(at);
    else if (c === ')') open.pop();
  });
  return open;
}

/** Applies edits to `text`; offsets of the edits are relative to it. */
function applied(text: string, edits: readonly TextEdit[]): string {
  let out = '';
  let at = 0;
  for (const { range, newText } of edits) {
    out += text.slice(at, range.start) + newText;
    at = range.end;
  }
  return out + text.slice(at);
}

/** What a line of the old text is aligned with: the mark of the bracket, or -1. */
function alignments(
  lines: readonly string[],
  text: string,
  marks: ReadonlyMap<number, string>,
): (string | null)[] {
  let offset = 0;
  return lines.map((line, i) => {
    const start = offset;
    offset += line.length + 1;
    if (i === 0 || line.trim() === '') return null;
    const open = brackets(text.slice(0, start)).at(-1);
    if (open === undefined) return null;
    const column = columnAfter(text.slice(lineStart(text, open), open)) + 1;
    return columnAfter(/^\s*/.exec(line)?.[0] ?? '') === column ? (marks.get(open) ?? null) : null;
  });
}

/** Column behind a mark in the lines written so far, or null. */
function columnOf(mark: string, lines: readonly string[]): number | null {
  for (let i = lines.length - 1; i >= 0; i--) {
    const at = lines[i]?.indexOf(mark) ?? -1;
    if (at >= 0) return columnAfter(lines[i]?.slice(0, at) ?? '') + 1;
  }
  return null;
}

function bare(line: string): string {
  return line.replace(MARKS, '');
}

interface Break {
  readonly at: number;
  readonly depth: number;
  readonly rank: number;
  readonly indent: number;
}

/** Places where a line may be broken, with the column that the rest then starts at. */
function breaksOf(line: string, above: readonly string[]): Break[] {
  const context = above.length === 0 ? '' : `${above.join('\n')}\n`;
  const whole = context + line;
  const stack: number[] = [];
  const out: Break[] = [];
  const statement = columnAfter(/^\s*/.exec(above[0] ?? line)?.[0] ?? '');
  scanCode(whole, (c, at) => {
    if (c === '(') stack.push(columnAfter(whole.slice(lineStart(whole, at), at)) + 1);
    else if (c === ')') stack.pop();
    if (at < context.length) return;
    const here = at - context.length;
    const rest = line.slice(here);
    const indent = stack.at(-1) ?? statement + 8;
    const add = (length: number, rank: number): void => {
      out.push({ at: here + length, depth: stack.length, rank, indent });
    };
    if (c === ',' && stack.length > 0) add(1, 0);
    else if (/^ (?:&&|\|\|) /.test(rest)) add(3, 1);
    else if (/^ [|+?:] /.test(rest)) add(2, 2);
    else if (/^ = /.test(rest) && stack.length === 0) add(2, 3);
  });
  return out;
}

/** Breaks a line that is too long, as often as it takes; gives up where there is no place to. */
export function wrap(line: string, above: readonly string[] = []): string[] {
  if (columnAfter(line) <= LINE_LIMIT) return [line];
  const fits = (b: Break): boolean => columnAfter(line.slice(0, b.at)) <= LINE_LIMIT;
  const rest = (b: Break): string => indentTo(b.indent) + line.slice(b.at).trimStart();
  const all = breaksOf(line, above).filter(
    (b) => fits(b) && line.slice(b.at).trim() !== '' && line.slice(0, b.at).trim() !== '',
  );
  const best = (list: readonly Break[]): Break | undefined =>
    [...list].sort((a, b) => a.rank - b.rank || a.depth - b.depth || b.at - a.at)[0];
  const chosen = best(all.filter((b) => columnAfter(rest(b)) <= LINE_LIMIT)) ?? best(all);
  if (chosen === undefined || columnAfter(rest(chosen)) >= columnAfter(line)) return [line];
  const head = line.slice(0, chosen.at).trimEnd();
  return [head, ...wrap(rest(chosen), [...above, head])];
}

/** New text of a statement after `edits`, laid out; the plain result where layout has nothing to say. */
export function layStatement(text: string, edits: readonly TextEdit[]): string {
  const plain = applied(text, edits);
  if (edits.some((e) => e.newText.includes('\n') || text.slice(e.range.start, e.range.end).includes('\n')))
    return plain;
  const marks = new Map<number, string>();
  const withMarks: TextEdit[] = [...edits];
  scanCode(text, (c, at) => {
    if (c !== '(' || edits.some((e) => e.range.start < at && at < e.range.end)) return;
    const mark = String.fromCharCode(FIRST_MARK + marks.size);
    marks.set(at, mark);
    withMarks.push({ range: { start: at, end: at }, newText: mark });
  });
  withMarks.sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  const old = text.split('\n');
  const aligned = alignments(old, text, marks);
  const out: string[] = [];
  applied(text, withMarks)
    .split('\n')
    .forEach((line, i) => {
      const mark = aligned[i] ?? null;
      const column = mark === null ? null : columnOf(mark, out);
      const placed = column === null ? line : indentTo(column) + line.trimStart();
      const before = old[i] ?? '';
      const longer = columnAfter(placed) > Math.max(LINE_LIMIT, columnAfter(before));
      out.push(...(longer ? wrap(placed, out) : [placed]));
    });
  return out.map(bare).join('\n');
}

/** Edits of a file in kernel style: those of a statement that had to be laid out anew become one. */
export function layOut(text: string, edits: readonly ReasonedEdit[]): ReasonedEdit[] {
  const sorted = [...edits].sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  const out: ReasonedEdit[] = [];
  for (let i = 0; i < sorted.length;) {
    const first = sorted[i];
    if (first === undefined) break;
    let around = statementAround(text, first.range);
    const group = [first];
    for (i++; ; i++) {
      const next = sorted[i];
      if (next === undefined || next.range.start > around.end) break;
      group.push(next);
      if (next.range.end > around.end)
        around = { start: around.start, end: statementAround(text, next.range).end };
    }
    out.push(...layGroup(text, around, group));
  }
  return out;
}

function layGroup(text: string, around: OffsetRange, group: readonly ReasonedEdit[]): ReasonedEdit[] {
  const old = text.slice(around.start, around.end);
  const local = group.map((e) => ({
    range: { start: e.range.start - around.start, end: e.range.end - around.start },
    newText: e.newText,
  }));
  const laid = layStatement(old, local);
  if (laid === applied(old, local)) return [...group];
  let start = 0;
  while (start < old.length && old.charAt(start) === laid.charAt(start)) start++;
  start = old.lastIndexOf('\n', start - 1) + 1;
  let tail = 0;
  const most = Math.min(old.length, laid.length) - start;
  while (tail < most && old.charAt(old.length - 1 - tail) === laid.charAt(laid.length - 1 - tail)) tail++;
  const cut = old.slice(old.length - tail).indexOf('\n');
  tail = cut < 0 ? 0 : tail - cut;
  return [
    {
      range: { start: around.start + start, end: around.end - tail },
      newText: laid.slice(start, laid.length - tail),
      reason: [...new Set(group.map((e) => e.reason))].join('; '),
    },
  ];
}
