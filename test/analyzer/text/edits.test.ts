/** Edits come back byte for byte, overlaps are refused whole, and git takes the diff. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyEdits, type Edit, invertEdits } from '../../../extension/analyzer/text/edits.ts';
import { LineIndex } from '../../../extension/analyzer/text/line-index.ts';
import { unifiedDiff } from '../../../extension/analyzer/text/unified-diff.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'ä', '\n', '\t', '\r', '{', '𝄞'), maxLength: 60 });

/** A text and edits that do not overlap, in any order. */
const edited = text.chain((before) =>
  fc
    .uniqueArray(fc.integer({ min: 0, max: before.length }), { maxLength: 8 })
    .chain((cuts) =>
      fc.tuple(fc.constant(cuts.sort((a, b) => a - b)), fc.array(text, { minLength: 4, maxLength: 4 })),
    )
    .map(([cuts, texts]) => {
      const edits: Edit[] = [];
      for (let i = 0; i + 1 < cuts.length; i += 2)
        edits.push({ range: { start: cuts[i] ?? 0, end: cuts[i + 1] ?? 0 }, newText: texts[i / 2] ?? '' });
      return { before, edits: edits.reverse() };
    }),
);

test('applying and undoing gives the text back', () => {
  fc.assert(
    fc.property(edited, ({ before, edits }) => {
      const after = applyEdits(before, edits);
      if (!after.ok) throw new Error('edits that do not overlap were refused');
      const back = applyEdits(after.text, invertEdits(before, edits));
      expect(back).toEqual({ ok: true, text: before });
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('overlapping edits and edits outside are refused whole', () => {
  const overlap = applyEdits('abcdef', [
    { range: { start: 0, end: 3 }, newText: 'x' },
    { range: { start: 2, end: 4 }, newText: 'y' },
  ]);
  expect(overlap).toEqual({ ok: false, reason: 'overlap', range: { start: 2, end: 4 } });
  expect(applyEdits('abc', [{ range: { start: 2, end: 9 }, newText: '' }]).ok).toBe(false);
});

test('insertions at one place keep their order', () => {
  const at = { start: 1, end: 1 };
  expect(
    applyEdits('ac', [
      { range: at, newText: 'b' },
      { range: at, newText: 'B' },
    ]),
  ).toEqual({ ok: true, text: 'abBc' });
});

test('offsets and positions are each other’s inverse', () => {
  fc.assert(
    fc.property(text, (sample) => {
      const index = new LineIndex(sample);
      for (let offset = 0; offset <= sample.length; offset++)
        expect(index.offset(index.position(offset))).toBe(offset);
    }),
    { seed: 1 },
  );
});

test.each([
  ['a changed line', 'a\nb\nc\n', 'a\nB\nc\n'],
  ['no newline at the end', 'a\nb', 'a\nB'],
  ['a newline added at the end', 'a\nb', 'a\nb\n'],
  ['carriage returns', 'a\r\nb\r\n', 'a\r\nB\r\n'],
  ['lines that look like headers', '--- x\n+++ y\n', '--- x\n+++ z\n'],
])('git applies the diff of %s', (_, before, after) => {
  const folder = mkdtempSync(join(tmpdir(), 'diff-'));
  try {
    writeFileSync(join(folder, 'f.c'), before);
    const git = (...args: string[]): void => {
      execFileSync('git', args, {
        cwd: folder,
        input: unifiedDiff('f.c', before, after),
        stdio: ['pipe', 'ignore', 'pipe'],
      });
    };
    git('apply', '-');
    expect(readFileSync(join(folder, 'f.c'), 'utf8')).toBe(after);
    git('apply', '-R', '-');
    expect(readFileSync(join(folder, 'f.c'), 'utf8')).toBe(before);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('hunks carry the function above them, as git has it for C', () => {
  const body = Array.from({ length: 12 }, (_, i) => `\tx(${i});\n`).join('');
  const source = `#define A 1\nstatic int first(void)\n{\n${body}out:\n${body}}\nint last;\n`;
  const diff = unifiedDiff('f.c', source, source.replaceAll('x(11)', 'y(11)').replace('A 1', 'A 2'));
  expect(diff.match(/^@@.*$/gm)).toEqual([
    '@@ -1,4 +1,4 @@',
    '@@ -12,7 +12,7 @@ static int first(void)',
    '@@ -25,6 +25,6 @@ static int first(void)',
  ]);
});

test('no change, no diff', () => {
  expect(unifiedDiff('f.c', 'same\n', 'same\n')).toBe('');
});
