/** Preprocessor lines as the mask sees them: where they end, and which conditionals break the grammar. */
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

/** Nobody nests conditionals like that; looking on would cost the square of their number. */
const MAX_NESTING = 64;

const CONDITIONAL = /^[ \t]*#[ \t]*(if|ifdef|ifndef|else|elif|endif)\b/gm;

/** Net number of braces and parentheses opened in a piece of text (comments and strings are few enough to ignore). */
function balance(text: string, from: number, to: number): number {
  let net = 0;
  for (let i = from; i < to; i++) {
    const c = text.charCodeAt(i);
    if (c === 123 || c === 40) net++;
    else if (c === 125 || c === 41) net--;
  }
  return net;
}

/**
 * True if a branch of the conditional that begins behind `from` opens or closes braces on its own: two `if (…) {`
 * heads for one body. The grammar can only read one of them.
 */
export function elseBranchToDrop(text: string, from: number): boolean {
  CONDITIONAL.lastIndex = from;
  let depth = 0;
  let branch = from;
  for (let m = CONDITIONAL.exec(text); m !== null; m = CONDITIONAL.exec(text)) {
    const word = m[1];
    if (word === 'if' || word === 'ifdef' || word === 'ifndef') {
      depth++;
      if (depth > MAX_NESTING) return false;
    } else if (word === 'endif') {
      if (depth === 0) return balance(text, branch, m.index) !== 0;
      depth--;
    } else if (depth === 0) {
      if (balance(text, branch, m.index) !== 0) return true;
      branch = m.index;
    }
  }
  return false;
}
