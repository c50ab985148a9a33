/** Where a preprocessor line ends. */
import { skipComment } from './scan.ts';

/**
 * Offset of the line break that ends the directive at `at`; continuation lines and comments it opens included. Looks
 * no further than that: the next comment may be a million directives away.
 */
export function directiveEnd(text: string, at: number): number {
  for (let i = at; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 10) {
      const before = text.charCodeAt(i - 1) === 13 ? i - 2 : i - 1;
      if (text.charCodeAt(before) !== 92) return i;
    } else if (c === 47 && text.charCodeAt(i + 1) === 42) i = skipComment(text, i) - 1;
  }
  return text.length;
}
