import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WordMap } from '../../../../extension/analyzer/model/reading/word-map.ts';

test('a word map answers as a plain map does, for words it holds and words it does not', () => {
  const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  fc.assert(
    fc.property(fc.array(fc.tuple(word, fc.nat())), fc.array(word), (held, asked) => {
      const plain = new Map(held);
      const map = new WordMap<number>();
      for (const [w, value] of held) map.set(w, value);
      for (const w of [...plain.keys(), ...asked, ...[...plain.keys()].map((k) => k ^ (1 << 20))]) {
        expect(map.get(w)).toBe(plain.get(w));
        expect(map.has(w)).toBe(plain.has(w));
      }
    }),
  );
});
