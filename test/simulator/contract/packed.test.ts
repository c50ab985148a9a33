/** Packed data: the same comes out, what is the same is shared, and untrusted text is turned down. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packData, unpackData } from '../../../simulator/contract/packed.ts';
import { referenceDriver } from '../../../simulator/scenarios/reference-driver.ts';

test('what is packed comes out again, whatever it is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (data) => {
      // JSON knows no negative zero.
      expect(unpackData(packData(data))).toEqual(JSON.parse(JSON.stringify(data)));
    }),
  );
});

test('names that look alike side by side stay apart', () => {
  const data = [{}, { '': 1 }, { 'a,b': 1 }, { a: 1, b: 2 }];
  expect(unpackData(packData(data))).toEqual(data);
});

test('more parts than fit into characters', () => {
  const data = Array.from({ length: 40_000 }, (_, i) => ({ i, pair: [i % 7, i + 0.5] }));
  expect(unpackData(packData(data))).toEqual(data);
});

test('a driver model takes less than half of its JSON', () => {
  const { model } = referenceDriver();
  const json = JSON.stringify(model);
  const packed = packData(model);
  expect(packed.length).toBeLessThan(json.length / 2);
  const back = unpackData(packed);
  expect(JSON.stringify(back)).toBe(json);
});

test('equal parts are shared', () => {
  const back = unpackData(packData([{ a: [1] }, { a: [1] }]));
  expect(Array.isArray(back) && back[0] === back[1]).toBe(true);
});

test.each([
  ['no JSON', '{'],
  ['nothing', 'null'],
  ['other data', '{"name":"x"}'],
  ['a record with too few values', '{"shapes":[["a"]],"parts":[[1]]}'],
])('%s is not packed data', (_, text) => {
  expect(unpackData(text)).toBeUndefined();
});
