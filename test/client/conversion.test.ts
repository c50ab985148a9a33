import { expect, test } from 'vitest';
import { firstTicked, mergeConversions } from '../../extension/client/conversion.ts';
import type { Conversion, ConversionEdit } from '../../extension/server/protocol.ts';

const A = 'file:///d/a.c';
const B = 'file:///d/b.c';

function conversion(uri: string, before: string, ...edits: [number, number, string][]): Conversion {
  const list: ConversionEdit[] = edits.map(([start, end, newText]) => ({ start, end, newText, reason: '' }));
  return { id: '', title: '', applicability: 'safe', refusals: [], files: [{ uri, before, edits: list }] };
}

function texts(chosen: readonly Conversion[]) {
  const merged = mergeConversions(chosen);
  return merged.ok ? merged.files.map(({ uri, after }) => [uri, after]) : merged.error;
}

test('conversions of the same file are laid over each other, in the order of the text', () => {
  const later = conversion(A, 'one two three', [8, 13, '3']);
  const earlier = conversion(A, 'one two three', [0, 3, '1'], [4, 4, 'and ']);
  expect(texts([later, earlier])).toEqual([[A, '1 and two 3']]);
});

test('what several conversions agree on is changed once', () => {
  const both = conversion(A, 'x', [0, 1, 'y']);
  expect(texts([both, both, conversion(B, 'b', [1, 1, '!'])])).toEqual([
    [A, 'y'],
    [B, 'b!'],
  ]);
});

test('conversions that want different things of one place are refused, with the place', () => {
  const clash = [conversion(A, 'a\nbcd', [2, 4, 'x']), conversion(A, 'a\nbcd', [3, 5, 'y'])];
  expect(texts(clash)).toMatch(/^a\.c:2: /);
});

test('safe conversions are ticked at first, others only if they were asked for alone', () => {
  const safe = conversion(A, 'x', [0, 1, 'y']);
  const unsafe: Conversion = { ...safe, applicability: 'unsafe' };
  expect(firstTicked([safe, unsafe])).toEqual([safe]);
  expect(firstTicked([unsafe])).toEqual([unsafe]);
});

test('nothing chosen changes nothing', () => {
  expect(texts([])).toEqual([]);
});
