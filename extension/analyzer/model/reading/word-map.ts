/**
 * A table by word hashes that is mostly asked for words it does not hold: nearly every word of a driver. One bit a
 * word says so without a look into the table.
 */

/** Bits of the filter: a table of a whole driver fills a small part of them. */
const BITS = 1 << 16;
const PLACES = (BITS >>> 5) - 1;

export class WordMap<T> {
  private readonly table = new Map<number, T>();
  private readonly filter = new Int32Array(BITS >>> 5);

  /** @param word hash, as in `Piece.words` */
  get(word: number): T | undefined {
    return this.mayHold(word) ? this.table.get(word) : undefined;
  }

  has(word: number): boolean {
    return this.mayHold(word) && this.table.has(word);
  }

  set(word: number, value: T): void {
    const place = (word >>> 5) & PLACES;
    this.filter[place] = (this.filter[place] ?? 0) | (1 << (word & 31));
    this.table.set(word, value);
  }

  keys(): IterableIterator<number> {
    return this.table.keys();
  }

  private mayHold(word: number): boolean {
    return (((this.filter[(word >>> 5) & PLACES] ?? 0) >>> (word & 31)) & 1) === 1;
  }
}

/** Words to be recognised, as a table of themselves. */
export function wordSet(words: Iterable<number>): WordMap<true> {
  const out = new WordMap<true>();
  for (const w of words) out.set(w, true);
  return out;
}
