/** The reader of wasm memory sees what the library's own cursor sees, on good C, broken C and no C at all. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TreeCursor } from 'web-tree-sitter';
import { maskKernelC } from '../../../extension/analyzer/syntax/mask.ts';
import { type CParser, startParser } from '../../../extension/analyzer/syntax/parser.ts';
import type { RawNode } from '../../../extension/analyzer/syntax/raw.ts';
import { binaries } from '../analyse.ts';

const parser: CParser = await startParser(binaries());

/** A node in one line: type, field if known, offsets. */
type Line = string;

function byCursor(cursor: TreeCursor, depth: number, into: Line[]): void {
  into.push(line(depth, cursor.nodeType, cursor.currentFieldName ?? '', cursor.startIndex, cursor.endIndex));
  if (!cursor.gotoFirstChild()) return;
  do {
    if (cursor.nodeIsNamed && cursor.nodeType !== 'comment') byCursor(cursor, depth + 1, into);
  } while (cursor.gotoNextSibling());
  cursor.gotoParent();
}

function line(depth: number, type: string, field: string, start: number, end: number): Line {
  return `${' '.repeat(depth)}${type} ${field} ${start}-${end}`;
}

/** Both readings of one text; the cursor's without what the reader leaves out on purpose. */
function readings(text: string): { readonly own: Line[]; readonly cursor: Line[] } {
  return parser.withTree(maskKernelC(text), (tree) => {
    const own: Line[] = [];
    const cursor: Line[] = [];
    const walk = tree.walk();
    const visit = (node: RawNode, depth: number): void => {
      byNode(node, depth, own);
      node.kids.forEach((kid) => visit(kid, depth + 1));
    };
    visit(parser.reader.root(tree), 0);
    byCursor(walk, 0, cursor);
    walk.delete();
    return { own, cursor };
  });
}

function byNode(node: RawNode, depth: number, into: Line[]): void {
  into.push(line(depth, node.type, node.field, node.start, node.end));
}

/** The reader stops at leaves, and knows no fields where nobody asks for them; all else must be there. */
function expectSame({ own, cursor }: { readonly own: Line[]; readonly cursor: Line[] }): void {
  let at = 0;
  for (const seen of own) {
    const depth = seen.length - seen.trimStart().length;
    while (deeper(cursor[at], depth)) at++;
    const [, field = ''] = seen.trimStart().split(' ');
    expect(seen).toBe(withoutField(cursor[at], field !== ''));
    at++;
  }
  while (deeper(cursor[at], 0)) at++;
  expect(at).toBe(cursor.length);
}

function deeper(seen: Line | undefined, depth: number): boolean {
  return seen !== undefined && seen.length - seen.trimStart().length > depth;
}

function withoutField(seen: Line | undefined, keep: boolean): Line {
  return keep || seen === undefined ? (seen ?? '') : seen.replace(/^(\s*\S+) \S* /, '$1  ');
}

const EXAMPLE = join(import.meta.dirname, '../../../extension/example');
const SOURCES = readdirSync(EXAMPLE)
  .filter((name) => /\.[ch]$/.test(name))
  .map((name) => readFileSync(join(EXAMPLE, name), 'utf8'));

describe('the reader against the cursor', () => {
  test('the example driver', () => {
    for (const text of SOURCES) expectSame(readings(text));
  });

  test.each([
    ['a function', 'static struct page *f(struct ring *r)\n{\n\treturn r->page;\n}\n', 'body'],
    ['an alternative', 'void f(void)\n{\n\tif (a)\n\t\tb();\n\telse\n\t\tc();\n}\n', 'alternative'],
    ['a loop', 'void f(void)\n{\n\tfor (i = 0; i < n; i++)\n\t\tb();\n}\n', 'initializer'],
  ])('fields of %s', (_, text, field) => {
    const { own, cursor } = readings(text);
    expect(own.filter((seen) => seen.includes(` ${field} `))).not.toEqual([]);
    expect(own.filter((seen) => seen.includes(` ${field} `))).toEqual(
      cursor.filter((seen) => seen.includes(` ${field} `)),
    );
  });

  test('an alias: a member is no plain identifier', () => {
    const { own } = readings('void f(void)\n{\n\ta->b = c;\n}\n');
    expect(own.some((seen) => seen.trimStart().startsWith('field_identifier'))).toBe(true);
  });

  test('pieces cut out of it, glued together anew', () => {
    const piece = fc
      .record({ text: fc.constantFrom(...SOURCES), from: fc.nat(10_000), length: fc.nat(800) })
      .map(({ text, from, length }) => text.slice(from % text.length, (from % text.length) + length));
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 4 }), (pieces) => {
        expectSame(readings(pieces.join('\n')));
      }),
      { numRuns: 150 },
    );
  });

  test('any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expectSame(readings(text));
      }),
      { numRuns: 300 },
    );
  });

  test('a parser that is not the first of the process', async () => {
    const second = await startParser(binaries());
    second.withTree('int x;\n', (tree) => {
      expect(second.reader.root(tree).kids.map(({ type }) => type)).toEqual(['declaration']);
    });
  });

  test('memory that has grown since', () => {
    const long = `int a[] = { ${'1 + 2, '.repeat(300_000)} };\n`;
    parser.withTree(long, (tree) => {
      expect(parser.reader.root(tree).end).toBe(long.length);
    });
    expectSame(readings(SOURCES[0] ?? ''));
  });
});
