/**
 * Expands macros in the text of a piece, and remembers where each part of the result comes from: what stood in the text
 * keeps its place, arguments too; what the body of a macro brought stands for the whole call.
 */
import { isWord, isWordStart, skipComment, skipQuoted, skipSpace } from '../scan.ts';

/** A macro as it may be expanded. */
export interface Macro {
  readonly name: string;
  /** Null for an object-like macro. */
  readonly params: readonly string[] | null;
  /** Name of the parameter that takes all that is left, or null. */
  readonly rest: string | null;
  readonly body: string;
}

/** What expanding made of a text. */
export interface Expanded {
  readonly text: string;
  readonly origin: (start: number, end: number) => { readonly start: number; readonly end: number };
  /** Calls in the text, by place: each once. */
  readonly calls: readonly MacroUse[];
}

/** A use of a macro in a text. */
export interface MacroUse {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Whose text something is: of the whole, of a call's macro, of an argument of a call. */
interface Owner {
  readonly kind: 'whole' | 'call' | 'argument';
  readonly parent: Owner | null;
  readonly depth: number;
  /** Of the call, or of the call that the argument belongs to. */
  readonly start: number;
  readonly end: number;
}

interface Token {
  readonly text: string;
  /** Offset in the text, or -1 if a macro brought it. */
  readonly from: number;
  readonly owner: Owner;
  /** Names that are not expanded in what comes from them. */
  readonly hidden: Hidden | null;
}

interface Hidden {
  readonly name: string;
  readonly outer: Hidden | null;
}

const WHOLE: Owner = { kind: 'whole', parent: null, depth: 0, start: 0, end: 0 };

/** A piece that grows beyond this is left as it is: tables made of macros say nothing about buffers. */
const MAX_TOKENS = 60_000;
const MAX_DEPTH = 40;

class TooMuch extends Error {}

function isHidden(hidden: Hidden | null, name: string): boolean {
  for (let at = hidden; at !== null; at = at.outer) if (at.name === name) return true;
  return false;
}

/** Tokens of a text, comments and white space left out. */
function tokensOf(
  text: string,
  start: number,
  end: number,
  place: { readonly owner: Owner; readonly isText: boolean; readonly hidden: Hidden | null },
): Token[] {
  const out: Token[] = [];
  const { owner, isText, hidden } = place;
  let i = start;
  while (i < end) {
    const c = text.charCodeAt(i);
    if (c === 32 || c === 9 || c === 10 || c === 13) {
      i++;
      continue;
    }
    if (c === 92 && /^\\\r?\n/.test(text.slice(i, i + 3))) {
      i += 2;
      continue;
    }
    if (c === 47 && (text.charCodeAt(i + 1) === 42 || text.charCodeAt(i + 1) === 47)) {
      i = skipComment(text, i);
      continue;
    }
    const from = i;
    if (c === 34 || c === 39) i = Math.min(end, skipQuoted(text, i));
    else if (isWord(c)) while (i < end && isWord(text.charCodeAt(i))) i++;
    else {
      const three = text.slice(i, i + 3);
      i += three === '...' || three === '<<=' || three === '>>=' ? 3 : TWO.has(three.slice(0, 2)) ? 2 : 1;
    }
    out.push({ text: text.slice(from, i), from: isText ? from : -1, owner, hidden });
  }
  return out;
}

const TWO: ReadonlySet<string> = new Set(
  '-> ++ -- << >> <= >= == != && || += -= *= /= %= &= |= ^= ##'.split(' '),
);

class Expansion {
  private readonly text: string;
  private readonly lookup: (name: string) => Macro | null;
  private left = MAX_TOKENS;
  readonly calls: MacroUse[] = [];

  constructor(text: string, lookup: (name: string) => Macro | null) {
    this.text = text;
    this.lookup = lookup;
  }

  /** Where macros are used in the text, and what they come to. */
  run(): { readonly start: number; readonly end: number; readonly tokens: readonly Token[] }[] {
    const { text } = this;
    const out: { start: number; end: number; tokens: readonly Token[] }[] = [];
    let lineStart = true;
    let i = 0;
    while (i < text.length) {
      const c = text.charCodeAt(i);
      if (c === 10) lineStart = true;
      if (c === 47 && (text.charCodeAt(i + 1) === 42 || text.charCodeAt(i + 1) === 47))
        i = skipComment(text, i);
      else if (c === 34 || c === 39) i = skipQuoted(text, i);
      else if (c === 35 && lineStart) {
        const end = text.indexOf('\n', i);
        i = end < 0 ? text.length : end;
      } else if (isWordStart(c)) {
        lineStart = false;
        const start = i;
        while (isWord(text.charCodeAt(i))) i++;
        const name = text.slice(start, i);
        const macro = this.lookup(name);
        if (macro === null) continue;
        const end = macro.params === null ? i : this.endOfCall(i);
        if (end < 0) continue;
        const tokens = tokensOf(text, start, end, { owner: WHOLE, isText: true, hidden: null });
        const expanded = this.expand(tokens, 0);
        out.push({ start, end, tokens: expanded });
        i = end;
      } else {
        if (c !== 10 && c !== 32 && c !== 9 && c !== 13) lineStart = false;
        // Digits take what is attached to them.
        if (isWord(c)) while (isWord(text.charCodeAt(i))) i++;
        else i++;
      }
    }
    return out;
  }

  /** Offset behind the call whose name ends at `at`, or -1. */
  private endOfCall(at: number): number {
    const { text } = this;
    const open = skipSpace(text, at);
    if (text.charCodeAt(open) !== 40) return -1;
    let depth = 0;
    for (let i = open; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (c === 40) depth++;
      else if (c === 41) {
        if (--depth === 0) return i + 1;
      } else if (c === 34 || c === 39) i = skipQuoted(text, i) - 1;
      else if (c === 47 && (text.charCodeAt(i + 1) === 42 || text.charCodeAt(i + 1) === 47))
        i = skipComment(text, i) - 1;
    }
    return -1;
  }

  private expand(tokens: readonly Token[], depth: number): readonly Token[] {
    if (depth > MAX_DEPTH) throw new TooMuch();
    const out: Token[] = [];
    let work = tokens;
    let i = 0;
    while (i < work.length) {
      const token = work[i];
      if (token === undefined) break;
      const macro =
        isWordStart(token.text.charCodeAt(0)) && !isHidden(token.hidden, token.text)
          ? this.lookup(token.text)
          : null;
      if (macro === null) {
        if (this.left-- <= 0) throw new TooMuch();
        out.push(token);
        i++;
        continue;
      }
      let end = i + 1;
      let args: (readonly Token[])[] = [];
      if (macro.params !== null) {
        const read = argumentsOf(work, i + 1);
        if (read === null) {
          out.push(token);
          i++;
          continue;
        }
        ({ args, end } = read);
      }
      const made = this.replace(token, macro, args, work[end - 1] ?? token, depth);
      work = [...made, ...work.slice(end)];
      i = 0;
    }
    return out;
  }

  /** The body with the arguments in it, before it is looked at again. */
  private replace(
    token: Token,
    macro: Macro,
    args: readonly (readonly Token[])[],
    last: Token,
    depth: number,
  ): readonly Token[] {
    if (this.left-- <= 0) throw new TooMuch();
    const { owner } = token;
    // A call that a body brought stands where the call stands that brought it.
    const isText = token.from >= 0 && last.from >= 0;
    const start = isText ? token.from : owner.start;
    const end = isText ? last.from + last.text.length : owner.end;
    const call: Owner = { kind: 'call', parent: owner, depth: owner.depth + 1, start, end };
    if (isText) this.calls.push({ name: macro.name, start, end });
    const hidden: Hidden = { name: macro.name, outer: token.hidden };
    const body = tokensOf(macro.body, 0, macro.body.length, { owner: call, isText: false, hidden });
    const values = bind(macro, args, call);
    const out: Token[] = [];
    for (let i = 0; i < body.length; i++) {
      const part = body[i];
      if (part === undefined) break;
      if (part.text === '#' && macro.params !== null && values.has(body[i + 1]?.text ?? '')) {
        out.push({ ...part, text: '""' });
        i++;
        continue;
      }
      const next = body[i + 1];
      const value = values.get(part.text);
      if (next?.text === '##' || part.text === '##') {
        if (part.text === '##') {
          this.paste(out, body[i + 1], values, macro.rest);
          i++;
        } else out.push(...(value ?? [part]), ...(value?.length === 0 ? [placeholder(part)] : []));
        continue;
      }
      if (value === undefined) out.push(part);
      else for (const made of this.expand(value, depth + 1)) out.push(withHidden(made, hidden));
      if (out.length > MAX_TOKENS) throw new TooMuch();
    }
    return out.filter(({ text }) => text !== '');
  }

  /** Makes one token of the last of `out` and what follows `##`. */
  private paste(
    out: Token[],
    next: Token | undefined,
    values: ReadonlyMap<string, readonly Token[]>,
    rest: string | null,
  ): void {
    const left = out.pop();
    if (left === undefined || next === undefined) return;
    const right = values.get(next.text) ?? [next];
    // GNU: a comma before an empty rest of arguments goes with it.
    if (left.text === ',' && next.text === (rest ?? '')) {
      if (right.length > 0) out.push(left, ...right);
      return;
    }
    const [first, ...others] = right;
    out.push({ ...next, from: -1, text: `${left.text}${first?.text ?? ''}`, hidden: left.hidden }, ...others);
  }
}

/** Keeps the place of an argument that is empty. */
function placeholder(token: Token): Token {
  return { ...token, text: '' };
}

function withHidden(token: Token, hidden: Hidden): Token {
  return token.from >= 0 ? token : { ...token, hidden: { name: hidden.name, outer: token.hidden } };
}

/** Arguments of the call whose parenthesis is at `open`; null if there is no call. */
function argumentsOf(
  tokens: readonly Token[],
  open: number,
): { readonly args: Token[][]; readonly end: number } | null {
  if (tokens[open]?.text !== '(') return null;
  const args: Token[][] = [[]];
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined) break;
    if (token.text === '(' && depth++ === 0) continue;
    if (token.text === ')' && --depth === 0) return { args, end: i + 1 };
    if (token.text === ',' && depth === 1) args.push([]);
    else args[args.length - 1]?.push(token);
  }
  return null;
}

/** Arguments by the name of their parameter, each owned by its place in the call. */
function bind(
  { params, rest }: Macro,
  args: readonly (readonly Token[])[],
  call: Owner,
): Map<string, readonly Token[]> {
  const out = new Map<string, readonly Token[]>();
  const owned = (tokens: readonly Token[]): Token[] => {
    const owner: Owner = { ...call, kind: 'argument', parent: call, depth: call.depth + 1 };
    // What the text has stands in the argument; what a macro brought stays that macro's.
    return tokens.map((token) =>
      token.from >= 0 && token.owner === call.parent ? { ...token, owner } : token,
    );
  };
  params?.forEach((name, i) => {
    out.set(name, owned(args[i] ?? []));
  });
  if (rest !== null) {
    const tail = args.slice(params?.length ?? 0);
    const [first] = tail;
    const comma = first?.[0] ?? tail[1]?.[0] ?? null;
    out.set(
      rest,
      tail.flatMap((arg, i) =>
        i === 0 || comma === null
          ? owned(arg)
          : [{ ...comma, text: ',', from: -1, owner: call }, ...owned(arg)],
      ),
    );
  }
  return out;
}

/** A part of the result: where it starts, and where it comes from. */
interface Segment {
  readonly at: number;
  /** Offset in the text of what stands at `at`, or -1. */
  readonly from: number;
  readonly owner: Owner;
}

class Origins {
  private readonly segments: readonly Segment[];

  constructor(segments: readonly Segment[]) {
    this.segments = segments;
  }

  private segment(at: number): Segment {
    const { segments } = this;
    let low = 0;
    let high = segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((segments[middle]?.at ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return segments[low] ?? { at: 0, from: 0, owner: WHOLE };
  }

  range(start: number, end: number): { readonly start: number; readonly end: number } {
    const a = this.segment(start);
    const b = end > start ? this.segment(end - 1) : a;
    if (a === b && a.from >= 0) return { start: a.from + start - a.at, end: a.from + end - a.at };
    const common = commonOwner(a.owner, b.owner);
    if (common.kind === 'call' || (a.from < 0 && a.owner === common) || (b.from < 0 && b.owner === common))
      return { start: common.start, end: common.end };
    const left = below(a.owner, common);
    const right = below(b.owner, common);
    return {
      start: left === null ? a.from + start - a.at : left.start,
      end: right === null ? b.from + end - b.at : right.end,
    };
  }
}

function commonOwner(a: Owner, b: Owner): Owner {
  let x: Owner = a;
  let y: Owner = b;
  while (x !== y) {
    if (x.depth >= y.depth) x = x.parent ?? WHOLE;
    else y = y.parent ?? WHOLE;
    if (x.depth === 0 && y.depth === 0) break;
  }
  return x;
}

/** The owner directly below `common` on the way down to `owner`; null if it is `common` itself. */
function below(owner: Owner, common: Owner): Owner | null {
  let at: Owner | null = null;
  for (let o: Owner | null = owner; o !== null && o !== common; o = o.parent) at = o;
  return at;
}

/**
 * @param lookup what a name stands for, or null if it is not to be expanded
 * @returns null if nothing is expanded
 */
export function expandMacros(text: string, lookup: (name: string) => Macro | null): Expanded | null {
  const expansion = new Expansion(text, lookup);
  let uses: ReturnType<Expansion['run']>;
  try {
    uses = expansion.run();
  } catch (error) {
    if (error instanceof TooMuch) return null;
    throw error;
  }
  if (uses.length === 0) return null;
  const segments: Segment[] = [];
  const parts: string[] = [];
  let length = 0;
  const add = (part: string, from: number, owner: Owner): void => {
    segments.push({ at: length, from, owner });
    parts.push(part);
    length += part.length;
  };
  let at = 0;
  for (const { start, end, tokens } of uses) {
    if (start > at) add(text.slice(at, start), at, WHOLE);
    tokens.forEach((token, i) => {
      if (i > 0) parts.push(' ');
      if (i > 0) length += 1;
      add(token.text, token.from, token.owner);
    });
    // Something has to stand there, so that words on both sides stay apart.
    if (tokens.length === 0) add(' ', start, WHOLE);
    at = end;
  }
  if (at < text.length) add(text.slice(at), at, WHOLE);
  const origins = new Origins(segments);
  return {
    text: parts.join(''),
    origin: (from, to) => origins.range(from, to),
    calls: expansion.calls,
  };
}
