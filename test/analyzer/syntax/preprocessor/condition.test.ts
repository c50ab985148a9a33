/** Conditions of `#if` with some names known and others not. */
import { expect, test } from 'vitest';
import {
  evaluate,
  type MacroState,
  UNDEFINED,
  UNKNOWN,
} from '../../../../extension/analyzer/syntax/preprocessor/condition.ts';

const MACROS: Record<string, MacroState> = {
  LINUX_VERSION_CODE: { kind: 'defined', params: null, body: String((7 << 16) + (3 << 8)) },
  ONE: { kind: 'defined', params: null, body: '1' },
  EMPTY: { kind: 'defined', params: null, body: '' },
  SELF: { kind: 'defined', params: null, body: 'SELF' },
  TWICE: { kind: 'defined', params: ['x'], body: '((x) * 2)' },
  SINCE: {
    kind: 'defined',
    params: ['a', 'b', '...'],
    body: '(LINUX_VERSION_CODE >= KERNEL_VERSION(a, b, (0, ##__VA_ARGS__)))',
  },
  MAINLINE: { kind: 'defined', params: ['v', 'more...'], body: '(!RHEL && SINCE(v, ## more))' },
  HAS: { kind: 'defined', params: ['x'], body: 'defined(CONFIG_ ## x ## _MODULE)' },
  ASKS: { kind: 'defined', params: ['x'], body: 'IS_ENABLED(x)' },
  THERE: { kind: 'defined', params: null, body: null },
  CONFIG_B_MODULE: { kind: 'defined', params: null, body: '1' },
  CONFIG_B: UNDEFINED,
  RHEL: UNDEFINED,
  BOMB: { kind: 'defined', params: null, body: 'BOMB1 + BOMB1' },
  ...Object.fromEntries(
    Array.from({ length: 30 }, (_, i): [string, MacroState] => [
      `BOMB${i}`,
      { kind: 'defined', params: null, body: `BOMB${i + 1} + BOMB${i + 1}` },
    ]),
  ),
};
const lookup = (name: string): MacroState => MACROS[name] ?? UNKNOWN;

test.each([
  ['0', 0],
  ['1 /* x */', null],
  ['0x10 == 16 && 017 != 16', 1],
  ['LINUX_VERSION_CODE >= KERNEL_VERSION(4, 6, 0)', 1],
  ['( LINUX_VERSION_CODE < KERNEL_VERSION(4,6,300) )', 0],
  ['KERNEL_VERSION(2, 6, 300) == KERNEL_VERSION(2, 6, 255)', 1],
  ['defined(ONE) && !defined RHEL', 1],
  ['defined(NOBODY)', null],
  ['defined(THERE)', 1],
  ['THERE > 1', null],
  ['NOBODY && 0', 0],
  ['NOBODY || ONE', 1],
  ['NOBODY || RHEL', null],
  ['RHEL >= 5', 0],
  ['RHEL && RHEL_VERSION(8, 1)', 0],
  ['TWICE(ONE + 2) == 6', 1],
  ['SINCE(7, 3)', 1],
  ['SINCE(7, 3, 1) || SINCE(7, 4)', 0],
  ['SINCE(7)', null],
  ['MAINLINE(5, 12)', 1],
  ['MAINLINE(7, 3, 1)', 0],
  ['MAINLINE(7)', null],
  ['HAS(B)', 1],
  ['ASKS(CONFIG_B)', 1],
  ['(0, 2) == 2', 1],
  ['IS_ENABLED(CONFIG_B)', 1],
  ['IS_BUILTIN(CONFIG_B)', 0],
  ['IS_MODULE(CONFIG_B)', 1],
  ['IS_ENABLED(CONFIG_NOBODY)', null],
  ['ONE ? 3 : NOBODY', 3],
  ['SELF', 0],
  ['1 << 4 | 1', 17],
  ['1 / 0', null],
  ['-1 < 0', 1],
  ['(1', null],
  ['1 2', null],
  ['', null],
  ['EMPTY', null],
  ['BOMB', null],
  ["'a' == 97", null],
])('%s', (text, value) => {
  expect(evaluate(text, lookup)).toBe(value);
});

test('what nobody writes costs nothing', () => {
  expect(evaluate('('.repeat(100_000), lookup)).toBeNull();
  expect(evaluate(`${'1 + '.repeat(100_000)}1`, lookup)).toBeNull();
});
