/**
 * The macros of a driver, and which of them are worth expanding: those that do something, name something, or cannot be
 * read as a call. A macro that only computes a number stays what it is, since its name says more than its digits.
 */
import { CONTAINER_CALLS, IDENTITY_CALLS, LOG_CALL } from '../../kernel/c-words.ts';
import { readDefine } from '../define.ts';
import { type Piece, type Pieces, wordHash } from '../pieces.ts';
import { matchParenthesis } from '../scan.ts';
import type { Macro } from './expand.ts';

/** A definition in some file. The same object as long as its text is the same. */
export interface Definition extends Macro {
  readonly params: readonly string[] | null;
}

/** What is asked of the names in a macro. */
export interface MacroQuestions {
  /** True for a kernel function that tells of buffers. */
  isTelling(name: string): boolean;
  /** The same by the hash of the name. */
  isTellingHash(hash: number): boolean;
  /** True for a function that the kernel at hand has: what the driver defines under its name is for another kernel. */
  isKernels(name: string): boolean;
}

/** Longer bodies are tables. */
const MAX_BODY = 4000;
/** Bodies that only reach into a structure or paste are worth it while they are short. */
const SHORT_BODY = 300;
const MAX_DEPTH = 4;
/** Of one name: more are never read. */
const MAX_DEFINITIONS = 8;

const WORD = /[A-Za-z_]\w*/g;
const STRING = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;

/** Words of statements that go somewhere else, or that no expression has. */
const LEAVES = /\b(?:return|goto)\b/;
const CONTROL = /\b(?:if|else|for|while|do|switch|case|break|continue)\b/;
const DECLARES =
  /^(?:static|extern|inline|typedef|struct|union|enum|const|void|unsigned|int|bool|u8|u16|u32|u64)\b/;

/** A comma before `##` goes with an empty rest of arguments: nothing is pasted. */
const ASSIGNS_OR_PASTES = /[^,\s]\s*##|[^=!<>]=[^=]/;
const MEMBER = /->|\.[A-Za-z_]/;

interface FileMacros {
  /** Definitions by name, in the order of the file. */
  readonly own: ReadonlyMap<string, readonly Definition[]>;
  readonly isHeader: boolean;
}

export interface MacroFile {
  readonly path: string;
  readonly text: string;
  readonly pieces: Pieces;
}

/** Definitions by the id of their piece, kept from one table to the next. */
export type DefinitionCache = Map<number, Definition | null>;

const NONE: readonly Definition[] = [];

export class MacroTable {
  private readonly files: readonly FileMacros[];
  private readonly headers = new Map<string, Definition[]>();
  /** By name, of all files: what a body may come to. */
  private readonly everywhere = new Map<string, Definition[]>();
  private readonly questions: MacroQuestions;
  private readonly functions: ReadonlySet<number>;
  /** Names by their hash: a piece has hashes only. */
  private readonly names = new Map<number, string>();
  private readonly used = new WeakMap<Piece, readonly Definition[]>();
  private readonly worth = new Map<Definition, boolean>();
  /** Verdicts by the text of the body. */
  private readonly telling = new Map<string, boolean>();

  constructor(
    files: readonly MacroFile[],
    cache: DefinitionCache,
    functions: ReadonlySet<number>,
    questions: MacroQuestions,
  ) {
    this.questions = questions;
    this.functions = functions;
    const defined = new Set<number>();
    for (const { pieces } of files)
      for (const { kind, names } of pieces.list) if (kind === 'define') defined.add(names[0] ?? 0);
    const mayDo = (piece: Piece, text: string): boolean => {
      for (const w of piece.words)
        if (defined.has(w) || functions.has(w) || questions.isTellingHash(w)) return true;
      return DOES.test(text.slice(piece.start, piece.end));
    };
    // A name of which one definition does something is read with all of them: conditions choose.
    const doing = new Set<number>();
    for (const { text, pieces } of files)
      for (const piece of pieces.list)
        if (piece.kind === 'define' && !isNumber(piece, text) && mayDo(piece, text))
          doing.add(piece.names[0] ?? 0);
    this.files = files.map(({ path, text, pieces }) => {
      const own = new Map<string, Definition[]>();
      for (const piece of pieces.list) {
        if (piece.kind !== 'define' || !doing.has(piece.names[0] ?? 0)) continue;
        const made = definitionOf(piece, text, cache);
        if (made === null) continue;
        add(own, made);
        add(this.everywhere, made);
      }
      const isHeader = !path.endsWith('.c');
      if (isHeader) for (const list of own.values()) for (const made of list) add(this.headers, made);
      return { own, isHeader };
    });
    for (const { own } of this.files) {
      for (const [name, list] of own)
        if (list.some((made) => this.isWorth(made))) this.names.set(wordHash(name), name);
    }
  }

  /** Definitions of a name that a file sees and that are worth expanding: several if conditions choose. */
  definitions(file: number, name: string): readonly Definition[] {
    const own = this.files[file]?.own.get(name);
    const all = own ?? this.headers.get(name) ?? NONE;
    // Where conditions choose, one alone would be read as if it were all.
    return all.some((made) => this.isWorth(made)) ? all : NONE;
  }

  /** All definitions that the expansion of a piece may come to, in a stable order. */
  usedBy(file: number, piece: Piece): readonly Definition[] {
    const { kind } = piece;
    if (this.names.size === 0 || kind === 'define' || kind === 'include') return NONE;
    let used = this.used.get(piece);
    if (used === undefined) this.used.set(piece, (used = this.findUsed(file, piece)));
    return used;
  }

  private findUsed(file: number, { words }: Piece): readonly Definition[] {
    const found: Definition[] = [];
    const seen = new Set<string>();
    const take = (name: string): void => {
      if (seen.has(name)) return;
      seen.add(name);
      for (const made of this.definitions(file, name)) {
        found.push(made);
        for (const [word] of made.body.matchAll(WORD)) if (this.names.has(wordHash(word))) take(word);
      }
    };
    for (const w of words) {
      const name = this.names.get(w);
      if (name !== undefined) take(name);
    }
    return found.length === 0 ? NONE : found;
  }

  private isWorth(made: Definition): boolean {
    let worth = this.worth.get(made);
    if (worth === undefined) this.worth.set(made, (worth = this.decideWorth(made)));
    return worth;
  }

  private decideWorth({ name, params, body }: Definition): boolean {
    if (this.questions.isKernels(name) || body.length > MAX_BODY) return false;
    if (body === '') return true;
    if (/^[-+(]?\d/.test(body) || body.startsWith('"')) return false;
    const unlogged = withoutLogs(body);
    if (this.isTelling(name, unlogged)) return true;
    const plain = unlogged.replace(STRING, ' ');
    // What is written to the log is read by nobody.
    if (plain !== body && params !== null && !LEAVES.test(plain)) return false;
    if (leaks(plain)) return true;
    if (params === null && /^\w+$/.test(plain)) return !/^[A-Z\d_]+$/.test(plain);
    if (DECLARES.test(plain)) return true;
    return body.length <= SHORT_BODY && (this.reaches(plain) || this.isTypeAlias(plain));
  }

  /** True for a body that assigns, pastes, or is a member itself: what it only hands to an unknown function says nothing. */
  private reaches(body: string): boolean {
    if (ASSIGNS_OR_PASTES.test(body)) return true;
    return !CONTROL.test(body) && MEMBER.test(this.withoutArguments(body));
  }

  private withoutArguments(body: string): string {
    let out = '';
    for (let i = 0; i < body.length; i++) {
      const word = body.charAt(i) === '(' ? (/(\w+)\s*$/.exec(out)?.[1] ?? '') : '';
      // From a member to what it is a part of.
      if (CONTAINER_CALLS.has(word)) return '->x';
      if (word === '' || IDENTITY_CALLS.has(word) || this.everywhere.has(word)) out += body.charAt(i);
      else i = matchParenthesis(body, i) - 1;
    }
    return out;
  }

  private isTypeAlias(body: string): boolean {
    return /^\(?\w+(?:\s+\w+)*\s*\*+\)?$/.test(body);
  }

  /** True if the body, or a macro in it, calls what tells of buffers, or a function of the driver. */
  private isTelling(name: string, body: string, depth = 0): boolean {
    const known = this.telling.get(body);
    if (known !== undefined) return known;
    if (depth > MAX_DEPTH) return false;
    this.telling.set(body, false);
    let found = false;
    for (const [word] of body.matchAll(WORD)) {
      if (word === name) continue;
      found =
        this.questions.isTelling(word) ||
        this.functions.has(wordHash(word)) ||
        this.anywhere(word).some((inner) => this.isTelling(word, withoutLogs(inner.body), depth + 1));
      if (found) break;
    }
    this.telling.set(body, found);
    return found;
  }

  private anywhere(name: string): readonly Definition[] {
    return this.everywhere.get(name) ?? NONE;
  }
}

/** Calls that write to the log are left out of a body, with what they are given. */
function withoutLogs(body: string): string {
  if (body.search(LOG_CALL) < 0) return body;
  let out = '';
  let at = 0;
  for (const call of body.matchAll(LOG_CALL)) {
    if (call.index < at) continue;
    out += `${body.slice(at, call.index)}0`;
    at = matchParenthesis(body, call.index + call[0].length);
  }
  return out + body.slice(at);
}

/** True for a body that cannot be read as a call: it goes away, or is half of a statement. */
function leaks(body: string): boolean {
  if (LEAVES.test(body)) return true;
  if (!CONTROL.test(body)) return false;
  // A loop or a condition whose statement is the caller's.
  if (/^(?:if|for|while|switch|else)\b/.test(body)) return true;
  let depth = 0;
  for (const c of body) {
    if (c === '{') depth++;
    else if (c === '}') depth--;
  }
  return depth !== 0 || /^(?:break|continue|case)\b/.test(body);
}

function add(table: Map<string, Definition[]>, made: Definition): void {
  const known = table.get(made.name);
  if (known === undefined) table.set(made.name, [made]);
  else if (
    known.length < MAX_DEFINITIONS &&
    !known.some(({ body, params }) => body === made.body && String(params) === String(made.params))
  )
    known.push(made);
}

/** True for a macro in which no name is: a number, most of them. */
function isNumber({ words, start, end }: Piece, text: string): boolean {
  return words.length === 0 && NUMBER.test(text.slice(start, end));
}

/**
 * What no macro lacks that is worth expanding, besides the names in it: a member, an assignment, pasting, a word of a
 * statement or a type, or nothing but a name, or nothing at all.
 */
const DOES =
  /->|\.[A-Za-z_]|##|[^=!<>]=[^=]|[{};]|\b(?:return|goto|if|else|for|while|do|switch|case|break|continue|struct|union|enum|static|extern|inline|typedef|const|void|unsigned|int|bool|u8|u16|u32|u64)\b|\w[ \t]*\*+\)?\s*$|define\s+\w+(?:\s+[A-Za-z_]\w*)?\s*$|define\s+\w+\([^)]*\)\s*$/;

const NUMBER = /^#\s*define\s+\w+[ \t]+[\d(-]/;

function definitionOf({ id, start, end }: Piece, text: string, cache: DefinitionCache): Definition | null {
  let made = cache.get(id);
  if (made === undefined) {
    made = read(text.slice(start, end));
    cache.set(id, made);
  }
  return made;
}

function read(text: string): Definition | null {
  const item = readDefine(text);
  if (item === null) return null;
  const { name } = item;
  const body = text
    .slice(item.bodyAt.s)
    .replace(/\/\*[^]*?\*\//g, ' ')
    .replace(/\\\r?\n/g, ' ')
    .trim();
  const last = item.params?.[item.params.length - 1];
  if (item.params === null || last === undefined || !last.endsWith('...'))
    return { name, params: item.params, rest: null, body };
  const rest = last === '...' ? '__VA_ARGS__' : last.slice(0, -3).trim();
  return { name, params: item.params.slice(0, -1), rest, body };
}
