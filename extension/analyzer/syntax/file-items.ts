/**
 * A file as a list of top-level items. Items are remembered by their text: an edit inside one function costs that
 * function only, wherever the others have moved to.
 */
import type { Item } from './ast.ts';
import { lowerItem } from './lower.ts';
import type { CParser } from './parser.ts';
import { visitTopLevel } from './raw.ts';

/** An item and where it starts in the file now. */
export interface PlacedItem {
  readonly base: number;
  readonly item: Item;
}

/** Items of one version of a file, by masked text. */
export type ItemCache = ReadonlyMap<string, Item>;

export interface FileItems {
  readonly items: readonly PlacedItem[];
  readonly cache: ItemCache;
}

/** Parses a file into items, taking unchanged ones from `previous`. */
export function readItems(
  parser: CParser,
  name: string,
  text: string,
  previous: ItemCache | null,
  keepTree: boolean,
): FileItems {
  const cache = new Map<string, Item>();
  const items: PlacedItem[] = [];
  const read = (parsed: Parameters<Parameters<CParser['withText']>[1]>[0]): void => {
    const { masked, original, tree } = parsed;
    visitTopLevel(
      tree,
      parser.language,
      (node) => {
        const key = masked.slice(node.start, node.end);
        const known = previous?.get(key) ?? cache.get(key);
        if (known === undefined) return true;
        // Strings are read from the original text, so an item holds only if that is unchanged too.
        cache.set(key, known);
        items.push({ base: node.start, item: known });
        return false;
      },
      (node) => {
        const item = lowerItem(node, masked, original);
        cache.set(masked.slice(node.start, node.end), item);
        items.push({ base: node.start, item });
      },
    );
  };
  if (keepTree) parser.withDocument(name, text, read);
  else parser.withText(text, read);
  return { items, cache };
}
