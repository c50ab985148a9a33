/**
 * Which functions have a word in their text, from one analysis to the next: guards ask it of the same few words at each
 * keystroke, which changes one function. Scanning bnxt for them took longer than all the rest of its guards.
 */
import type { FunctionRef } from './call-graph.ts';
import { saysWord } from '../names/mentions.ts';

/** Words asked of functions one by one, from which on all words of all functions are read. The kernel's drivers stay below. */
const MOST_LOOKS = 2_000_000;

function wordsOf(functions: readonly FunctionRef[]): Map<string, Set<number>> {
  const out = new Map<string, Set<number>>();
  functions.forEach(({ placed: { file, base, item } }, i) => {
    for (const [word] of file.text.slice(base, base + item.e).matchAll(/[A-Za-z_]\w*/g)) {
      const numbers = out.get(word);
      if (numbers === undefined) out.set(word, new Set([i]));
      else numbers.add(i);
    }
  });
  return out;
}

export class WordIndex {
  private functions: readonly FunctionRef[] = [];
  /** Numbers of the functions that have the word. */
  private readonly words = new Map<string, Set<number>>();
  private readonly lists = new Map<string, readonly FunctionRef[]>();
  /** Numbers of the functions by each of their words, once so many were asked for that this is cheaper. */
  private all: Map<string, Set<number>> | null = null;

  /** Called with all functions before words are asked for. */
  enter(functions: readonly FunctionRef[]): void {
    if (functions.length !== this.functions.length) this.words.clear();
    else {
      functions.forEach(({ placed }, i) => {
        if (placed.item === this.functions[i]?.placed.item) return;
        for (const [word, numbers] of this.words) {
          if (saysWord(placed, word)) numbers.add(i);
          else numbers.delete(i);
        }
      });
    }
    this.all = null;
    this.functions = functions;
    this.lists.clear();
  }

  /** Functions whose text has the word, comments included, in their order. */
  having(word: string): readonly FunctionRef[] {
    let list = this.lists.get(word);
    if (list === undefined) {
      const numbers = this.numbers(word);
      list = [...numbers].sort((a, b) => a - b).flatMap((i) => this.functions[i] ?? []);
      this.lists.set(word, list);
    }
    return list;
  }

  has(fn: FunctionRef, word: string): boolean {
    return this.numbers(word).has(fn.id);
  }

  private numbers(word: string): ReadonlySet<number> {
    let found = this.words.get(word);
    if (found === undefined) {
      const isWord = /^[A-Za-z_]\w*$/.test(word);
      if (isWord && this.words.size * this.functions.length > MOST_LOOKS)
        found = (this.all ??= wordsOf(this.functions)).get(word) ?? new Set();
      else found = new Set(this.functions.flatMap((f, i) => (saysWord(f.placed, word) ? i : [])));
      this.words.set(word, found);
    }
    return found;
  }
}
