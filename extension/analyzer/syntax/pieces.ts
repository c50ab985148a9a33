/**
 * Cuts a file into its top-level pieces before anything is parsed: functions, declarations, macros, includes. One
 * pass over the characters that also notes the words of each piece, as hashes, so that it can be told which pieces
 * of a driver are worth parsing at all, and so that an edit costs the piece it is in.
 */
import { CARRIER } from '../kernel/carriers.ts';
import { commonEnd, commonStart } from '../text/common.ts';
import { directiveEnd } from './directive-end.ts';
import { ANNOTATION_CALLS } from '../kernel/c-words.ts';
import { isComparison, isWord, isWordStart, skipComment, skipQuoted } from './scan.ts';

export type PieceKind = 'function' | 'declaration' | 'define' | 'include';

export interface Piece {
  readonly kind: PieceKind;
  readonly start: number;
  readonly end: number;
  /** Offset of the opening brace of a function's body; `end` for the others. */
  readonly body: number;
  /** True for a function that may take or return a buffer. */
  readonly carries: boolean;
  /** How many of a function's words stand before its body. */
  readonly headWords: number;
  /** Hashes of the names it gives meaning to. */
  readonly names: readonly number[];
  /** Hashes of its words, in order, and marks. */
  readonly words: Int32Array;
  /** Of its text: a piece that an edit has only moved keeps it. */
  readonly id: number;
}

/** Start, end and body of a piece that has moved. */
function shiftedPiece(piece: Piece, by: number): Piece {
  const { kind, start, end, body, carries, headWords, names, words, id } = piece;
  return { kind, start: start + by, end: end + by, body: body + by, carries, headWords, names, words, id };
}

export interface Pieces {
  readonly list: readonly Piece[];
  /** True if the braces match, so that the cut follows them. */
  readonly balanced: boolean;
}

/**
 * Marks among the words: an assignment to a variable, a call of what was just assigned, a dereference, an assignment to a
 * member or an element of one. No word hashes to one.
 */
export const MARK = { assigns: 1, calls: 2, reads: 3, stores: 4 } as const;

/** True for the mark of an assignment to anything. */
export function isAssignment(word: number | undefined): boolean {
  return word === MARK.assigns || word === MARK.stores;
}

/** Hash of a word, as in `Piece.words`. */
export function wordHash(word: string): number {
  let h = 0;
  for (let i = 0; i < word.length; i++) h = (Math.imul(h, 31) + word.charCodeAt(i)) | 0;
  return h;
}

const hashes = (words: string): ReadonlySet<number> => new Set(words.split(' ').map(wordHash));

const TAG_WORDS = hashes('struct union enum');
/** After one of these a star is no product and no part of a type: `= * ( , ; { } ! & | + - < > ? :`. */
const BEFORE_OPERAND = new Set(Array.from('=(,;{}!&|+-<>?:', (c) => c.charCodeAt(0)));
const ANNOTATIONS = new Set(Array.from(ANNOTATION_CALLS, wordHash));
const ENUM = wordHash('enum');
const TYPEDEF = wordHash('typedef');

type Draft = Omit<Piece, 'words' | 'id'> & { readonly wordsFrom: number; readonly wordsTo: number };

let lastId = 0;

/** Whether a scan may end where a piece starts. */
type IsStop = (at: number, isDirective: boolean) => boolean;

const DIRECTIVES: ReadonlySet<PieceKind> = new Set(['define', 'include']);

/** Scans one text. A text whose braces do not match is scanned again by the kernel's style: `}` in column 0 ends a piece. */
class PieceScanner {
  private readonly list: Draft[] = [];
  private words = new Int32Array(1024);
  private count = 0;
  private readonly text: string;
  private readonly byColumn: boolean;
  /** Braces and parentheses open, and their numbers at the open conditionals of the piece. */
  private depth = 0;
  private parens = 0;
  private readonly conditionals: { depth: number; parens: number }[] = [];
  /** Offsets of the groups opened since the last piece: what begins in one of their arms may be divided by it. */
  private readonly groups: number[] = [];
  /** True if the piece begins with a call: a macro that nobody has to end with a semicolon. */
  private alone = false;
  /** Where the piece ends unless the group that it ends in has another arm, or -1. */
  private pending = -1;
  /** True if the piece has ended in an arm of a group that is still open. */
  private complete = false;
  /** End of the last closing parenthesis. */
  private closed = -1;
  private start = -1;
  private body = -1;
  private headWords = 0;
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
  /** Brackets open; the last word outside of all if it was a member, or 0. */
  private brackets = 0;
  private member = 0;
  balanced = true;
  private readonly isStop: IsStop | null;
  /** Start of the piece at which the scan has ended, or -1. */
  stoppedAt = -1;

  /** @param isStop told of the start of each piece; the scan ends before the first one it accepts */
  constructor(text: string, byColumn: boolean, isStop: IsStop | null = null) {
    this.text = text;
    this.byColumn = byColumn;
    this.isStop = isStop;
  }

  pieces(): Piece[] {
    const { words } = this;
    return this.list.map(({ kind, start, end, body, carries, headWords, names, wordsFrom, wordsTo }) => {
      const own = words.subarray(wordsFrom, wordsTo);
      return { kind, start, end, body, carries, headWords, names, words: own, id: ++lastId };
    });
  }

  /** @param from where to start; between pieces */
  run(from = 0): this {
    const { text } = this;
    const { length } = text;
    let i = from;
    let lineStart = from === 0;
    while (i < length && this.stoppedAt < 0) {
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
        if (this.pending >= 0) this.settle();
        if (this.start < 0) this.open(i);
        if (this.stoppedAt >= 0) return this;
        if (c === 34 || c === 39) i = skipQuoted(text, i);
        else {
          i++;
          // Digits and whatever is attached to them are no words.
          if (c >= 48 && c <= 57) while (isWord(text.charCodeAt(i))) i++;
          else {
            if (this.depth > 0) this.mark(c, i);
            this.punctuation(c, i, i > 1 ? text.charCodeAt(i - 2) === 10 : true);
          }
        }
        this.last = c;
        lineStart = false;
      }
    }
    if (this.stoppedAt >= 0) return this;
    if (this.depth !== 0 || this.parens !== 0) this.balanced = false;
    if (this.start >= 0) this.close(this.pending >= 0 ? this.pending : length);
    return this;
  }

  private open(at: number): void {
    // A group that is open may come to belong to the piece.
    if (this.groups.length === 0 && this.isStop?.(at, false) === true) this.stoppedAt = at;
    this.start = at;
    this.body = -1;
    this.headWords = 0;
    this.wordsFrom = this.count;
    this.names = [];
    this.initialised = this.called = this.typedef = this.tag = this.inEnum = false;
    this.depth = this.parens = this.word = this.last = this.brackets = 0;
    this.member = 0;
    this.conditionals.length = 0;
    this.alone = this.complete = false;
    this.pending = -1;
  }

  /** Ends a piece behind which its group has no other arm. */
  private settle(): void {
    if (this.pending >= 0 && this.start >= 0) this.close(this.pending);
  }

  /** Ends the piece, unless the next line is another arm of a group that it is in. */
  private finish(end: number): void {
    if (this.conditionals.length > 0) this.pending = end;
    else this.close(end);
  }

  /** Adds a word or a mark. */
  private note(h: number): void {
    if (this.count === this.words.length) {
      const grown = new Int32Array(this.words.length * 2);
      grown.set(this.words);
      this.words = grown;
    }
    this.words[this.count++] = h;
  }

  private onWord(h: number, from: number): void {
    if (this.pending >= 0) this.settle();
    if (this.start < 0) {
      this.open(from);
      if (this.stoppedAt >= 0) return;
    } else if (
      this.alone &&
      this.last === 41 &&
      this.depth === 0 &&
      this.parens === 0 &&
      this.atColumnZero(from)
    ) {
      this.close(this.closed);
      this.open(from);
      if (this.stoppedAt >= 0) return;
    }
    this.note(h);
    if (this.brackets === 0) this.member = this.last === 46 || this.last === 62 ? h : 0;
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

  private atColumnZero(at: number): boolean {
    return this.text.charCodeAt(at - 1) === 10;
  }

  /** @param next offset behind the character */
  private mark(c: number, next: number): void {
    if (c === 61) {
      if (isComparison(this.text, next)) return;
      // Of an element the name of the array stands before the mark.
      if (this.member !== 0 && this.last !== 97) this.note(this.member);
      this.note(this.member === 0 ? MARK.assigns : MARK.stores);
    } else if (c === 40) {
      if (this.last === 97 && isAssignment(this.words[this.count - 2])) this.note(MARK.calls);
    } else if (c === 42) {
      if (BEFORE_OPERAND.has(this.last)) this.note(MARK.reads);
    } else if (c === 91) this.brackets++;
    else if (c === 93) this.brackets = Math.max(0, this.brackets - 1);
    else if (c === 59 || c === 123 || c === 125) this.brackets = 0;
  }

  private name(): void {
    if (this.word !== 0 && this.names[this.names.length - 1] !== this.word) this.names.push(this.word);
  }

  private punctuation(c: number, next: number, atColumnZero: boolean): void {
    switch (c) {
      case 40:
        if (this.depth === 0 && this.parens === 0 && !this.initialised && !this.called) {
          this.called = true;
          this.alone = this.count - this.wordsFrom === 1 && this.last === 97 && !ANNOTATIONS.has(this.word);
          this.name();
        }
        this.parens++;
        return;
      case 41:
        if (this.parens > 0) this.parens--;
        else this.balanced = false;
        this.closed = next;
        return;
      case 123:
        if (this.depth === 0) this.openBrace(next - 1);
        this.depth++;
        return;
      case 125:
        if (this.depth > 0) this.depth--;
        else this.balanced = false;
        if (this.byColumn && atColumnZero) this.depth = this.parens = 0;
        if (this.depth === 0 && (this.body >= 0 || this.start === next - 1)) this.finish(next);
        return;
      case 59:
        if (this.depth > 0 || (this.parens > 0 && !this.byColumn)) return;
        if (!this.initialised && !this.called) this.name();
        this.finish(next);
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
    if (this.called && (this.last === 41 || this.last === 97) && !this.tag) {
      this.body = at;
      this.headWords = this.count - this.wordsFrom;
      this.inEnum = false;
    } else if (this.word !== 0 && !TAG_WORDS.has(this.word)) this.name();
    this.word = 0;
    this.parens = 0;
  }

  private directive(at: number): number {
    const { text } = this;
    const end = directiveEnd(text, at);
    let i = at + 1;
    while (text.charCodeAt(i) === 32 || text.charCodeAt(i) === 9) i++;
    const c = text.charCodeAt(i);
    if (this.pending >= 0) {
      // `#else`, `#elif`, `#endif`: the piece has another arm, or ends with its group.
      if (c === 101 && !text.startsWith('error', i)) {
        this.pending = -1;
        this.complete = true;
      } else this.settle();
    }
    if (this.start < 0) {
      if ((c === 100 || c === 105) && this.isStop?.(at, true) === true) this.stoppedAt = at;
      else if (c === 100) this.define(at, i, end);
      else if (c === 105 && text.startsWith('include', i)) this.single('include', at, end, []);
      else if (c === 105 && text.charCodeAt(i + 1) === 102) this.groups.push(at);
      else if (c === 101 && text.charCodeAt(i + 1) === 110) this.groups.pop();
      return end;
    }
    if (c === 105 && text.charCodeAt(i + 1) === 102)
      this.conditionals.push({ depth: this.depth, parens: this.parens });
    else if (c === 101) {
      const isEnd = text.charCodeAt(i + 1) !== 108;
      let open = this.conditionals[this.conditionals.length - 1];
      if (open === undefined) {
        // The piece began in an arm of the group: it has the others too.
        const group = this.groups.pop();
        if (group === undefined) return end;
        this.start = group;
        this.conditionals.push((open = { depth: 0, parens: 0 }));
      }
      // Every branch starts where the first one did.
      if (isEnd) {
        this.conditionals.pop();
        if (this.complete && this.conditionals.length === 0) this.close(end);
      } else ({ depth: this.depth, parens: this.parens } = open);
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
    this.groups.length = 0;
    this.list.push({
      kind,
      start,
      end,
      body: end,
      carries: false,
      headWords: 0,
      names,
      wordsFrom,
      wordsTo: this.count,
    });
  }

  private close(end: number): void {
    const { start, body, names, wordsFrom } = this;
    this.start = -1;
    this.depth = this.parens = 0;
    this.groups.length = 0;
    if (wordsFrom === this.count && body < 0) return;
    this.list.push({
      kind: body < 0 ? 'declaration' : 'function',
      start,
      end,
      body: body < 0 ? end : body,
      headWords: this.headWords,
      carries: body >= 0 && CARRIER.test(this.text.slice(start, body)),
      names,
      wordsFrom,
      wordsTo: this.count,
    });
  }
}

/** The top-level pieces of a text, in order. Never fails; what lies between pieces is comments and conditionals. */
export function cutPieces(text: string): Pieces {
  const byBraces = new PieceScanner(text, false).run();
  if (byBraces.balanced) return { list: byBraces.pieces(), balanced: true };
  return { list: new PieceScanner(text, true).run().pieces(), balanced: false };
}

/** All anew; a piece whose text was there before keeps its id. */
function recutWhole(before: string, pieces: Pieces, text: string): Pieces {
  const ids = new Map(pieces.list.map(({ start, end, id }) => [before.slice(start, end), id]));
  const { list, balanced } = cutPieces(text);
  return {
    list: list.map((piece) => ({ ...piece, id: ids.get(text.slice(piece.start, piece.end)) ?? piece.id })),
    balanced,
  };
}

/** The same for a text that was edited, at the cost of the pieces around the edit. */
export function recutPieces(before: string, pieces: Pieces, text: string): Pieces {
  if (!pieces.balanced) return recutWhole(before, pieces, text);
  const { list } = pieces;
  const same = commonStart(before, text);
  const by = text.length - before.length;
  const behind = before.length - commonEnd(before, text, same);
  let kept = 0;
  while ((list[kept]?.end ?? Infinity) < same) kept++;
  let next = kept;
  const isStop = (at: number, isDirective: boolean): boolean => {
    while ((list[next]?.start ?? Infinity) < Math.max(behind, at - by)) next++;
    const there = list[next];
    return there?.start === at - by && isDirective === DIRECTIVES.has(there.kind);
  };
  const scanner = new PieceScanner(text, false, isStop).run(list[kept - 1]?.end ?? 0);
  if (!scanner.balanced) return recutWhole(before, pieces, text);
  const after = scanner.stoppedAt < 0 ? [] : list.slice(next).map((piece) => shiftedPiece(piece, by));
  return { list: [...list.slice(0, kept), ...scanner.pieces(), ...after], balanced: true };
}
