/** Macros expanded in a text, and where each part of the result comes from. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expandMacros, type Macro } from '../../../../extension/analyzer/syntax/preprocessor/expand.ts';

function macros(...heads: readonly string[]): (name: string) => Macro | null {
  const table = new Map(
    heads.map((head): [string, Macro] => {
      const [, name = '', params, body = ''] = /^(\w+)(?:\(([^)]*)\))? ?([^]*)$/.exec(head) ?? [];
      const all =
        params
          ?.split(',')
          .map((p) => p.trim())
          .filter((p) => p !== '') ?? null;
      const last = all?.at(-1) ?? '';
      const rest = last.endsWith('...') ? (last === '...' ? '__VA_ARGS__' : last.slice(0, -3)) : null;
      return [name, { name, params: rest === null ? all : (all?.slice(0, -1) ?? null), rest, body }];
    }),
  );
  return (name) => table.get(name) ?? null;
}

const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();

describe('expansion', () => {
  test.each([
    ['x = A;', ['A b'], 'x = b ;'.replace(' ;', ';')],
    ['F(1, (2, 3));', ['F(a, b) a + b'], '1 + ( 2 , 3 );'],
    ['F;', ['F(a) a'], null],
    ['F (1);', ['F(a) [a]'], '[ 1 ];'],
    ['F(G(1));', ['F(a) f(a)', 'G(b) g(b)'], 'f ( g ( 1 ) );'],
    ['A;', ['A B', 'B A'], 'A;'],
    ['F(F(1));', ['F(a) F(a + 1)'], 'F ( F ( 1 + 1 ) + 1 );'],
    ['P(rx);', ['P(n) q_##n(ring)'], 'q_rx ( ring );'],
    ['P(40BIT);', ['P(n) bit(FLAG_##n)'], 'bit ( FLAG_40BIT );'],
    ['P(, x);', ['P(a, b) a##b'], 'x;'],
    ['S(a b);', ['S(x) f(#x)'], 'f ( "" );'],
    ['L("x");', ['L(f, ...) p(f, ##__VA_ARGS__)'], 'p ( "x" );'],
    ['L("x", 1, 2);', ['L(f, ...) p(f, ##__VA_ARGS__)'], 'p ( "x" , 1 , 2 );'],
    ['L("x", 1);', ['L(f, args...) p(f, args)'], 'p ( "x" , 1 );'],
    ['a A b;', ['A'], 'a b;'],
    ['"A" /* A */ x;', ['A b'], null],
    ['0xA;', ['A b', 'xA c'], null],
    ['#define A\n', ['A b'], null],
    ['F(1', ['F(a) a'], null],
  ] as const)('%s %j', (text, heads, expected) => {
    const made = expandMacros(text, macros(...heads));
    expect(made === null ? null : plain(made.text)).toBe(expected);
  });

  test('what grows without end is left alone', () => {
    const heads = Array.from({ length: 40 }, (_, i) => `A${i} A${i + 1} A${i + 1}`);
    expect(expandMacros('A0;', macros(...heads))).toBeNull();
    expect(plain(expandMacros('F(F);', macros('F(x) x(F)'))?.text ?? '')).toBe('F ( F );');
  });
});

/** The place that the result's `part` comes from. */
function from(text: string, heads: readonly string[], part: string): string {
  const made = expandMacros(text, macros(...heads));
  if (made === null) throw new Error('nothing was expanded');
  const at = made.text.indexOf(part);
  expect(at).toBeGreaterThanOrEqual(0);
  const { start, end } = made.origin(at, at + part.length);
  return text.slice(start, end);
}

describe('origins', () => {
  test.each([
    ['x = F(page, 1) + y;', ['F(p, n) build(p, n)'], 'page', 'page'],
    ['x = F(page, 1) + y;', ['F(p, n) build(p, n)'], 'build', 'F(page, 1)'],
    ['x = F(page, 1) + y;', ['F(p, n) build(p, n)'], 'build ( page , 1 )', 'F(page, 1)'],
    ['x = F(page, 1) + y;', ['F(p, n) build(p, n)'], 'y', 'y'],
    ['x = F(page, 1) + y;', ['F(p, n) build(p, n)'], 'x = build ( page , 1 ) + y', 'x = F(page, 1) + y'],
    ['x = F(a->b + c);', ['F(p) g(p)'], 'a -> b + c', 'a->b + c'],
    ['x = F(a + G(b));', ['F(p) f(p)', 'G(q) g(q)'], 'g ( b )', 'G(b)'],
    ['x = F(a + G(b));', ['F(p) f(p)', 'G(q) g(q)'], 'a + g ( b )', 'a + G(b)'],
    ['x = F(a + G(b));', ['F(p) f(p)', 'G(q) g(q)'], 'b', 'b'],
    ['x = F(a);', ['F(p) G(p)', 'G(q) g(q)'], 'g', 'F(a)'],
    ['x = F(a);', ['F(p) G(p)', 'G(q) g(q)'], 'a', 'a'],
  ] as const)('%s %j: %s comes from %s', (text, heads, part, expected) => {
    expect(from(text, heads, part)).toBe(expected);
  });

  test('of any range lies in the text, in order', () => {
    const word = fc.constantFrom(
      'F(a)',
      'G(b, c)',
      'A',
      'x',
      '+',
      '(',
      ')',
      ',',
      ';',
      '\n',
      'F(G(1, 2))',
      '/* A */',
    );
    const known = macros('F(p) f(p)', 'G(p, q) q g(p, q)', 'A one two');
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), fc.nat(), fc.nat(), (words, at, length) => {
        const text = words.join(' ');
        const made = expandMacros(text, known);
        if (made === null) return;
        const start = at % (made.text.length + 1);
        const end = Math.min(made.text.length, start + (length % 20));
        const found = made.origin(start, end);
        expect(found.start).toBeGreaterThanOrEqual(0);
        expect(found.end).toBeLessThanOrEqual(text.length + 1);
        expect(found.start).toBeLessThanOrEqual(found.end);
      }),
      { seed: 5, numRuns: 2000 },
    );
  });
});
