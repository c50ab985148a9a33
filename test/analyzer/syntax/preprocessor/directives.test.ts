/** Directives of a file, and that an edit gives those of a fresh look. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  findDirectives,
  findDirectivesAgain,
} from '../../../../extension/analyzer/syntax/preprocessor/directives.ts';

const said = (text: string): string[] =>
  findDirectives(text).list.map(({ word, rest }) => `${word} ${rest}`.trim());

describe('directives', () => {
  test.each([
    ['#if A /* why */ && B // so\n', ['if A   && B']],
    ['#if A && \\\n\tB\nint x;\n', ['if A &&  \tB']],
    [' # define A(x) x\n', ['define A(x) x']],
    ['/*\n#if A\n*/\n#endif\n', ['endif']],
    ['x = "\\\n#if A";\n', []],
    ["c = '#';\n#else\n", ['else']],
    ['a # b\n', []],
    ['// #if\n#pragma once\n', ['other once']],
  ])('%j', (text, expected) => {
    expect(said(text)).toEqual(expected);
  });

  test('after edits they are those of a fresh look, and the same list if the lines say the same', () => {
    const part = fc.constantFrom(
      ...[
        '#if A\n',
        '#else\n',
        '#endif\n',
        '#define B 1\n',
        '/*',
        '*/',
        '"',
        "'",
        '\n',
        'x = 1;\n',
        '\\\n',
        '//',
      ],
    );
    const texts = fc.array(part, { maxLength: 14 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(texts, fc.nat(), fc.nat(), texts, (text, at, cut, more) => {
        const from = at % (text.length + 1);
        const to = Math.min(text.length, from + (cut % 12));
        const edited = text.slice(0, from) + more + text.slice(to);
        const known = findDirectives(text);
        const again = findDirectivesAgain(text, known, edited);
        expect(again).toEqual(findDirectives(edited));
        if (JSON.stringify(again.list) === JSON.stringify(known.list) && known.list.length > 0)
          expect(again.list).toBe(known.list);
      }),
      { seed: 3, numRuns: 3000 },
    );
  });
});
