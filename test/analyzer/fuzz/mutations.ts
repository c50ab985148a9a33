/** Ways to spoil a C text, drawn from a seed: what a half-typed line, a bad merge or a broken disk makes of it. */
import type { Random } from '../../../simulator/core/random.ts';

/** What a mutation may take from. */
export interface Material {
  /** The text as it was before anything was done to it. */
  readonly original: string;
  /** A text of another driver. */
  readonly foreign: string;
}

type Mutation = (text: string, random: Random, material: Material) => string;

/** Places that the analysis looks at, so that half of what is done hits one of them. */
const INTERESTING = /page_pool|netmem|struct page|\bpage\b|skb_|dma_(?:map|unmap|sync)|PP_FLAG/g;

const NOISE = [
  ...['{', '}', '(', ')', '[', ']', ';', ',', '=', '*', '&', '->', '"', "'", '\\\n', '\n', '\r', '\t', '#'],
  ...['/*', '*/', '//', '#if X\n', '#else\n', '#endif\n', '#define X(a) a ## \\\n', 'struct page *p;'],
  ...[
    '#if 0\n',
    '#if 1\n',
    '#elif Y > 1\n',
    '#ifndef X\n',
    '#undef X\n',
    '#define Y 2\n',
    '#ifdef CONFIG_X\n',
  ],
  ...[
    '#define page buf\n',
    '#define Z(b) ((b)->page)\n',
    '#define W(b) if (b) put_page(Z(b))\n',
    'Z(b)',
    'W(b);',
  ],
  ...[
    'static int f(void)\n{\n\treturn 0;\n}\n',
    'page = NULL;',
    'if (x) {',
    'return',
    'goto out;',
    'case 1:',
  ],
  ...[
    '\u0000',
    '\uFEFF',
    '\u2028',
    '\uD800',
    '💥',
    '0x',
    '1e',
    '__attribute__((',
    'typedef struct page foo;',
  ],
];

function place(text: string, random: Random): number {
  if (random.percent(50)) {
    const from = text.length === 0 ? 0 : random.below(text.length);
    INTERESTING.lastIndex = from;
    const found = INTERESTING.exec(text);
    if (found !== null) return found.index;
  }
  return random.below(text.length + 1);
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Some whole lines around a place. */
function lines(text: string, random: Random): Span {
  const at = place(text, random);
  const start = text.lastIndexOf('\n', at - 1) + 1;
  let end = start;
  for (let left = 1 + random.below(6); left > 0; left--) {
    const next = text.indexOf('\n', end);
    end = next < 0 ? text.length : next + 1;
  }
  return { start, end };
}

/** The word or sign at or behind a place. */
function token(text: string, random: Random): Span {
  const pattern = /\w+|[^\s\w]/g;
  let at = place(text, random);
  while (at > 0 && /\w/.test(text.charAt(at - 1)) && /\w/.test(text.charAt(at))) at--;
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  return found === null
    ? { start: text.length, end: text.length }
    : { start: found.index, end: found.index + found[0].length };
}

function replaced(text: string, { start, end }: Span, by: string): string {
  return text.slice(0, start) + by + text.slice(end);
}

function swapped(text: string, one: Span, other: Span): string {
  const [a, b] = one.start <= other.start ? [one, other] : [other, one];
  if (a.end > b.start) return text;
  const middle = text.slice(a.end, b.start);
  return (
    text.slice(0, a.start) +
    text.slice(b.start, b.end) +
    middle +
    text.slice(a.start, a.end) +
    text.slice(b.end)
  );
}

function pick<T>(random: Random, list: readonly [T, ...T[]] | readonly T[], otherwise: T): T {
  return list.length === 0 ? otherwise : (list[random.below(list.length)] ?? otherwise);
}

/** A random piece of a text, at most `most` long. */
function piece(text: string, random: Random, most: number): string {
  const start = random.below(text.length + 1);
  return text.slice(start, start + random.below(most));
}

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  deleteLines: (text, random) => replaced(text, lines(text, random), ''),
  duplicateLines: (text, random) => {
    const span = lines(text, random);
    return replaced(text, span, text.slice(span.start, span.end).repeat(2));
  },
  swapLines: (text, random) => swapped(text, lines(text, random), lines(text, random)),
  deleteToken: (text, random) => replaced(text, token(text, random), ''),
  duplicateToken: (text, random) => {
    const span = token(text, random);
    return replaced(text, span, `${text.slice(span.start, span.end)} `.repeat(2));
  },
  swapTokens: (text, random) => swapped(text, token(text, random), token(text, random)),
  replaceToken: (text, random) => {
    const by = token(text, random);
    return replaced(text, token(text, random), text.slice(by.start, by.end));
  },
  insertNoise: (text, random) => {
    const at = place(text, random);
    return replaced(text, { start: at, end: at }, pick(random, NOISE, ';'));
  },
  replaceByNoise: (text, random) => {
    const at = place(text, random);
    return replaced(text, { start: at, end: at + random.below(60) }, pick(random, NOISE, ';'));
  },
  brackets: (text, random) => {
    const at = place(text, random);
    const noise = Array.from({ length: 1 + random.below(40) }, () => '{}()[]'.charAt(random.below(6))).join(
      '',
    );
    return replaced(text, { start: at, end: at }, noise);
  },
  bytes: (text, random) => {
    const at = place(text, random);
    const noise = Uint8Array.from({ length: 1 + random.below(400) }, () => random.below(256));
    return replaced(
      text,
      { start: at, end: at },
      new TextDecoder(random.percent(50) ? 'utf-8' : 'latin1').decode(noise),
    );
  },
  truncate: (text, random) => text.slice(0, place(text, random)),
  cutHead: (text, random) => text.slice(place(text, random)),
  splice: (text, random, { foreign }) =>
    text.slice(0, place(text, random)) + foreign.slice(random.below(foreign.length + 1)),
  paste: (text, random, { foreign }) => {
    const at = place(text, random);
    return replaced(text, { start: at, end: at }, piece(foreign, random, 4000));
  },
  revert: (_text, _random, { original }) => original,
};

/** What is done to a text as a whole, seldom since it takes the analysis longer. */
export const WHOLE_MUTATIONS: Readonly<Record<string, Mutation>> = {
  carriageReturns: (text) => text.replaceAll('\n', '\r\n'),
  mixedLineEnds: (text, random) => text.replace(/\n/g, () => pick(random, ['\n', '\r\n', '\r'], '\n')),
  byteOrderMark: (text) => `\uFEFF${text}`,
  oneLine: (text) => text.replaceAll('\n', ' '),
  noBlanks: (text) => text.replaceAll(/[ \t]+/g, ' '),
  utf16AsLatin1: (text) => text.replace(/[\s\S]/g, '$&\u0000'),
  nesting: (text, random) => {
    const at = place(text, random);
    const depth = 1000 * (1 + random.below(100));
    const open = pick(random, ['(', '{', '[', 'if (a) {', 'f(', '#if A\n', '!', '*'], '(');
    return replaced(text, { start: at, end: at }, open.repeat(depth));
  },
  longLine: (text, random) => {
    const at = place(text, random);
    return replaced(
      text,
      { start: at, end: at },
      pick(random, ['x', 'f(x); ', 'a + ', '"a" ', '// '], 'x').repeat(50_000),
    );
  },
  onlyBytes: (_text, random) =>
    new TextDecoder('latin1').decode(
      Uint8Array.from({ length: random.below(20_000) }, () => random.below(256)),
    ),
  nothing: () => '',
};

function mutationNamed(random: Random, of: Readonly<Record<string, Mutation>>): [string, Mutation] {
  const entries = Object.entries(of);
  const entry = entries[random.below(entries.length)];
  if (entry === undefined) throw new Error('there are no mutations');
  return entry;
}

/** The text spoilt in one way. @returns the name of the way with it */
export function mutate(text: string, random: Random, material: Material): { name: string; text: string } {
  const [name, mutation] = mutationNamed(random, random.percent(8) ? WHOLE_MUTATIONS : MUTATIONS);
  return { name, text: mutation(text, random, material) };
}
