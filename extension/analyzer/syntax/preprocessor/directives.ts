/**
 * The preprocessor lines of a file: conditionals, definitions, inclusions. They are found without reading the C between
 * them, and after an edit only around it, since a keystroke must not cost the whole file.
 */
import { directiveEnd } from '../directive-end.ts';
import { isWord, skipComment, skipQuoted } from '../scan.ts';
import { commonEnd, commonStart } from '../../text/common.ts';

export type ConditionalWord = 'if' | 'ifdef' | 'ifndef' | 'elif' | 'else' | 'endif';

/** One preprocessor line, without its place. */
export interface Directive {
  readonly word: ConditionalWord | 'define' | 'undef' | 'include' | 'other';
  /** What stands behind the word, comments and line continuations taken out. */
  readonly rest: string;
}

/** The directives of a file, in order; `starts` and `ends` are the offsets of `#` and of the line break, by index. */
export interface Directives {
  /** The same array as long as the lines say the same, wherever they have moved. */
  readonly list: readonly Directive[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

const WORDS: ReadonlyMap<string, Directive['word']> = new Map([
  ...(['if', 'ifdef', 'ifndef', 'elif', 'else', 'endif', 'define', 'undef', 'include'] as const).map(
    (word) => [word, word] as const,
  ),
]);

function readDirective(text: string): Directive {
  let plain = text;
  if (plain.includes('/')) plain = plain.replace(/\/\*[^]*?(?:\*\/|$)|\/\/.*$/gm, ' ');
  if (plain.includes('\\')) plain = plain.replace(/\\\r?\n/g, ' ');
  let at = 1;
  while (plain.charCodeAt(at) === 32 || plain.charCodeAt(at) === 9) at++;
  const from = at;
  while (isWord(plain.charCodeAt(at))) at++;
  return { word: WORDS.get(plain.slice(from, at)) ?? 'other', rest: plain.slice(at).trim() };
}

interface Found {
  readonly list: Directive[];
  readonly starts: number[];
  readonly ends: number[];
}

/** What may begin something that hides a `#`, or is one. */
const NOTABLE = /["'#]|\/[/*]/g;

/** @param stop told of each directive's offset; the scan ends before the first one it accepts */
function scan(text: string, from: number, stop: (at: number) => boolean, into: Found): number {
  NOTABLE.lastIndex = from;
  for (let m = NOTABLE.exec(text); m !== null; m = NOTABLE.exec(text)) {
    const at = m.index;
    const c = text.charCodeAt(at);
    if (c === 47) NOTABLE.lastIndex = skipComment(text, at);
    else if (c !== 35) NOTABLE.lastIndex = skipQuoted(text, at);
    else if (beginsLine(text, at)) {
      if (stop(at)) return at;
      const end = directiveEnd(text, at);
      into.list.push(readDirective(text.slice(at, end)));
      into.starts.push(at);
      into.ends.push(end);
      NOTABLE.lastIndex = end;
    }
  }
  return -1;
}

function beginsLine(text: string, at: number): boolean {
  for (let i = at - 1; i >= 0; i--) {
    const c = text.charCodeAt(i);
    if (c === 10) return true;
    if (c !== 32 && c !== 9 && c !== 13) return false;
  }
  return true;
}

export function findDirectives(text: string): Directives {
  const found: Found = { list: [], starts: [], ends: [] };
  scan(text, 0, () => false, found);
  return found;
}

/** The same for a text that was edited, at the cost of what lies between the directives around the edit. */
export function findDirectivesAgain(before: string, known: Directives, text: string): Directives {
  if (before === text) return known;
  const same = commonStart(before, text);
  const by = text.length - before.length;
  const behind = before.length - commonEnd(before, text, same);
  const { list, starts, ends } = known;
  let kept = 0;
  while (kept < list.length && (ends[kept] ?? 0) < same) kept++;
  let next = kept;
  const stop = (at: number): boolean => {
    while ((starts[next] ?? Infinity) < Math.max(behind, at - by)) next++;
    return starts[next] === at - by;
  };
  const found: Found = { list: [], starts: [], ends: [] };
  const stopped = scan(text, kept === 0 ? 0 : (ends[kept - 1] ?? 0), stop, found);
  if (stopped < 0) next = list.length;
  const isSame =
    found.list.length === next - kept && found.list.every((d, i) => sameDirective(d, list[kept + i]));
  const shift = (offset: number): number => offset + by;
  return {
    list: isSame ? list : [...list.slice(0, kept), ...found.list, ...list.slice(next)],
    starts: [...starts.slice(0, kept), ...found.starts, ...starts.slice(next).map(shift)],
    ends: [...ends.slice(0, kept), ...found.ends, ...ends.slice(next).map(shift)],
  };
}

function sameDirective(a: Directive, b: Directive | undefined): boolean {
  return a.word === b?.word && a.rest === b.rest;
}

/** True for a line that opens, divides or closes a conditional group. */
export function isConditional({ word }: Directive): boolean {
  switch (word) {
    case 'if':
    case 'ifdef':
    case 'ifndef':
    case 'elif':
    case 'else':
    case 'endif':
      return true;
    case 'define':
    case 'undef':
    case 'include':
    case 'other':
      return false;
  }
}
