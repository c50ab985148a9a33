/** The length of JSON that is never written. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonSize } from '../../../simulator/contract/json-size.ts';

/** Without empty lists and objects, which JSON puts on one line. */
const data = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { minLength: 1, maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { minKeys: 1, maxKeys: 4 }),
  ),
}));

test('is what JSON.stringify writes', () => {
  fc.assert(
    fc.property(data.value, fc.constantFrom(1, 2), (value, indent) => {
      expect(jsonSize(value, indent)).toBe(JSON.stringify(value, null, indent).length);
    }),
  );
});

test('takes the time of the objects, not of their places', () => {
  let tree: unknown = 'leaf';
  for (let i = 0; i < 200; i++) tree = [tree, tree];
  expect(jsonSize(tree)).toBeGreaterThan(2 ** 200);
});
