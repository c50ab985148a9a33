/**
 * Cuts a file into its top-level pieces before anything is parsed: functions, declarations, macros, includes. One
 * pass over the characters that also notes the words of each piece, as hashes, so that it can be told which pieces
 * of a driver are worth parsing at all, and so that an edit costs the piece it is in.
 */
import { directiveEnd } from './mask-directives.ts';
import { isWord, isWordStart, skipComment, skipQuoted } from './scan.ts';

export type PieceKind = 'function' | 'declaration' | 'define' | 'include';

export interface Piece {
  readonly kind: PieceKind;
  readonly start: number;
  readonly end: number;
  /** Offset of the opening brace of a function's body; `end` for the others. */
  readonly body: number;
  /** Hashes of the names it gives meaning to. */
  readonly names: readonly number[];
  /** Its words: a slice of `Pieces.words`. */
  readonly wordsFrom: number;
  readonly wordsTo: number;
}

export interface Pieces {
  readonly list: readonly Piece[];
  readonly words: Int32Array;
}

/** Hash of a word, as in `Pieces.words`. */
export function wordHash(word: string): number {
  let h = 0;
  for (let i = 0; i < word.length; i++) h = (Math.imul(h, 31) + word.charCodeAt(i)) | 0;
  return h;
}

const hashes = (words: string): ReadonlySet<number> => new Set(words.split(' ').map(wordHash));

const TAG_WORDS = hashes('struct union enum');
const ENUM = wordHash('enum');
const TYPEDEF = wordHash('typedef');

/** Scans one text. A text whose braces do not match is scanned again by the kernel's style: `}` in column 0 ends a piece. */
class PieceScanner {
  readonly list: Piece[] = [];
  words = new Int32Array(1024);
  private count = 0;
  private readonly text: string;
  private readonly byColumn: boolean;
  /** Braces and parentheses open, and their numbers at the open conditionals of the piece. */
  private depth = 0;
  private parens = 0;
  private readonly conditionals: { depth: number; parens: number }[] = [];
  private start = -1;
  private body = -1;
  private wordsFrom = 0;
  private names: number[] = [];
  private initialised = false;
  private called = false;
  private typedef = false;
  private tag = false;
  private inEnum = false;
  private word = 0;
  /** Last significant character; 97 stands for a word. */
  private last = 0;
  balanced = true;

  constructor(text: string, byColumn: boolean) {
    this.text = text;
    this.byColumn = byColumn;
  }

  run(): this {
    const { text } = this;
    const { length } = text;
    let i = 0;
    let lineStart = true;
    while (i < length) {
      const c = text.charCodeAt(i);
      if (c === 10) {
        lineStart = true;
        i++;
      } else if (c === 32 || c === 9 || c === 13) i++;
      else if (isWordStart(c)) {
        lineStart = false;
        const from = i;
        let h = c;
        let d = text.charCodeAt(++i);
        while (isWord(d)) {
          h = (Math.imul(h, 31) + d) | 0;
          d = text.charCodeAt(++i);
        }
        this.onWord(h, from);
      } else if (c === 47 && (text.charCodeAt(i + 1) === 42 || text.charCodeAt(i + 1) === 47))
        i = skipComment(text, i);
      else if (c === 35 && lineStart) i = this.directive(i);
      else {
        if (this.start < 0) this.open(i);
        if (c === 34 || c === 39) i = skipQuoted(text, i);
        else {
          i++;
          // Digits and whatever is attached to them are no words.
          if (c >= 48 && c <= 57) while (isWord(text.charCodeAt(i))) i++;
          else this.punctuation(c, i, i > 1 ? text.charCodeAt(i - 2) === 10 : true);
        }
        this.last = c;
        lineStart = false;
      }
    }
    if (this.depth !== 0 || this.parens !== 0) this.balanced = false;
    if (this.start >= 0) this.close(length);
    return this;
  }

  private open(at: number): void {
    this.start = at;
    this.body = -1;
    this.wordsFrom = this.count;
    this.names = [];
    this.initialised = this.called = this.typedef = this.tag = this.inEnum = false;
    this.depth = this.parens = this.word = this.last = 0;
    this.conditionals.length = 0;
  }

  private onWord(h: number, from: number): void {
    if (this.start < 0) this.open(from);
    if (this.count === this.words.length) {
      const grown = new Int32Array(this.words.length * 2);
      grown.set(this.words);
      this.words = grown;
    }
    this.words[this.count++] = h;
    this.last = 97;
    if (this.depth === 0) {
      if (this.parens > 0) {
        if (this.typedef) this.names.push(h);
        return;
      }
      if (h === ENUM) this.inEnum = true;
      else if (h === TYPEDEF) this.typedef = true;
      // A tag is only given meaning by a body; `open brace` looks at it.
      this.tag = TAG_WORDS.has(this.word) || (this.tag && TAG_WORDS.has(h));
      this.word = h;
    } else if (this.inEnum && this.depth === 1 && this.parens === 0) this.names.push(h);
  }

  private name(): void {
    if (this.word !== 0 && this.names[this.names.length - 1] !== this.word) this.names.push(this.word);
  }

  private punctuation(c: number, next: number, atColumnZero: boolean): void {
    switch (c) {
      case 40:
        if (this.depth === 0 && this.parens === 0 && !this.initialised && !this.called) {
          this.called = true;
          this.name();
        }
        this.parens++;
        return;
      case 41:
        if (this.parens > 0) this.parens--;
        else this.balanced = false;
        return;
      case 123:
        if (this.depth === 0) this.openBrace(next - 1);
        this.depth++;
        return;
      case 125:
        if (this.depth > 0) this.depth--;
        else this.balanced = false;
        if (this.byColumn && atColumnZero) this.depth = this.parens = 0;
        if (this.depth === 0 && (this.body >= 0 || this.start === next - 1)) this.close(next);
        return;
      case 59:
        if (this.depth > 0 || (this.parens > 0 && !this.byColumn)) return;
        if (!this.initialised && !this.called) this.name();
        this.close(next);
        return;
      case 61:
        if (this.depth > 0 || this.parens > 0) return;
        if (!this.initialised && !this.called) this.name();
        this.initialised = true;
        return;
      case 44:
      case 91:
        if (this.depth === 0 && this.parens === 0 && !this.initialised && !this.called) this.name();
        return;
    }
  }

  /** The first brace of a piece: a function's body, a structure's members, or an initialiser. */
  private openBrace(at: number): void {
    if (this.initialised) return;
    if (this.called && (this.last === 41 || this.last === 97) && !this.tag) this.body = at;
    else if (this.word !== 0 && !TAG_WORDS.has(this.word)) this.name();
    this.word = 0;
    this.parens = 0;
  }

  private directive(at: number): number {
    const { text } = this;
    const end = directiveEnd(text, at);
    let i = at + 1;
    while (text.charCodeAt(i) === 32 || text.charCodeAt(i) === 9) i++;
    const c = text.charCodeAt(i);
    if (this.start < 0) {
      if (c === 100) this.define(at, i, end);
      else if (c === 105 && text.startsWith('include', i)) this.single('include', at, end, []);
      return end;
    }
    if (c === 105 && text.charCodeAt(i + 1) === 102)
      this.conditionals.push({ depth: this.depth, parens: this.parens });
    else if (c === 101) {
      const open = this.conditionals[this.conditionals.length - 1];
      if (text.charCodeAt(i + 1) === 108) {
        // Every branch starts where the first one did.
        if (open !== undefined) ({ depth: this.depth, parens: this.parens } = open);
      } else this.conditionals.pop();
    }
    return end;
  }

  private define(at: number, word: number, end: number): void {
    if (!this.text.startsWith('define', word)) return;
    this.wordsFrom = this.count;
    let i = word + 6;
    let name = 0;
    while (i < end) {
      const c = this.text.charCodeAt(i);
      if (isWordStart(c)) {
        let h = c;
        let d = this.text.charCodeAt(++i);
        while (i < end && isWord(d)) {
          h = (Math.imul(h, 31) + d) | 0;
          d = this.text.charCodeAt(++i);
        }
        if (name === 0) name = h;
        else this.onDefineWord(h);
      } else i++;
    }
    this.single('define', at, end, [name]);
  }

  private onDefineWord(h: number): void {
    this.start = 0;
    this.depth = 1;
    this.inEnum = false;
    this.onWord(h, 0);
    this.start = -1;
    this.depth = 0;
  }

  private single(kind: PieceKind, start: number, end: number, names: readonly number[]): void {
    const wordsFrom = kind === 'define' ? this.wordsFrom : this.count;
    this.list.push({ kind, start, end, body: end, names, wordsFrom, wordsTo: this.count });
  }

  private close(end: number): void {
    const { start, body, names, wordsFrom } = this;
    this.start = -1;
    this.depth = this.parens = 0;
    if (wordsFrom === this.count && body < 0) return;
    this.list.push({
      kind: body < 0 ? 'declaration' : 'function',
      start,
      end,
      body: body < 0 ? end : body,
      names,
      wordsFrom,
      wordsTo: this.count,
    });
  }
}

/** The top-level pieces of a text, in order. Never fails; what lies between pieces is comments and conditionals. */
export function cutPieces(text: string): Pieces {
  let scanner = new PieceScanner(text, false).run();
  if (!scanner.balanced) scanner = new PieceScanner(text, true).run();
  return { list: scanner.list, words: scanner.words };
}
