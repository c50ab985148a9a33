/**
 * The text of a file as the compiler would see it, at the same offsets: what is left out is blank, and so are the lines of
 * groups of which it is known which arm is compiled. Groups of which it is not stay as they are.
 */
import type { OffsetRange } from '../../text/range.ts';
import type { Directives } from './directives.ts';
import { type Arm, isHeaderGuard } from './units.ts';

export interface ActiveText {
  /** As long as the file's own text; the same string if nothing is left out. */
  readonly text: string;
  /** What is left out, in order, without the lines of the directives. */
  readonly inactive: readonly OffsetRange[];
}

interface OpenGroup {
  /** Indexes of the directives that begin an arm. */
  readonly arms: number[];
  readonly isGuard: boolean;
}

const NONE: readonly OffsetRange[] = [];

/** @param arms what becomes of each arm, by index of its directive */
export function activeText(text: string, directives: Directives, arms: ReadonlyMap<number, Arm>): ActiveText {
  if (arms.size === 0) return { text, inactive: NONE };
  const groups: OpenGroup[] = [];
  const inactive: OffsetRange[] = [];
  /** Lines to blank, and `#elif` lines that become `#if`. */
  const lines: number[] = [];
  const firsts: number[] = [];
  const end = (group: OpenGroup, at: number): void => {
    closeGroup(group, at, text.length, directives, arms, { inactive, lines, firsts });
  };
  directives.list.forEach(({ word, rest }, index) => {
    switch (word) {
      case 'if':
      case 'ifdef':
      case 'ifndef': {
        const isGuard = word === 'ifndef' && isHeaderGuard(directives.list, index, rest);
        groups.push({ arms: [index], isGuard });
        return;
      }
      case 'elif':
      case 'else':
        groups[groups.length - 1]?.arms.push(index);
        return;
      case 'endif': {
        const group = groups.pop();
        if (group !== undefined) end(group, index);
        return;
      }
      case 'define':
      case 'undef':
      case 'include':
      case 'other':
        return;
    }
  });
  for (const group of groups.reverse()) end(group, -1);
  if (inactive.length === 0 && lines.length === 0 && firsts.length === 0) return { text, inactive: NONE };
  const outer = outermost(inactive);
  return { text: blanked(text, directives, outer, lines, firsts), inactive: outer };
}

function closeGroup(
  { arms: indexes, isGuard }: OpenGroup,
  endif: number,
  length: number,
  { starts, ends }: Directives,
  arms: ReadonlyMap<number, Arm>,
  out: { readonly inactive: OffsetRange[]; readonly lines: number[]; readonly firsts: number[] },
): void {
  const states = indexes.map((index) => arms.get(index));
  // Inside of something that is left out.
  if (states.every((state) => state === undefined)) return;
  const isOpen = states.includes('unknown');
  if (isGuard && !isOpen && states[0] === 'compiled') return;
  let isFirst = true;
  indexes.forEach((index, i) => {
    const state = states[i] ?? 'unknown';
    if (state === 'left out') {
      const next = indexes[i + 1] ?? endif;
      const start = (ends[index] ?? length) + 1;
      const stop = next < 0 ? length : (starts[next] ?? length);
      if (stop > start) out.inactive.push({ start, end: stop });
    }
    if (!isOpen || state === 'left out') out.lines.push(index);
    else if (isFirst) {
      if (i > 0) out.firsts.push(index);
      isFirst = false;
    }
  });
  if (!isOpen && endif >= 0) out.lines.push(endif);
}

/** Ranges by start, without those that lie in others. */
function outermost(ranges: readonly OffsetRange[]): OffsetRange[] {
  const out: OffsetRange[] = [];
  let end = -1;
  for (const range of [...ranges].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (range.start < end) continue;
    out.push(range);
    end = range.end;
  }
  return out;
}

function blanked(
  text: string,
  { starts, ends }: Directives,
  inactive: readonly OffsetRange[],
  lines: readonly number[],
  firsts: readonly number[],
): string {
  const patches = inactive.map(({ start, end }) => ({ start, end, text: blank(text, start, end) }));
  for (const index of lines) {
    const start = starts[index] ?? 0;
    const end = ends[index] ?? start;
    patches.push({ start, end, text: blank(text, start, end) });
  }
  for (const index of firsts) {
    const start = starts[index] ?? 0;
    const end = ends[index] ?? start;
    const line = text.slice(start, end);
    // An `#else` that is the only arm left may or may not be compiled.
    const made = line.replace(/^#([ \t]*)(?:elif|else)/, (whole, space: string) =>
      (whole.endsWith('else') ? `#${space}if 1` : `#${space}if`).padEnd(whole.length),
    );
    patches.push({ start, end, text: made });
  }
  patches.sort((a, b) => a.start - b.start);
  const parts: string[] = [];
  let at = 0;
  for (const patch of patches) {
    if (patch.start < at) continue;
    parts.push(text.slice(at, patch.start), patch.text);
    at = patch.end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}

const SPACES = ' '.repeat(256);

/** Spaces, and the line breaks of the text. */
function blank(text: string, start: number, end: number): string {
  let out = '';
  for (let at = start; at < end;) {
    const found = text.indexOf('\n', at);
    const stop = found < 0 || found > end ? end : found;
    for (let left = stop - at; left > 0; left -= SPACES.length) out += SPACES.slice(0, left);
    at = stop;
    if (at < end) {
      out += '\n';
      at++;
    }
  }
  return out;
}
