/**
 * Reverse Christmas tree: local declarations run from the longest line to the shortest. Where they did so before an edit,
 * they do so after it.
 */
import type { DeclStmt, Stmt } from '../syntax/ast.ts';
import type { FileModel } from '../model/names/symbols.ts';
import { applyEdits, sortEdits } from '../text/edits.ts';
import type { OffsetRange } from '../text/range.ts';
import { columnAfter } from './columns.ts';
import type { ReasonedEdit } from './layout.ts';

/** Longer blocks are left as they are: no person sorts them, and every two lines would have to be compared. */
const MAX_BLOCK = 200;

interface Line {
  readonly range: OffsetRange;
  readonly names: readonly string[];
  readonly text: string;
}

const found = new WeakMap<FileModel, readonly (readonly Line[])[]>();

/**
 * Blocks of declarations in `file`, each declaration alone on its one line; other blocks are left out. Found
 * once: thousands of plans ask for them.
 */
function blocksOf(file: FileModel): readonly (readonly Line[])[] {
  let known = found.get(file);
  if (known === undefined) found.set(file, (known = findBlocks(file)));
  return known;
}

function findBlocks(file: FileModel): Line[][] {
  const out: Line[][] = [];
  const visit = (body: readonly Stmt[], base: number): void => {
    const head: DeclStmt[] = [];
    for (const s of body) {
      if (s.k !== 'decl') break;
      head.push(s);
    }
    const lines = head.map((s) => lineOf(file, base, s));
    if (lines.length > 1 && lines.every((l) => l !== null)) out.push(lines);
    for (const s of body) for (const inner of bodiesOf(s)) visit(inner, base);
  };
  for (const { base, item } of file.items) if (item.k === 'function') visit(item.body, base);
  return out;
}

function bodiesOf(s: Stmt): (readonly Stmt[])[] {
  switch (s.k) {
    case 'if':
      return s.otherwise === null ? [[s.then]] : [[s.then], [s.otherwise]];
    case 'while':
    case 'do':
    case 'for':
    case 'switch':
      return [[s.body]];
    case 'case':
    case 'block':
    case 'broken':
      return [s.body];
    case 'alternatives':
      return [...s.arms];
    case 'label':
      return s.body === null ? [] : [[s.body]];
    case 'decl':
    case 'expr':
    case 'return':
    case 'goto':
    case 'break':
    case 'continue':
      return [];
  }
}

function lineOf(file: FileModel, base: number, s: DeclStmt): Line | null {
  const start = file.text.lastIndexOf('\n', base + s.s - 1) + 1;
  const end = file.text.indexOf('\n', base + s.s);
  if (end < 0 || end < base + s.e || file.text.slice(start, base + s.s).trim() !== '') return null;
  const text = file.text.slice(start, end);
  if (!text.trimEnd().endsWith(';') || s.vars.length === 0) return null;
  return { range: { start, end }, names: s.vars.map((v) => v.name), text };
}

function sorted(lines: readonly string[]): boolean {
  return lines.every((l, i) => i === 0 || columnAfter(lines[i - 1] ?? '') >= columnAfter(l));
}

/** True if the two lines may change places: neither names what the other declares. */
function independent(a: Line, b: Line): boolean {
  const uses = (x: Line, y: Line): boolean =>
    y.names.some(
      (n) => new RegExp(`\\b${n}\\b`).test(x.text.slice(x.text.indexOf('='))) && x.text.includes('='),
    );
  return !uses(a, b) && !uses(b, a);
}

/** The edits, with the declarations they make shorter or longer moved to their place. */
export function keepOrder(file: FileModel, edits: readonly ReasonedEdit[]): ReasonedEdit[] {
  const out = new Set(edits);
  const sortedEdits = sortEdits(edits);
  const [from = 0, to = 0] = [sortedEdits[0]?.range.start, sortedEdits.at(-1)?.range.start];
  for (const lines of blocksOf(file)) {
    const [first] = lines;
    const last = lines.at(-1);
    if (first === undefined || last === undefined) continue;
    const around = { start: first.range.start, end: last.range.end };
    if (around.end < from || around.start > to) continue;
    const own = within(sortedEdits, around);
    if (own.length === 0 || !sorted(lines.map((l) => l.text))) continue;
    const after = lines.map((l) => newText(l, own));
    if (after.some((t) => t === null || t.includes('\n'))) continue;
    const texts = after.map((t) => t ?? '');
    if (sorted(texts)) continue;
    const order = reorder(lines, texts);
    if (order === null) continue;
    let start = 0;
    while (order[start] === start) start++;
    let end = order.length;
    while (order[end - 1] === end - 1) end--;
    const range = {
      start: lines[start]?.range.start ?? around.start,
      end: lines[end - 1]?.range.end ?? around.end,
    };
    const moved = within(own, range);
    for (const e of moved) out.delete(e);
    out.add({
      range,
      newText: order
        .slice(start, end)
        .map((i) => texts[i] ?? '')
        .join('\n'),
      reason: [...new Set(moved.map((e) => e.reason))].join('; '),
    });
  }
  return sortEdits([...out]);
}

/** The edits that lie in a range. @param edits in the order of their places */
function within(edits: readonly ReasonedEdit[], { start, end }: OffsetRange): ReasonedEdit[] {
  let low = 0;
  for (let high = edits.length; low < high;) {
    const middle = (low + high) >> 1;
    if ((edits[middle]?.range.start ?? start) < start) low = middle + 1;
    else high = middle;
  }
  const out: ReasonedEdit[] = [];
  for (let edit = edits[low]; edit !== undefined && edit.range.start <= end; edit = edits[++low])
    if (edit.range.end <= end) out.push(edit);
  return out;
}

function newText(line: Line, edits: readonly ReasonedEdit[]): string | null {
  const own = within(edits, line.range).map((e) => ({
    newText: e.newText,
    range: { start: e.range.start - line.range.start, end: e.range.end - line.range.start },
  }));
  const done = applyEdits(line.text, own);
  return done.ok ? done.text : null;
}

/** Places of the lines in the new order, or null if a move would go past something it depends on. */
function reorder(lines: readonly Line[], texts: readonly string[]): number[] | null {
  if (lines.length > MAX_BLOCK) return null;
  const order = lines.map((_, i) => i);
  for (let pass = 0; pass < order.length; pass++) {
    for (let i = 1; i < order.length; i++) {
      const above = order[i - 1] ?? 0;
      const here = order[i] ?? 0;
      if (columnAfter(texts[above] ?? '') >= columnAfter(texts[here] ?? '')) continue;
      const a = lines[above];
      const b = lines[here];
      if (a === undefined || b === undefined || !independent(a, b)) return null;
      order[i - 1] = here;
      order[i] = above;
    }
  }
  return order;
}
