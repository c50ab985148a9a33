/** Which lines of a driver are compiled: what is left of the texts when the rest is blank. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  knownMacros,
  type KnownBuild,
} from '../../../../extension/analyzer/syntax/preprocessor/known-macros.ts';
import { Preprocessor } from '../../../../extension/analyzer/syntax/preprocessor/preprocessor.ts';

const VERSION = { version: 7, patchlevel: 3, sublevel: 0 };
const nothing: KnownBuild = { version: VERSION, config: null, defines: new Map<string, string | null>() };

function active(files: Record<string, string>, build = nothing): Record<string, string> {
  const sources = Object.entries(files).map(([path, text]) => ({ path, text }));
  const found = new Preprocessor(knownMacros(build)).run(sources);
  return Object.fromEntries(
    sources.map(({ path, text }, i) => {
      const left = found[i]?.text ?? '';
      expect(left.length).toBe(text.length);
      return [
        path,
        left
          .split('\n')
          .map((line) => line.trimEnd())
          .filter((line) => line !== '')
          .join('\n'),
      ];
    }),
  );
}

const one = (text: string, build = nothing): string => active({ 'a.c': text }, build)['a.c'] ?? '';

describe('what is compiled of one file', () => {
  test.each([
    ['zero', '#if 0\na\n#else\nb\n#endif\n', 'b'],
    ['one', '#if 1\na\n#else\nb\n#endif\nc\n', 'a\nc'],
    ['an older kernel', '#if LINUX_VERSION_CODE < KERNEL_VERSION(4, 6, 0)\na\n#endif\nb\n', 'b'],
    ['the first that holds', '#if 0\na\n#elif 1\nb\n#elif 1\nc\n#else\nd\n#endif\n', 'b'],
    ['nothing known', '#ifdef X\na\n#else\nb\n#endif\n', '#ifdef X\na\n#else\nb\n#endif'],
    ['some known', '#if 0\na\n#elif X\nb\n#else\nc\n#endif\n', '#if   X\nb\n#else\nc\n#endif'],
    [
      'nothing behind what holds',
      '#ifdef X\na\n#elif 1\nb\n#else\nc\n#endif\n',
      '#ifdef X\na\n#elif 1\nb\n#endif',
    ],
    ['nested in nothing', '#if 0\n#ifdef X\na\n#endif\n#else\nb\n#endif\n', 'b'],
    ['defined before', '#define X\n#ifdef X\na\n#else\nb\n#endif\n', '#define X\na'],
    ['defined and undefined', '#define X\n#undef X\n#ifdef X\na\n#endif\nb\n', '#define X\n#undef X\nb'],
    ['defined behind', '#ifdef X\na\n#endif\n#define X\n', '#define X'],
    ['a value of the driver', '#define V 3\n#if V > 2\na\n#endif\n', '#define V 3\na'],
    [
      'a definition nobody knows of',
      '#ifdef X\n#define Y\n#endif\n#ifdef Y\na\n#endif\n',
      '#ifdef X\n#define Y\n#endif\n#ifdef Y\na\n#endif',
    ],
    [
      'a definition in both arms',
      '#ifdef X\n#define Y 1\n#else\n#define Y 2\n#endif\n#ifdef Y\na\n#endif\n',
      '#ifdef X\n#define Y 1\n#else\n#define Y 2\n#endif\na',
    ],
    [
      'what falls back',
      '#ifndef F\n#define F 1\n#endif\n#ifdef F\na\n#endif\n',
      '#ifndef F\n#define F 1\n#endif\na',
    ],
    ['other systems', '#ifdef __FreeBSD__\na\n#endif\n#ifdef __linux__\nb\n#endif\n', 'b'],
    [
      'distributions',
      '#if RHEL_RELEASE_CODE && RHEL_RELEASE_CODE >= RHEL_RELEASE_VERSION(8, 1)\na\n#endif\nb\n',
      'b',
    ],
    [
      'zero where nobody else has a value',
      '#ifndef F\n#define F 0\n#endif\n#if F\na\n#else\nb\n#endif\n',
      '#ifndef F\n#define F 0\n#endif\nb',
    ],
    ['the option that drivers select', '#ifdef CONFIG_PAGE_POOL\na\n#else\nb\n#endif\n', 'a'],
    ['no end', '#if 0\na\n', ''],
    ['an end too many', '#endif\na\n', '#endif\na'],
    ['CRLF', '#if 0\r\na\r\n#endif\r\nb\r\n', 'b'],
  ])('%s', (_, text, left) => {
    expect(one(text)).toBe(left);
  });

  test('options: unknown without a configuration, else as it says, and the user over both', () => {
    const text =
      '#ifdef CONFIG_A\na\n#endif\n#if IS_ENABLED(CONFIG_B)\nb\n#endif\n#ifdef CONFIG_C\nc\n#endif\n';
    expect(one(text)).toBe(text.trimEnd());
    const config = new Map([
      ['CONFIG_A', 'y'],
      ['CONFIG_B', 'm'],
    ]);
    expect(one(text, { ...nothing, config })).toBe('a\nb');
    const defines = new Map([
      ['CONFIG_A', null],
      ['CONFIG_C', '1'],
    ]);
    expect(one(text, { ...nothing, config, defines })).toBe('b\nc');
    const flags = new Map([
      ['CONFIG_A', '1'],
      ['CONFIG_C', '1'],
      ['CONFIG_B', null],
    ]);
    expect(one(text, { ...nothing, flags, defines })).toBe('#if IS_ENABLED(CONFIG_B)\nb\n#endif\nc');
  });

  test('macros that headers of the tree define', () => {
    const text = '#ifndef F_TC\n#define F_TC 0\n#endif\n#ifdef F_TC\na\n#endif\n#if F_TC > 1\nb\n#endif\n';
    const found = new Preprocessor(knownMacros(nothing, (name) => name === 'F_TC')).run([
      { path: 'a.c', text },
    ]);
    expect(found[0]?.text.replace(/\s+/g, ' ').trim()).toBe('a #if F_TC > 1 b #endif');
  });
});

describe('headers', () => {
  test('are walked where they are included, and their guards hold', () => {
    const files = {
      'd/a.c': '#include "d.h"\n#ifdef HAS\na\n#else\nb\n#endif\n',
      'd/d.h':
        '#ifndef D_H\n#define D_H\n#if LINUX_VERSION_CODE > KERNEL_VERSION(5, 0, 0)\n#define HAS\n#endif\n#endif\n',
    };
    const left = active(files);
    expect(left['d/a.c']).toBe('#include "d.h"\na');
    expect(left['d/d.h']).toContain('#define HAS');
  });

  test('the guard of one may have a value', () => {
    const files = {
      'a.c': '#include "h.h"\n#ifdef HAS\na\n#endif\n',
      'h.h': '#ifndef H_H\n#define H_H 1\n#define HAS\n#endif\n',
    };
    expect(active(files)['a.c']).toBe('#include "h.h"\na');
  });

  test('a C file that another includes is read there', () => {
    const files = { 'a.c': '#define A\n#include "b.c"\n', 'b.c': '#ifdef A\na\n#else\nb\n#endif\n' };
    expect(active(files)['b.c']).toBe('a');
  });

  test('an arm that two sources see otherwise is an alternative', () => {
    const files = {
      'a.c': '#define A\n#include "h.h"\n',
      'b.c': '#include "h.h"\n',
      'h.h': '#ifdef A\na\n#else\nb\n#endif\n',
    };
    expect(active(files)['h.h']).toBe('#ifdef A\na\n#else\nb\n#endif');
    expect(active({ 'a.c': files['a.c'], 'h.h': files['h.h'] })['h.h']).toBe('a');
  });

  test('one that may not be included leaves nothing certain', () => {
    const files = {
      'a.c': '#ifdef X\n#include "h.h"\n#endif\n#ifdef HAS\na\n#endif\n',
      'h.h': '#define HAS\n',
    };
    expect(active(files)['a.c']).toContain('#ifdef HAS');
  });
});

test('after edits of directives it is what a fresh walk says', () => {
  const line = fc.constantFrom(
    ...['#if 0', '#if 1', '#ifdef X', '#ifndef X', '#if Y > 1', '#elif X', '#else', '#endif'],
    ...['#define X', '#define X 1', '#undef X', '#define Y 2', '#include "h.h"', 'a', 'b /*', '*/', 'c "'],
  );
  const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.map((l) => `${l}\n`).join(''));
  fc.assert(
    fc.property(
      text,
      text,
      fc.array(fc.tuple(fc.boolean(), fc.nat(), fc.nat(20), text), { maxLength: 4 }),
      (a, h, edits) => {
        const kept = new Preprocessor(knownMacros(nothing));
        let files = [
          { path: 'a.c', text: a },
          { path: 'h.h', text: h },
        ];
        kept.run(files);
        for (const [inHeader, at, length, more] of edits) {
          files = files.map((file, i) => {
            if ((i === 1) !== inHeader) return file;
            const from = at % (file.text.length + 1);
            return { ...file, text: file.text.slice(0, from) + more + file.text.slice(from + length) };
          });
          expect(kept.run(files)).toEqual(new Preprocessor(knownMacros(nothing)).run(files));
        }
      },
    ),
    { seed: 11, numRuns: 1500 },
  );
});
