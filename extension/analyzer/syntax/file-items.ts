/**
 * A file as a list of top-level items. Items are remembered by their piece: an edit inside one function costs that
 * function only, wherever the others have moved to, and what is not wanted is never parsed.
 */
import type { Item } from './ast.ts';
import { readDefine } from './define.ts';
import { lowerItem } from './lower.ts';
import type { CParser } from './parser.ts';
import type { Piece, PieceKind } from './pieces.ts';

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

/** Reads the given pieces of a file into items, taking unchanged ones from `previous`. */
export function readItems(
  parser: CParser,
  text: string,
  pieces: Iterable<Piece>,
  previous: ItemCache | null,
): FileItems {
  const cache = new Map<number, readonly PlacedItem[]>();
  const items: PlacedItem[] = [];
  for (const { id, kind, start, end } of pieces) {
    const read = previous?.get(id) ?? readPiece(parser, text.slice(start, end), kind);
    cache.set(id, read);
    for (const { base, item } of read) items.push({ base: start + base, item });
  }
  return { items, cache };
}

function readPiece(parser: CParser, text: string, kind: PieceKind): readonly PlacedItem[] {
  switch (kind) {
    case 'define': {
      const item = readDefine(text);
      return item === null ? [] : [{ base: 0, item }];
    }
    case 'include': {
      const [, open, path] = /^#\s*include\s*([<"])([^>"]*)/.exec(text) ?? [];
      if (path === undefined) return [];
      return [{ base: 0, item: { k: 'include', s: 0, e: text.length, path, system: open === '<' } }];
    }
    case 'function':
    case 'declaration': {
      const items: PlacedItem[] = [];
      parser.withText(text, ({ masked, original, tree }) => {
        parser.reader.visitTopLevel(tree, (node) => {
          items.push({ base: node.start, item: lowerItem(node, masked, original) });
        });
      });
      return items;
    }
  }
}
