/** The table of switches names source that is there; `npm run test:switches` shows that each is noticed. */
import { expect, test } from 'vitest';
import { switchedOff } from './switched.mjs';
import { SWITCHES } from './switches.mjs';

test.each(SWITCHES.map((turned) => [turned.behaviour, turned] as const))(
  '%s can be switched off',
  (_, turned) => {
    const source = switchedOff(turned);
    expect(source.ok ? '' : source.problem).toBe('');
  },
);

test('no behaviour is named twice', () => {
  expect(new Set(SWITCHES.map(({ behaviour }) => behaviour)).size).toBe(SWITCHES.length);
});
