/** Positions that the server tells are those of the protocol, whatever ends the lines. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { toRange } from '../../extension/server/documents.ts';

const text = fc.string({
  unit: fc.constantFrom('a', ' ', '\t', '\n', '\n', '\r\n', '\r', '\u00e9', '\u{1f427}'),
  maxLength: 80,
});

test('ranges are what the document says', () => {
  fc.assert(
    fc.property(text, fc.boolean(), fc.nat(100), fc.nat(100), (raw, plain, start, end) => {
      const document = TextDocument.create('file:///a.c', 'c', 1, plain ? raw.replaceAll('\r', '') : raw);
      expect(toRange(document, { start, end })).toEqual({
        start: document.positionAt(start),
        end: document.positionAt(end),
      });
    }),
    { seed: 11, numRuns: 500 },
  );
});

test('a document that is changed in place is read again', () => {
  const document = TextDocument.create('file:///a.c', 'c', 1, 'a\nb');
  expect(toRange(document, { start: 2, end: 3 }).start).toEqual({ line: 1, character: 0 });
  TextDocument.update(document, [{ text: 'a\n\nb' }], 2);
  expect(toRange(document, { start: 3, end: 4 }).start).toEqual({ line: 2, character: 0 });
});
