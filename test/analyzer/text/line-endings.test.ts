import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keepLineEndings } from '../../../extension/analyzer/text/line-endings.ts';

describe('an edited text', () => {
  test.each([
    ['of line feeds keeps them', 'a\nb\n', 'a\nB\nc\n', 'a\nB\nc\n'],
    ['of DOS ends gets them everywhere', 'a\r\nb\r\n', 'a\r\nB\nc\r\n', 'a\r\nB\r\nc\r\n'],
    ['of both keeps each line’s own', 'a\r\nb\nc\r\n', 'a\r\nb\nc\r\n', 'a\r\nb\nc\r\n'],
    ['of both gives a replaced line the end of the old one', 'a\nb\r\nc\n', 'a\nB\nc\n', 'a\nB\r\nc\n'],
    [
      'of both gives a new line the end of the one before',
      'a\r\nb\nc\n',
      'a\r\nnew\nb\nc\n',
      'a\r\nnew\r\nb\nc\n',
    ],
    ['of both may end without one', 'a\r\nb\nc', 'a\r\nb\nC', 'a\r\nb\nC'],
  ])('%s', (_, before, after, expected) => {
    expect(keepLineEndings(before, after)).toBe(expected);
  });

  const lines = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', ''), fc.constantFrom('\n', '\r\n')));
  test('says the same, whatever its ends', () => {
    const bare = (text: string): string => text.replaceAll('\r\n', '\n');
    fc.assert(
      fc.property(lines, lines, (one, other) => {
        const [before, after] = [one, other].map((all) => all.flat().join(''));
        expect(bare(keepLineEndings(before ?? '', after ?? ''))).toBe(bare(after ?? ''));
        expect(keepLineEndings(before ?? '', before ?? '')).toBe(before);
      }),
    );
  });
});
