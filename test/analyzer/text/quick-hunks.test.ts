/** Diffs of texts with thousands of changes: they say how to get from one text to the other, and cost the time of their length. */
import { applyPatch, formatPatch } from 'diff';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quickHunks } from '../../../extension/analyzer/text/quick-hunks.ts';
import { unifiedDiff } from '../../../extension/analyzer/text/unified-diff.ts';

const line = fc.constantFrom('{\n', '}\n', '\n', 'a\n', 'b\n', 'c\n', 'struct page *p;\n');
const text = fc
  .tuple(fc.array(line, { maxLength: 60 }), fc.constantFrom('', 'the end'))
  .map(([lines, end]) => lines.join('') + end);

function applied(before: string, after: string): string | false {
  const headers = { oldHeader: undefined, newHeader: undefined };
  const hunks = quickHunks(before, after, 3);
  const patch = formatPatch({ oldFileName: 'a/x', newFileName: 'b/x', ...headers, hunks });
  return hunks.length === 0 ? before : applyPatch(before, patch);
}

test('what the hunks make of a text is the other one', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      expect(applied(before, after)).toBe(after);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('hunks do not overlap, and keep three lines around each change', () => {
  const before = Array.from({ length: 40 }, (_, i) => `${i}\n`);
  const after = before.map((each, i) => (i === 5 || i === 12 || i === 30 ? 'new\n' : each));
  const hunks = quickHunks(before.join(''), after.join(''), 3);
  expect(
    hunks.map(({ oldStart, oldLines, newStart, newLines }) => [oldStart, oldLines, newStart, newLines]),
  ).toEqual([
    [3, 7, 3, 7],
    [10, 7, 10, 7],
    [28, 7, 28, 7],
  ]);
});

test('a converted file of thousands of functions is told in hunks of one change each', () => {
  const many = (type: string): string =>
    Array.from({ length: 6000 }, (_, i) => `${type}foo_${i}(int x)\n{\n\treturn ${i};\n}\n\n`).join('');
  const patch = unifiedDiff('foo.c', many('struct page *'), many('netmem_ref '));
  expect(patch.match(/^\+(?!\+)/gm)).toHaveLength(6000);
  expect(patch.match(/^-(?!-)/gm)).toHaveLength(6000);
  expect(applyPatch(many('struct page *'), patch)).toBe(many('netmem_ref '));
});
