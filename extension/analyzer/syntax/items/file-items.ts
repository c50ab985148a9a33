/**
 * A file as a list of top-level items. Items are remembered by their piece: an edit inside one function costs that
 * function only, wherever the others have moved to, and what is not wanted is never parsed.
 */
import type { Item, Span } from '../ast.ts';
import { readDefine } from '../define.ts';
import { maskKernelC } from '../mask.ts';
import type { Origin } from '../lower-context.ts';
import { lowerItem } from '../lower.ts';
import type { CParser } from '../parser.ts';
import type { Piece } from '../pieces.ts';
import { type Expanded, expandMacros, type MacroUse } from '../preprocessor/expand.ts';
import type { Definition, MacroTable } from '../preprocessor/macros.ts';
import { mergeReadings } from '../preprocessor/merge-readings.ts';
import { MAX_READINGS, type Readings, readingsOf } from '../preprocessor/readings.ts';

/** An item and where it starts in the file now. */
export interface PlacedItem {
  readonly base: number;
  readonly item: Item;
  /** Uses of macros that were expanded in its piece; offsets are relative to `base`, as those of the item. */
  readonly uses?: readonly MacroUse[];
  /** All of its piece, relative to `base`, if the parser could not read all of it. */
  readonly around?: Span;
}

/** What a piece was read into, and from what besides its text. */
interface ReadPiece {
  /** `base` is relative to the piece. */
  readonly items: readonly PlacedItem[];
  /** The macros that its expansion may come to. */
  readonly macros: readonly Definition[];
}

/** What was read of one version of a file, by the id of the piece. */
export interface ItemCache {
  readonly pieces: ReadonlyMap<number, ReadPiece>;
  /** The macros that were asked. */
  readonly table: MacroTable | null;
}

export interface FileItems {
  readonly items: readonly PlacedItem[];
  readonly cache: ItemCache;
}

/** The macros of a driver as one of its files sees them. */
export interface FileMacros {
  readonly table: MacroTable;
  /** Number of the file. */
  readonly file: number;
}

/** Starting a parse costs as much as parsing some lines: pieces are parsed together up to so many characters. */
const TOGETHER = 8192;

/**
 * Characters of a function. The longest of the network drivers of 7.3 has a seventh of it; what is done to every statement
 * takes seconds beyond.
 */
export const MAX_FUNCTION = 256 * 1024;

const NO_MACROS: readonly Definition[] = [];

/** Reads the given pieces of a file into items, taking unchanged ones from `previous`. */
export function readItems(
  parser: CParser,
  text: string,
  pieces: Iterable<Piece>,
  previous: ItemCache | null,
  macros: FileMacros | null = null,
): FileItems {
  const read = new Map<number, ReadPiece>();
  const code: CodePiece[] = [];
  const wanted = [...pieces];
  const table = macros?.table ?? null;
  const usedBy = (piece: Piece): readonly Definition[] =>
    macros === null ? NO_MACROS : macros.table.usedBy(macros.file, piece);
  for (const piece of wanted) {
    const known = previous?.pieces.get(piece.id);
    const isCode = piece.kind === 'function' || piece.kind === 'declaration';
    // Most edits leave all macros alone.
    if (known !== undefined && (!isCode || previous?.table === table || same(known.macros, usedBy(piece))))
      read.set(piece.id, known);
    else if (piece.kind === 'function' && piece.end - piece.start > MAX_FUNCTION)
      read.set(piece.id, { items: tooLong(piece), macros: NO_MACROS });
    else if (isCode)
      code.push({ id: piece.id, text: text.slice(piece.start, piece.end), used: usedBy(piece) });
    else {
      const items = readDirective(text.slice(piece.start, piece.end), piece.kind);
      read.set(piece.id, { items, macros: NO_MACROS });
    }
  }
  for (const batch of batches(code))
    readCode(parser, batch.map(prepare)).forEach((items, i) => {
      const { id = 0, text = '', used = NO_MACROS } = batch[i] ?? {};
      const brought = used.map(({ body }) => body).join('\n');
      read.set(id, { items: items.map((placed) => completed(placed, text.length, brought)), macros: used });
    });
  const items: PlacedItem[] = [];
  for (const { id, start } of wanted) {
    for (const placed of read.get(id)?.items ?? []) items.push({ ...placed, base: start + placed.base });
  }
  return { items, cache: { pieces: read, table } };
}

function same(a: readonly Definition[], b: readonly Definition[]): boolean {
  return a.length === b.length && a.every((definition, i) => definition === b[i]);
}

/** A piece that has to be read. */
interface CodePiece {
  readonly id: number;
  readonly text: string;
  readonly used: readonly Definition[];
}

/** One reading of a piece: its text, and where that comes from if macros were expanded in it. */
interface Reading {
  readonly text: string;
  readonly expanded: Expanded | null;
}

const NO_READING: Reading = { text: '', expanded: null };

interface Prepared {
  readonly original: string;
  readonly used: readonly Definition[];
  readonly readings: readonly Reading[];
  /** True if groups are left to the grammar. */
  readonly leavesGroups: boolean;
}

function prepare({ text, used }: CodePiece): Prepared {
  return prepared(text, used, readingsOf(text));
}

/** Where several definitions of a macro serve, each is in one of the readings. */
function prepared(
  original: string,
  used: readonly Definition[],
  { texts, leavesGroups }: Readings,
): Prepared {
  if (used.length === 0) {
    const readings = texts.map((text): Reading => ({ text, expanded: null }));
    return { original, used, readings, leavesGroups };
  }
  const byName = new Map<string, Definition[]>();
  for (const made of used) {
    const known = byName.get(made.name);
    if (known === undefined) byName.set(made.name, [made]);
    else known.push(made);
  }
  const most = Math.max(...[...byName.values()].map(({ length }) => length));
  const count = Math.min(MAX_READINGS, Math.max(texts.length, most));
  const readings = Array.from({ length: count }, (_, i): Reading => {
    const text = texts[Math.min(i, texts.length - 1)] ?? original;
    const expanded = expandMacros(text, (name) => {
      const list = byName.get(name);
      return list?.[Math.min(i, list.length - 1)] ?? null;
    });
    return { text: expanded?.text ?? text, expanded };
  });
  return { original, used, readings, leavesGroups };
}

function tooLong({ start, end }: Piece): readonly PlacedItem[] {
  const whole = { s: 0, e: end - start };
  const size = `${Math.round(whole.e / 1024)} KiB`;
  const reason = `This function was left out: it has ${size}, and functions are read up to ${MAX_FUNCTION / 1024} KiB.`;
  return [{ base: 0, item: { k: 'other', ...whole, errors: [whole], reason } }];
}

function readDirective(text: string, kind: 'define' | 'include'): readonly PlacedItem[] {
  if (kind === 'define') {
    const item = readDefine(text);
    return item === null ? [] : [{ base: 0, item }];
  }
  const [, open, path] = /^#\s*include\s*([<"])([^>"]*)/.exec(text) ?? [];
  if (path === undefined) return [];
  return [{ base: 0, item: { k: 'include', s: 0, e: text.length, path, system: open === '<' } }];
}

function* batches(pieces: readonly CodePiece[]): Generator<readonly CodePiece[]> {
  let batch: CodePiece[] = [];
  let size = 0;
  for (const piece of pieces) {
    const { length } = piece.text;
    if (batch.length > 0 && size + length > TOGETHER) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push(piece);
    size += length;
  }
  if (batch.length > 0) yield batch;
}

/** A macro that stands alone, with or without a semicolon: nothing in it is a declaration that the grammar knows. */
const ALONE = /^\w+\s*\([^]*\)\s*;?$/;

/** Items of each piece. Pieces parsed together are read as if each were alone, or are parsed alone. */
function readCode(parser: CParser, pieces: readonly Prepared[]): readonly (readonly PlacedItem[])[] {
  const simple = pieces.filter(({ readings }) => readings.length === 1);
  const read = readSimple(parser, simple);
  const items = new Map(simple.map((piece, i) => [piece, read[i]]));
  return pieces.map((piece) => items.get(piece) ?? readAlone(parser, piece));
}

/** The same for pieces of one reading; null for one that has to be read by itself. */
function readSimple(parser: CParser, pieces: readonly Prepared[]): readonly (readonly PlacedItem[] | null)[] {
  if (pieces.length === 0) return [];
  const together = readTogether(
    parser,
    pieces.flatMap(({ readings: [first] }) => first ?? []),
  );
  if (together !== null) return together;
  return pieces.length === 1 ? [null] : pieces.flatMap((piece) => readSimple(parser, [piece]));
}

/** A piece of several readings, or one that the parser cannot read all of. */
function readAlone(parser: CParser, piece: Prepared): readonly PlacedItem[] {
  const { original, used, readings, leavesGroups } = piece;
  const isExpanded = readings.some(({ expanded }) => expanded !== null);
  if (!isExpanded && ALONE.test(original))
    return [{ base: 0, item: { k: 'other', s: 0, e: original.length, errors: [] } }];
  const items = readEach(parser, readings);
  if (errorsIn(items) === 0) return items;
  const candidates = [items];
  if (leavesGroups)
    candidates.push(readEach(parser, prepared(original, used, readingsOf(original, true)).readings));
  // A macro of the kernel around them may want its arguments as they are.
  if (isExpanded) candidates.push(readAlone(parser, prepared(original, NO_MACROS, readingsOf(original))));
  return candidates.reduce((best, other) => (errorsIn(other) < errorsIn(best) ? other : best));
}

function readEach(parser: CParser, readings: readonly Reading[]): readonly PlacedItem[] {
  const uses = usesIn(readings);
  const isSingle = readings.length === 1 && uses === undefined;
  const read = readings.map(({ text, expanded }) => {
    const masked = maskKernelC(text);
    return parser.withTree(masked, (tree) =>
      Array.from(parser.reader.topLevel(tree), (node): PlacedItem => {
        const base = isSingle ? node.start : 0;
        return { base, item: lowerItem(node, masked, text, base, expanded?.origin ?? null) };
      }),
    );
  });
  const [only] = read;
  if (isSingle && only !== undefined) return only;
  const merged = mergeReadings(read.map((items) => items.map(({ item }) => item)));
  return merged.map((item) => withUses(item, uses));
}

/** Uses of macros in any of the readings, in order; undefined if nothing was expanded. */
function usesIn(readings: readonly Reading[]): readonly MacroUse[] | undefined {
  if (readings.every(({ expanded }) => expanded === null)) return undefined;
  const uses = new Map<string, MacroUse>();
  for (const { expanded } of readings)
    for (const use of expanded?.calls ?? []) uses.set(`${use.start} ${use.end} ${use.name}`, use);
  return [...uses.values()].sort((a, b) => a.start - b.start || b.end - a.end);
}

function withUses(item: Item, uses: readonly MacroUse[] | undefined): PlacedItem {
  return uses === undefined ? { base: 0, item } : { base: 0, item, uses };
}

/** An item with what its piece tells of it. What was read wrongly near an error may be any part of the piece. */
function completed(placed: PlacedItem, length: number, brought: string): PlacedItem {
  const { base, item } = placed;
  const made = brought !== '' && item.k === 'function' ? { ...placed, item: { ...item, brought } } : placed;
  return errorsIn([placed]) === 0 ? made : { ...made, around: { s: -base, e: length - base } };
}

function errorsIn(items: readonly PlacedItem[]): number {
  return items.reduce((sum, { item }) => {
    if (item.k === 'define' || item.k === 'include') return sum;
    return sum + (item.errors?.length ?? 0);
  }, 0);
}

/** @returns null if it is not certain that each part reads alone as it does among the others */
function readTogether(parser: CParser, parts: readonly Reading[]): readonly (readonly PlacedItem[])[] | null {
  // Masked one by one: an open parenthesis of one must not reach the next.
  const masks = parts.map(({ text }) => maskKernelC(text));
  const masked = masks.join('\n');
  const text = parts.map((part) => part.text).join('\n');
  return parser.withTree(masked, (tree) => {
    if (tree.rootNode.hasError) return null;
    const out: PlacedItem[][] = [];
    let start = 0;
    let end = -1;
    let origin: Origin | null = null;
    let uses: readonly MacroUse[] | undefined;
    for (const node of parser.reader.topLevel(tree)) {
      while (node.start > end) {
        const part = parts[out.length] ?? NO_READING;
        const { expanded } = part;
        const from = (start = end + 1);
        end = start + part.text.length;
        origin = expanded === null ? null : (s, e) => expanded.origin(s - from, e - from);
        uses = usesIn([part]);
        out.push([]);
      }
      if (node.end > end && parts.length > 1) return null;
      const into = out[out.length - 1];
      if (origin === null) into?.push({ base: node.start - start, item: lowerItem(node, masked, text) });
      else into?.push(withUses(lowerItem(node, masked, text, 0, origin), uses));
    }
    while (out.length < parts.length) out.push([]);
    return out;
  });
}
