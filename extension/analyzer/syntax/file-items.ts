/**
 * A file as a list of top-level items. Items are remembered by their piece: an edit inside one function costs that
 * function only, wherever the others have moved to, and what is not wanted is never parsed.
 */
import type { Item } from './ast.ts';
import { readDefine } from './define.ts';
import { maskKernelC } from './mask.ts';
import { lowerItem } from './lower.ts';
import type { CParser } from './parser.ts';
import type { Piece } from './pieces.ts';

/** An item and where it starts in the file now. */
export interface PlacedItem {
  readonly base: number;
  readonly item: Item;
}

/** Items of one version of a file by the id of their piece, with `base` relative to the piece. */
export type ItemCache = ReadonlyMap<number, readonly PlacedItem[]>;

export interface FileItems {
  readonly items: readonly PlacedItem[];
  readonly cache: ItemCache;
}

/** Starting a parse costs as much as parsing some lines: pieces are parsed together up to so many characters. */
const TOGETHER = 8192;

/**
 * Characters of a function. The longest of the network drivers of 7.3 has a seventh of it; what is done to every statement
 * takes seconds beyond.
 */
export const MAX_FUNCTION = 256 * 1024;

/** Reads the given pieces of a file into items, taking unchanged ones from `previous`. */
export function readItems(
  parser: CParser,
  text: string,
  pieces: Iterable<Piece>,
  previous: ItemCache | null,
): FileItems {
  const cache = new Map<number, readonly PlacedItem[]>();
  const code: Piece[] = [];
  const wanted = [...pieces];
  for (const piece of wanted) {
    const known = previous?.get(piece.id);
    if (known !== undefined) cache.set(piece.id, known);
    else if (piece.kind === 'function' && piece.end - piece.start > MAX_FUNCTION)
      cache.set(piece.id, tooLong(piece));
    else if (piece.kind === 'function' || piece.kind === 'declaration') code.push(piece);
    else cache.set(piece.id, readDirective(text.slice(piece.start, piece.end), piece.kind));
  }
  for (const batch of batches(code))
    readCode(parser, text, batch).forEach((read, i) => cache.set(batch[i]?.id ?? 0, read));
  const items: PlacedItem[] = [];
  for (const { id, start } of wanted)
    for (const { base, item } of cache.get(id) ?? []) items.push({ base: start + base, item });
  return { items, cache };
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

function* batches(pieces: readonly Piece[]): Generator<readonly Piece[]> {
  let batch: Piece[] = [];
  let size = 0;
  for (const piece of pieces) {
    const length = piece.end - piece.start;
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

/** Items of each piece. Pieces parsed together are read as if each were alone, or are parsed alone. */
function readCode(
  parser: CParser,
  text: string,
  pieces: readonly Piece[],
): readonly (readonly PlacedItem[])[] {
  // Masked one by one: an open conditional of one must not reach the next.
  const originals = pieces.map(({ start, end }) => text.slice(start, end));
  const masked = originals.map(maskKernelC);
  const read = readTogether(parser, originals.join('\n'), masked.join('\n'), masked);
  return read ?? pieces.flatMap((piece) => readCode(parser, text, [piece]));
}

/**
 * @param parts of the masked text
 * @returns null if it is not certain that each part reads alone as it does among the others
 */
function readTogether(
  parser: CParser,
  original: string,
  masked: string,
  parts: readonly string[],
): readonly (readonly PlacedItem[])[] | null {
  return parser.withTree(masked, (tree) => {
    const alone = parts.length === 1;
    if (!alone && tree.rootNode.hasError) return null;
    const out: PlacedItem[][] = [];
    let start = 0;
    let end = -1;
    for (const node of parser.reader.topLevel(tree)) {
      while (node.start > end) {
        start = end + 1;
        end = start + (parts[out.length] ?? '').length;
        out.push([]);
      }
      if (node.end > end && !alone) return null;
      out[out.length - 1]?.push({ base: node.start - start, item: lowerItem(node, masked, original) });
    }
    while (out.length < parts.length) out.push([]);
    return out;
  });
}
