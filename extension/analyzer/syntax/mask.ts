/**
 * The lexical mask: rewrites kernel C into text of the same length that the plain C grammar can read. Newlines and
 * offsets stay where they are, so that everything found in the masked text is valid in the original.
 */
import {
  ALIGN_WORDS,
  ANNOTATION_CALLS,
  ANNOTATIONS,
  BLOCK_MACROS,
  CONDITIONAL_GUARDS,
  DECLARATION_MACROS,
  LOG_LEVEL,
  LOOP_WORDS,
  MEMBER_GROUPS,
  TYPE_FIRST_MACROS,
  TYPE_OPERATORS,
  TYPEOF_WORDS,
} from '../kernel/c-words.ts';
import { isWordStart, isWord, ParenthesisMatcher, skipComment, skipQuoted, skipSpace } from './scan.ts';
import { directiveEnd } from './directive-end.ts';

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

/** A type that ends an argument: its words, its stars. */
const TYPE_ARGUMENT =
  /((?:(?:const|volatile)\s+)*(?:(?:struct|union|enum)\s+)?[A-Za-z_]\w*(?:[ \t]+[A-Za-z_]\w*){0,4})((?:\s*(?:\*|const\b))*)\s*(?=[,)])/y;

const NUMBER =
  /^(?:0[xX][\da-fA-F]+[uUlL]*|0[bB][01]+[uUlL]*|\d+[uUlL]*|\d*\.?\d+(?:[eE]\d+)?[fFlL]?|\d+\.)$/;

/** Text without letters of the original, newlines kept. */
function blank(text: string, start: number, end: number): string {
  return text.slice(start, end).replace(/[^\n\r]/g, ' ');
}

class Mask {
  private readonly patches: Patch[] = [];
  private readonly braces: BraceKind[] = [];
  /** Words before the parentheses that are open, '' where none stands. */
  private readonly callees: string[] = [];
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
        i = directiveEnd(text, i);
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
      } else if (c >= 48 && c <= 57) {
        i = this.number(i);
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
      this.callees.push(this.word);
    } else if (ch === ')') {
      this.callees.pop();
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

  /** What begins with a digit and is no number is part of a name: the argument of a macro that pastes. */
  private number(at: number): number {
    const { text } = this;
    let end = at + 1;
    let c = text.charCodeAt(end);
    while (c >= 48 && c <= 57) c = text.charCodeAt(++end);
    // Nearly all numbers are digits alone.
    if (!isWord(c) && c !== 46) {
      this.seen('0', '');
      return end;
    }
    while (isWord(text.charCodeAt(end)) || (text.charCodeAt(end) === 46 && text.charCodeAt(end + 1) !== 46))
      end++;
    if (!NUMBER.test(text.slice(at, end))) {
      end = at + 1;
      while (isWord(text.charCodeAt(end))) end++;
      if (!NUMBER.test(text.slice(at, end))) this.patch(at, at + 1, '_');
    }
    this.seen('0', '');
    return end;
  }

  private top(): BraceKind | undefined {
    return this.braces[this.braces.length - 1];
  }

  /** Returns where scanning goes on. */
  private onWord(start: number, end: number): number {
    const text = this.text;
    const word = text.slice(start, end);
    if (ANNOTATIONS.has(word)) {
      this.patch(start, end, blank(text, start, end));
      return end;
    }
    if (ANNOTATION_CALLS.has(word)) return this.blankCall(start, end);
    // Two names in a row before a text are more than the grammar knows: the level is no part of what is written.
    if (LOG_LEVEL.test(word) && isWordStart(text.charCodeAt(skipSpace(text, end)))) {
      this.patch(start, end, blank(text, start, end));
      return end;
    }
    if (this.last === '(' || this.last === ',') {
      const behind = this.typeOnly(start, end);
      if (behind !== null) return behind;
      if (TYPE_WORDS.has(word) && this.typeArgument(end)) {
        this.patch(start, end, blank(text, start, end));
        return end;
      }
    }
    const open = skipSpace(text, end);
    if (text.charCodeAt(open) === 40) {
      const moved = this.macroCall(word, start, end, open);
      if (moved !== null) return moved;
    }
    this.seen(word.charAt(word.length - 1), word);
    return end;
  }

  /** Macros that declare members: the members are left, the rest is blanked. Returns where they begin, or null. */
  private members(word: string, start: number, open: number): number | null {
    let skip = MEMBER_GROUPS.get(word) ?? (word === 'TRAILING_OVERLAP' ? 3 : 0);
    if (skip === 0 && word !== 'DECLARE_FLEX_ARRAY') return null;
    const { text } = this;
    const close = this.parentheses.closeOf(open) - 1;
    if (word === 'DECLARE_FLEX_ARRAY' || word === 'TRAILING_OVERLAP') {
      // `T, name`: the array as a pointer, the member as itself.
      const type = skipSpace(text, open + 1);
      const comma = this.firstComma(type, close);
      this.patch(start, type, blank(text, start, type));
      this.patch(comma, comma + 1, word === 'DECLARE_FLEX_ARRAY' ? '*' : ' ');
      if (skip === 0) this.patch(close, close + 1, ' ');
      skip = Math.min(skip, 1);
      if (skip === 0) return comma + 1;
      const end = this.firstComma(comma + 1, close);
      const behind = this.firstComma(end + 1, close) + 1;
      this.patch(end, behind, `;${blank(text, end + 1, behind)}`);
      this.endGroup(close);
      this.seen(';', '');
      return behind;
    }
    let from = open + 1;
    for (; skip > 0 && from < close; skip--) from = this.firstComma(from, close) + 1;
    this.patch(start, from, blank(text, start, from));
    this.endGroup(close);
    this.seen(';', '');
    return from;
  }

  /** Blanks the parenthesis behind members, and the semicolon, which would be a member without a name. */
  private endGroup(close: number): void {
    const semicolon = skipSpace(this.text, close + 1);
    const hasOne = this.text.charCodeAt(semicolon) === 59;
    this.patch(close, close + 1, ' ');
    if (hasOne) this.patch(semicolon, semicolon + 1, ' ');
  }

  /** A macro among the entries of an initialiser with no comma behind it: it brings its own, or nothing. */
  private standsAlone(word: string, open: number): boolean {
    if (this.top() !== 'initializer' || !/^_*[A-Z][A-Z\d_]+$/.test(word)) return false;
    if (this.last !== ',' && this.last !== '{') return false;
    const next = this.text.charCodeAt(skipSpace(this.text, this.parentheses.closeOf(open)));
    return isWordStart(next) || next === 46 || next === 125 || next === 91;
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
      if (!CONDITIONAL_GUARDS.has(word)) return end;
      this.patch(open + 1, close - 1, `1${blank(text, open + 2, close - 1)}`);
      return close;
    }
    if (word === 'offsetof') {
      // The grammar knows members only, neither elements nor members of members.
      const close = this.parentheses.closeOf(open);
      const comma = this.firstComma(open + 1, close - 1);
      if (/^,\s*\w+\s*$/.test(text.slice(comma, close - 1))) return null;
      this.patch(start, close, `1${blank(text, start + 1, close)}`);
      this.seen('1', '');
      return close;
    }
    if (ALIGN_WORDS.has(word)) {
      this.patch(start, end, 'sizeof'.padEnd(end - start));
      this.seen('f', 'sizeof');
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
    const members = this.members(word, start, open);
    if (members !== null) return members;
    if (this.standsAlone(word, open)) {
      const close = this.parentheses.closeOf(open);
      this.patch(start, close, blank(text, start, close));
      return close;
    }
    if (TYPE_FIRST_MACROS.has(word)) {
      const from = skipSpace(text, open + 1);
      const comma = this.firstComma(from, this.parentheses.closeOf(open) - 1);
      const type = text.slice(from, comma);
      if (!/^\w+$/.test(type) || PRIMITIVE_WORDS.has(type)) {
        this.patch(from, comma, `T${type.slice(1).replace(/[^\w\n\r]/g, '_')}`);
        this.callees.push(word);
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
    if (this.word === 'static' && /^_*[A-Z][A-Z0-9_]+$/.test(word)) {
      const at = text.lastIndexOf('static', start);
      this.patch(at, at + 6, '      ');
    }
    return null;
  }

  /**
   * A type that cannot be anything else as an argument of a macro: `f(struct T *, n)`, `f(unsigned int, n)`. The grammar
   * gets a name for it. Returns where it ends, or null.
   */
  private typeOnly(start: number, wordEnd: number): number | null {
    // A word or a star behind the first word: most arguments are none of these.
    const next = this.text.charCodeAt(skipSpace(this.text, wordEnd));
    if (next !== 42 && !isWordStart(next)) return null;
    const callee = this.callees[this.callees.length - 1] ?? '';
    if (this.braces.length === 0 || callee === '' || TYPE_OPERATORS.has(callee) || TYPEOF_WORDS.has(callee))
      return null;
    TYPE_ARGUMENT.lastIndex = start;
    const [whole, words = '', stars = ''] = TYPE_ARGUMENT.exec(this.text) ?? [];
    if (whole === undefined) return null;
    const tag = /^(?:(?:const|volatile)\s+)*(?:struct|union|enum)\s+/.exec(words)?.[0] ?? '';
    if (tag === '' && stars.trim() === '' && !/\s/.test(words)) return null;
    const end = start + words.length;
    if (tag !== '') this.patch(start, start + tag.length, blank(this.text, start, start + tag.length));
    else if (/\s/.test(words) || PRIMITIVE_WORDS.has(words))
      this.patch(start, end, `T${words.slice(1).replace(/[^\w\n\r]/g, '_')}`);
    if (stars !== '') this.patch(end, end + stars.length, blank(this.text, end, end + stars.length));
    this.seen('T', '');
    return end + stars.length;
  }

  /** `struct T` as an argument of a macro, as in `container_of(p, struct T, m)`. */
  private typeArgument(end: number): boolean {
    const text = this.text;
    let at = skipSpace(text, end);
    if (!isWordStart(text.charCodeAt(at))) return false;
    while (isWord(text.charCodeAt(at))) at++;
    const next = text.charAt(skipSpace(text, at));
    if (this.last === ',') return next === ',' || next === ')';
    if (next !== ',' && next !== ')') return false;
    const callee = this.callees[this.callees.length - 1] ?? '';
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
