/**
 * Alternatives that the grammar cannot express: a group of which it is not known which arm is compiled, around half a
 * statement, a signature, an `else if`. The piece is read several times, each time with one arm of every such group, so
 * that each arm is in one of the readings. Groups around whole statements or members stay: the grammar reads those.
 */
import { type Directives, findDirectives, isConditional } from './directives.ts';
import { isWord, isWordStart, skipComment, skipQuoted } from '../scan.ts';

/** More readings cost more than they tell: kernels divide a statement by a version at a time. */
export const MAX_READINGS = 4;

/** Each group looks through the text of those in it. */
const MAX_NESTING = 16;

interface Arm {
  /** Index of its directive. */
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

interface Group {
  readonly arms: Arm[];
  /** Index of the `#endif`, or -1. */
  endif: number;
  readonly parent: { readonly group: Group; readonly arm: number } | null;
  readonly depth: number;
  /** True if the grammar reads it as it stands. */
  whole: boolean;
}

/** What stands before a directive. */
interface Context {
  /** Last significant character, '' at the start, or after a directive that ended something. */
  readonly last: string;
  readonly parens: number;
  readonly depth: number;
  readonly inInitializer: boolean;
}

export interface Readings {
  /** Texts as long as the piece. One at least. */
  readonly texts: readonly string[];
  /** True if groups are left to the grammar. */
  readonly leavesGroups: boolean;
}

/**
 * @param text of a piece; with the lines that nobody knows whether they are compiled
 * @param dissolve reads no group by the grammar
 */
export function readingsOf(text: string, dissolve = false): Readings {
  if (!text.includes('#')) return { texts: [text], leavesGroups: false };
  const directives = findDirectives(text);
  if (directives.list.length === 0) return { texts: [text], leavesGroups: false };
  const groups = findGroups(text, directives);
  const contexts = contextsOf(text, directives);
  for (const group of groups) group.whole = !dissolve && isWhole(group, text, contexts, directives);
  // What is left of a group that is dissolved cannot be read by the grammar either, if it is a half.
  const divided = groups.filter(({ whole }) => !whole);
  const leavesGroups = divided.length < groups.length;
  const texts: string[] = [];
  const covered = new Set<Arm>();
  do {
    const before = covered.size;
    texts.push(oneReading(text, directives, divided, covered));
    if (covered.size === before) break;
  } while (texts.length < MAX_READINGS && divided.some(({ arms }) => arms.some((arm) => !covered.has(arm))));
  return { texts: [...new Set(texts)], leavesGroups };
}

function findGroups(text: string, { list, starts, ends }: Directives): Group[] {
  const groups: Group[] = [];
  const open: Group[] = [];
  const place = (index: number): Omit<Arm, 'end'> => ({ index, start: ends[index] ?? text.length });
  const endArm = (group: Group, end: number): void => {
    const arm = group.arms.pop();
    if (arm !== undefined) group.arms.push({ ...arm, end });
  };
  list.forEach(({ word }, index) => {
    const top = open[open.length - 1];
    if (word === 'if' || word === 'ifdef' || word === 'ifndef') {
      const parent = top === undefined ? null : { group: top, arm: top.arms.length - 1 };
      const group: Group = {
        arms: [{ ...place(index), end: text.length }],
        endif: -1,
        parent,
        depth: open.length,
        whole: false,
      };
      groups.push(group);
      open.push(group);
    } else if (word === 'elif' || word === 'else') {
      if (top === undefined) return;
      endArm(top, starts[index] ?? 0);
      top.arms.push({ ...place(index), end: text.length });
    } else if (word === 'endif') {
      if (top === undefined) return;
      endArm(top, starts[index] ?? 0);
      top.endif = index;
      open.pop();
    }
  });
  return groups;
}

/** What stands before each directive, each arm beginning where the first one does. */
function contextsOf(text: string, { list, starts, ends }: Directives): Context[] {
  const out: Context[] = [];
  const braces: boolean[] = [];
  let parens = 0;
  let last = '';
  const saved: { braces: boolean[]; parens: number; last: string }[] = [];
  let at = 0;
  list.forEach(({ word }, index) => {
    const stop = starts[index] ?? 0;
    while (at < stop) {
      const c = text.charCodeAt(at);
      if (c === 47 && (text.charCodeAt(at + 1) === 42 || text.charCodeAt(at + 1) === 47)) {
        at = skipComment(text, at);
        continue;
      }
      if (c === 34 || c === 39) {
        at = skipQuoted(text, at);
        last = '"';
        continue;
      }
      if (isWordStart(c)) {
        while (isWord(text.charCodeAt(at))) at++;
        last = 'w';
        continue;
      }
      at++;
      if (c === 32 || c === 9 || c === 10 || c === 13) continue;
      const ch = String.fromCharCode(c);
      if (ch === '{')
        braces.push(
          '=,([{'.includes(last) && last !== '' && (last !== '{' || braces[braces.length - 1] === true),
        );
      else if (ch === '}') braces.pop();
      else if (ch === '(' || ch === '[') parens++;
      else if ((ch === ')' || ch === ']') && parens > 0) parens--;
      last = ch;
    }
    out.push({ last, parens, depth: braces.length, inInitializer: braces[braces.length - 1] === true });
    at = ends[index] ?? text.length;
    if (word === 'if' || word === 'ifdef' || word === 'ifndef')
      saved.push({ braces: [...braces], parens, last });
    else if (word === 'elif' || word === 'else') {
      const top = saved[saved.length - 1];
      if (top !== undefined) {
        braces.splice(0, braces.length, ...top.braces);
        ({ parens, last } = top);
      }
    } else if (word === 'endif') saved.pop();
  });
  return out;
}

const FIRST_WORD = /\s*(?:\/\*[^]*?\*\/\s*|\/\/.*\s*)*([A-Za-z_]\w*|[^\s])?/y;

/** The first word or character from `at` on. */
function firstToken(text: string, at: number): string {
  FIRST_WORD.lastIndex = at;
  return FIRST_WORD.exec(text)?.[1] ?? '';
}

/** True for a group around whole statements, declarations or members, at a place where these may stand. */
function isWhole(
  { arms, endif, depth }: Group,
  text: string,
  contexts: readonly Context[],
  { ends }: Directives,
): boolean {
  const [first] = arms;
  if (first === undefined || endif < 0 || depth > MAX_NESTING) return false;
  const start = contexts[first.index];
  if (start === undefined || start.parens > 0 || start.inInitializer || start.depth === 0) return false;
  if (!ENDS.has(start.last)) return false;
  for (const [i, arm] of arms.entries()) {
    const stop = contexts[arms[i + 1]?.index ?? endif];
    if (stop?.parens !== start.parens || stop.depth !== start.depth || !ENDS.has(stop.last)) return false;
    if (dips(text, arm.start, arm.end) || firstToken(text, arm.start) === 'else') return false;
  }
  return firstToken(text, ends[endif] ?? text.length) !== 'else';
}

const ENDS: ReadonlySet<string> = new Set([';', '{', '}']);

/** True if a part closes what it has not opened. */
function dips(text: string, from: number, to: number): boolean {
  let depth = 0;
  for (let i = from; i < to; i++) {
    const c = text.charCodeAt(i);
    if (c === 34 || c === 39) i = skipQuoted(text, i) - 1;
    else if (c === 47 && (text.charCodeAt(i + 1) === 42 || text.charCodeAt(i + 1) === 47))
      i = skipComment(text, i) - 1;
    else if (c === 123 || c === 40) depth++;
    else if ((c === 125 || c === 41) && --depth < 0) return true;
  }
  return false;
}

/** What a condition asks, without its sense, and whether the sense is turned around. */
function keyOf(word: string, rest: string): { readonly key: string; readonly negated: boolean } {
  const text = rest.replace(/\s+/g, ' ').trim();
  if (word === 'ifdef' || word === 'ifndef') return { key: `defined ${text}`, negated: word === 'ifndef' };
  const [, not, name] = /^(!)?\s*defined\s*\(?\s*(\w+)\s*\)?$/.exec(text) ?? [];
  if (name !== undefined) return { key: `defined ${name}`, negated: not === '!' };
  const [, inner] = /^!\s*\(?([^()]*)\)?$/.exec(text) ?? [];
  return inner === undefined ? { key: text, negated: false } : { key: inner.trim(), negated: true };
}

/** Chooses one arm of each group, the same for the same condition, and of the free ones those not read yet. */
function oneReading(
  text: string,
  { list, starts, ends }: Directives,
  groups: readonly Group[],
  covered: Set<Arm>,
): string {
  const assumed = new Map<string, boolean>();
  const chosen = new Map<Group, number>();
  const cuts: { start: number; end: number }[] = [];
  const cut = (start: number, end: number): void => {
    if (end > start) cuts.push({ start, end });
  };
  for (const group of groups) {
    const { arms, endif, parent } = group;
    for (const { index } of arms) cut(starts[index] ?? 0, ends[index] ?? 0);
    if (endif >= 0) cut(starts[endif] ?? 0, ends[endif] ?? 0);
    const isHere = parent === null || !chosen.has(parent.group) || chosen.get(parent.group) === parent.arm;
    let choice = -1;
    if (isHere) {
      const fresh = arms.findIndex((arm) => !covered.has(arm));
      const wanted = fresh < 0 ? 0 : fresh;
      for (const [i, { index }] of arms.entries()) {
        const directive = list[index];
        if (directive === undefined) break;
        if (directive.word === 'else') {
          choice = i;
          break;
        }
        const { key, negated } = keyOf(directive.word, directive.rest);
        const known = assumed.get(key);
        const holds = known === undefined ? i === wanted : known !== negated;
        if (known === undefined) assumed.set(key, holds !== negated);
        if (holds) {
          choice = i;
          break;
        }
      }
    }
    chosen.set(group, choice);
    arms.forEach((arm, i) => {
      if (i === choice) covered.add(arm);
      else cut(arm.start, arm.end);
    });
  }
  // Definitions inside of a piece are of no use to the grammar.
  list.forEach((directive, index) => {
    if (!isConditional(directive)) cut(starts[index] ?? 0, ends[index] ?? 0);
  });
  // A stray `#else` or `#endif` belongs to a group that began before the piece.
  const own = new Set(findGroupLines(list));
  list.forEach((directive, index) => {
    if (isConditional(directive) && !own.has(index)) cut(starts[index] ?? 0, ends[index] ?? 0);
  });
  return withoutCuts(text, cuts);
}

/** Indexes of the lines that belong to a group of the text. */
function findGroupLines(list: Directives['list']): number[] {
  const out: number[] = [];
  let open = 0;
  list.forEach(({ word }, index) => {
    if (word === 'if' || word === 'ifdef' || word === 'ifndef') {
      open++;
      out.push(index);
    } else if (word === 'elif' || word === 'else') {
      if (open > 0) out.push(index);
    } else if (word === 'endif' && open > 0) {
      open--;
      out.push(index);
    }
  });
  return out;
}

function withoutCuts(text: string, cuts: { readonly start: number; readonly end: number }[]): string {
  cuts.sort((a, b) => a.start - b.start || b.end - a.end);
  let out = '';
  let at = 0;
  for (const { start, end } of cuts) {
    if (end <= at) continue;
    const from = Math.max(at, start);
    out += text.slice(at, from) + text.slice(from, end).replace(/[^\n\r]/g, ' ');
    at = end;
  }
  return out + text.slice(at);
}
