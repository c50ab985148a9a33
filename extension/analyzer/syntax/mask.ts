/**
 * The lexical mask: rewrites kernel C into text of the same length that the plain C grammar can read. Newlines and
 * offsets stay where they are, so that everything found in the masked text is valid in the original.
 */
import {
  ANNOTATION_CALLS,
  ANNOTATIONS,
  BLOCK_MACROS,
  DECLARATION_MACROS,
  LOOP_WORDS,
  TYPE_FIRST_MACROS,
  TYPE_OPERATORS,
  TYPEOF_WORDS,
} from '../kernel/c-words.ts';
import { isWordStart, isWord, ParenthesisMatcher, skipComment, skipQuoted, skipSpace } from './scan.ts';
import { directiveEnd, elseBranchToDrop } from './mask-directives.ts';

/** One replacement of equal length. */
interface Patch {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

type BraceKind = 'block' | 'initializer';

/** Words that may carry something for the mask to do; everything else is skipped without a look-up. */
const TYPE_WORDS: ReadonlySet<string> = new Set(['struct', 'union', 'enum']);
const PRIMITIVE_WORDS: ReadonlySet<string> = new Set([
  'unsigned',
  'signed',
  'int',
  'long',
  'short',
  'char',
  'const',
]);

/** Text without letters of the original, newlines kept. */
function blank(text: string, start: number, end: number): string {
  return text.slice(start, end).replace(/[^\n\r]/g, ' ');
}

class Mask {
  private readonly patches: Patch[] = [];
  private readonly braces: BraceKind[] = [];
  /** Branch state of open conditionals: offset where text is dropped up to, or -1. */
  private readonly conditionals: boolean[] = [];
  private parens = 0;
  /** Last significant character before the current position; newline counts as none. */
  private last = '';
  /** Last word, if `last` is part of it, else ''. */
  private word = '';
  private readonly text: string;
  private readonly parentheses: ParenthesisMatcher;

  constructor(text: string) {
    this.text = text;
    this.parentheses = new ParenthesisMatcher(text);
  }

  run(): string {
    const text = this.text;
    let i = 0;
    let lineStart = true;
    while (i < text.length) {
      const c = text.charCodeAt(i);
      if (c === 10) {
        lineStart = true;
        i++;
      } else if (c === 32 || c === 9 || c === 13) {
        i++;
      } else if (c === 35 && lineStart) {
        i = this.directive(i);
      } else if (c === 47 && (text.charCodeAt(i + 1) === 42 || text.charCodeAt(i + 1) === 47)) {
        i = this.comment(i);
      } else if (c === 34 || c === 39) {
        i = skipQuoted(text, i);
        this.seen('"', '');
        lineStart = false;
      } else if (isWordStart(c)) {
        let end = i + 1;
        while (isWord(text.charCodeAt(end))) end++;
        i = this.onWord(i, end);
        lineStart = false;
      } else {
        this.punctuation(c, i);
        i++;
        lineStart = false;
      }
    }
    return this.apply();
  }

  /** A comment that nobody closes is blanked: the grammar would look for its end again at every `/*` in it. */
  private comment(at: number): number {
    const { text } = this;
    const end = skipComment(text, at);
    const isBlock = text.charCodeAt(at + 1) === 42;
    if (isBlock && end === text.length && (end < at + 4 || !text.endsWith('*/')))
      this.patch(at, end, blank(text, at, end));
    return end;
  }

  private seen(last: string, word: string): void {
    this.last = last;
    this.word = word;
  }

  private punctuation(c: number, at: number): void {
    const ch = String.fromCharCode(c);
    if (ch === '{') {
      const initializer = '=,([{'.includes(this.last) && (this.last !== '{' || this.top() === 'initializer');
      this.braces.push(initializer && this.last !== '' ? 'initializer' : 'block');
    } else if (ch === '}') {
      this.braces.pop();
    } else if (ch === '(') {
      this.parens++;
    } else if (ch === ')') {
      if (this.parens > 0) this.parens--;
    } else if (
      ch === '.' &&
      this.text.startsWith('...', at) &&
      this.last !== ',' &&
      this.last !== '(' &&
      this.last !== '.'
    ) {
      this.patch(at, at + 3, '+  ');
    }
    this.seen(ch, '');
  }

  private top(): BraceKind | undefined {
    return this.braces[this.braces.length - 1];
  }

  /** A preprocessor line. Conditionals in the middle of an expression or initialiser are blanked. */
  private directive(at: number): number {
    const text = this.text;
    const end = directiveEnd(text, at);
    const name = /^#\s*([a-z]+)/.exec(text.slice(at, Math.min(end, at + 40)))?.[1] ?? '';
    if (name === 'if' || name === 'ifdef' || name === 'ifndef') {
      const unbalanced = elseBranchToDrop(text, end);
      const drop = this.midExpression() || unbalanced;
      this.conditionals.push(drop);
      if (drop) this.patch(at, end, blank(text, at, end));
    } else if (name === 'else' || name === 'elif') {
      if (this.conditionals[this.conditionals.length - 1] === true) {
        const close = this.endOfConditional(end);
        this.patch(at, close, blank(text, at, close));
        return close;
      }
    } else if (name === 'endif') {
      if (this.conditionals.pop() === true) this.patch(at, end, blank(text, at, end));
    } else if ((name === 'define' || name === 'undef') && this.midExpression()) {
      this.patch(at, end, blank(text, at, end));
    }
    return end;
  }

  private midExpression(): boolean {
    if (this.parens > 0 || this.top() === 'initializer') return true;
    return this.last !== '' && !';}{:)'.includes(this.last) && this.last !== '"' && !/\w/.test(this.last);
  }

  /** Offset of the `#endif` that closes the conditional whose branch begins at `from`. */
  private endOfConditional(from: number): number {
    const pattern = /^[ \t]*#[ \t]*(if|ifdef|ifndef|endif)\b/gm;
    pattern.lastIndex = from;
    let depth = 0;
    for (let m = pattern.exec(this.text); m !== null; m = pattern.exec(this.text)) {
      if (m[1] !== 'endif') depth++;
      else if (depth-- === 0) return m.index;
    }
    return this.text.length;
  }

  /** Returns where scanning goes on. */
  private onWord(start: number, end: number): number {
    const text = this.text;
    const word = text.slice(start, end);
    const first = word.charCodeAt(0);
    if (first === 95 || ANNOTATIONS.has(word)) {
      if (ANNOTATIONS.has(word)) {
        this.patch(start, end, blank(text, start, end));
        return end;
      }
      if (ANNOTATION_CALLS.has(word)) return this.blankCall(start, end);
    }
    if (TYPE_WORDS.has(word) && this.typeArgument(start, end)) {
      this.patch(start, end, blank(text, start, end));
      return end;
    }
    const open = skipSpace(text, end);
    if (text.charCodeAt(open) === 40) {
      const moved = this.macroCall(word, start, end, open);
      if (moved !== null) return moved;
    }
    this.seen(word.charAt(word.length - 1), word);
    return end;
  }

  private blankCall(start: number, end: number): number {
    const open = skipSpace(this.text, end);
    const close = this.text.charCodeAt(open) === 40 ? this.parentheses.closeOf(open) : end;
    this.patch(start, close, blank(this.text, start, close));
    return close;
  }

  /** A word with an opening parenthesis behind it; null if the mask has nothing to do. */
  private macroCall(word: string, start: number, end: number, open: number): number | null {
    const text = this.text;
    if (word.length >= 5 && (LOOP_WORDS.test(word) || BLOCK_MACROS.has(word))) {
      const close = this.parentheses.closeOf(open);
      const next = text.charAt(skipSpace(text, close));
      if (';,)='.includes(next) || this.last === ',' || this.last === '(' || this.last === '=') return null;
      if (this.braces.length === 0) return null;
      this.patch(start, end, 'while'.padEnd(end - start));
      this.seen('e', 'while');
      return end;
    }
    const declared = DECLARATION_MACROS.get(word);
    if (declared !== undefined) {
      const close = this.parentheses.closeOf(open);
      const comma = this.firstComma(open + 1, close - 1);
      this.patch(start, open + 1, declared.padEnd(open + 1 - start));
      this.patch(comma, close, blank(text, comma, close));
      this.seen('e', '');
      return close;
    }
    if (TYPE_FIRST_MACROS.has(word)) {
      const from = skipSpace(text, open + 1);
      const comma = this.firstComma(from, this.parentheses.closeOf(open) - 1);
      const type = text.slice(from, comma);
      if (!/^\w+$/.test(type) || PRIMITIVE_WORDS.has(type)) {
        this.patch(from, comma, `T${type.slice(1).replace(/[^\w\n\r]/g, '_')}`);
        this.parens++;
        this.seen('T', '');
        return comma;
      }
    }
    if (TYPEOF_WORDS.has(word)) {
      const close = this.parentheses.closeOf(open);
      this.patch(start, close, `typeof${blank(text, start + 6, close)}`);
      this.seen('f', 'typeof');
      return close;
    }
    if (this.word === 'static' && /^[A-Z][A-Z0-9_]+$/.test(word)) {
      const at = text.lastIndexOf('static', start);
      this.patch(at, at + 6, '      ');
    }
    return null;
  }

  /** `struct T` as an argument of a macro, as in `container_of(p, struct T, m)`. */
  private typeArgument(start: number, end: number): boolean {
    if (this.last !== ',' && this.last !== '(') return false;
    const text = this.text;
    let at = skipSpace(text, end);
    if (!isWordStart(text.charCodeAt(at))) return false;
    while (isWord(text.charCodeAt(at))) at++;
    const next = text.charAt(skipSpace(text, at));
    if (this.last === ',') return next === ',' || next === ')';
    if (next !== ',' && next !== ')') return false;
    let open = start - 1;
    while (open >= 0 && text.charAt(open) !== '(') open--;
    let w = open;
    while (w > 0 && isWord(text.charCodeAt(w - 1))) w--;
    const callee = text.slice(w, open);
    return callee !== '' && !TYPE_OPERATORS.has(callee) && !TYPEOF_WORDS.has(callee);
  }

  private firstComma(from: number, to: number): number {
    let depth = 0;
    for (let i = from; i < to; i++) {
      const c = this.text.charCodeAt(i);
      if (c === 40 || c === 91) depth++;
      else if (c === 41 || c === 93) depth--;
      else if (c === 44 && depth === 0) return i;
    }
    return to;
  }

  private patch(start: number, end: number, text: string): void {
    this.patches.push({ start, end, text });
  }

  private apply(): string {
    if (this.patches.length === 0) return this.text;
    this.patches.sort((a, b) => a.start - b.start);
    const parts: string[] = [];
    let at = 0;
    for (const p of this.patches) {
      if (p.start < at) continue;
      parts.push(this.text.slice(at, p.start), p.text);
      at = p.end;
    }
    parts.push(this.text.slice(at));
    return parts.join('');
  }
}

/** Masked text of the same length, with the same line breaks. */
export function maskKernelC(text: string): string {
  return new Mask(text).run();
}
