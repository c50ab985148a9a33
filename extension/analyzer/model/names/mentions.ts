/** Whether a function's text has a word in it: asked at every keystroke of every function, so the answer is kept. */
import type { FunctionItem } from '../../syntax/ast.ts';
import type { PlacedFunction } from './symbols.ts';

const known = new WeakMap<FunctionItem, Map<string, boolean>>();

/** True if `word` occurs anywhere in the function, comments and the bodies of its macros included. */
export function mentions(fn: PlacedFunction, word: string): boolean {
  const { item } = fn;
  let words = known.get(item);
  if (words === undefined) known.set(item, (words = new Map<string, boolean>()));
  let found = words.get(word);
  if (found === undefined) words.set(word, (found = saysWord(fn, word)));
  return found;
}

/** The same, where the answer is kept by who asks. */
export function saysWord({ file, base, item }: PlacedFunction, word: string): boolean {
  return file.text.slice(base, base + item.e).includes(word) || item.brought?.includes(word) === true;
}
