/** Items of a file do not depend on which pieces were parsed together. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readItems, type PlacedItem } from '../../../../extension/analyzer/syntax/items/file-items.ts';
import { startParser } from '../../../../extension/analyzer/syntax/parser.ts';
import { cutPieces } from '../../../../extension/analyzer/syntax/pieces.ts';
import { binaries } from '../../analyse.ts';

const parser = await startParser(binaries());

const EXAMPLE = join(import.meta.dirname, '../../../../extension/example');
const SOURCES = readdirSync(EXAMPLE)
  .filter((name) => /\.[ch]$/.test(name))
  .map((name) => readFileSync(join(EXAMPLE, name), 'utf8'));

function together(text: string): readonly PlacedItem[] {
  return readItems(parser, text, cutPieces(text).list, null).items;
}

function oneByOne(text: string): readonly PlacedItem[] {
  return cutPieces(text).list.flatMap((piece) => readItems(parser, text, [piece], null).items);
}

function names(text: string): string[] {
  return together(text).map(({ item }) => (item.k === 'function' ? item.name : item.k));
}

describe('pieces parsed together', () => {
  test('the example driver reads as piece by piece', () => {
    for (const text of SOURCES) {
      const items = together(text);
      expect(items.length).toBeGreaterThan(3);
      expect(items).toEqual(oneByOne(text));
    }
  });

  test('a function that cannot be read leaves its neighbours whole', () => {
    const broken = 'void f(void)\n{\n\ta = ;\n\tb ( { ;\n}\n';
    expect(
      names(`int before(void)\n{\n\treturn 0;\n}\n${broken}int after(void)\n{\n\treturn 1;\n}\n`),
    ).toContain('before');
    const text = `int before(void)\n{\n\treturn 0;\n}\nint x = = 3;\nint after(void)\n{\n\treturn 1;\n}\n`;
    expect(names(text).filter((n) => n === 'before' || n === 'after')).toEqual(['before', 'after']);
    expect(together(text)).toEqual(oneByOne(text));
  });

  test('an open conditional does not reach the next piece', () => {
    const text = 'struct a {\n#ifdef X\n\tint b;\n};\n\nint f(void)\n{\n\treturn 0;\n}\n';
    expect(together(text)).toEqual(oneByOne(text));
    expect(names(text)).toContain('f');
  });

  test('parts of it, cut anywhere and glued together', () => {
    const part = fc
      .record({ text: fc.constantFrom(...SOURCES), from: fc.nat(10_000), length: fc.nat(1500) })
      .map(({ text, from, length }) => text.slice(from % text.length, (from % text.length) + length));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
        const text = parts.join('\n');
        expect(together(text)).toEqual(oneByOne(text));
      }),
      { numRuns: 200 },
    );
  });
});
