/** The test support itself: a fixture that could not fail would make every test on top of it worthless. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../extension/analyzer/finding.ts';
import { RELEASES } from '../../extension/analyzer/kernel/tree.ts';
import { checkFindings, checkFix, type Subject } from './check.ts';
import { compile, hasCompiler } from './compile.ts';
import { parseFixture } from './fixture.ts';
import { cutHeader, minikernel, writeMinikernel } from './minikernel.ts';

const EXAMPLE = resolve(import.meta.dirname, '../../extension/example');

/** Reports every `bad()` and offers to call `good()` instead. */
const toy: Subject = {
  syntaxErrors: ({ text }) => (text.split('{').length === text.split('}').length ? 0 : 1),
  analyse(files) {
    const findings = files.flatMap(({ path, text }) =>
      [...text.matchAll(/bad\(\)/g)].map(({ index }): Finding => {
        const location = { file: path, range: { start: index, end: index + 3 } };
        const edit = { file: path, range: location.range, newText: 'good', reason: 'good is better' };
        const fix = {
          id: 'x',
          title: 'Be good',
          applicability: 'safe',
          edits: [edit],
          refusals: [],
        } as const;
        return {
          ...{
            rule: 'toy',
            requirement: 'RX3',
            severity: 'warning',
            confidence: 'high',
            location,
            api: 'bad',
          },
          ...{ replacement: 'good', message: 'bad() is bad', evidence: [], aliasClass: null, fixes: [fix] },
        };
      }),
    );
    return { findings };
  },
};

describe('fixtures', () => {
  test('files, marks and cursor are read and taken out', () => {
    const fixture = parseFixture(`
//- a.h
int $0a;
//- b.c
	b = c;
//      ^ one: first
//          ^ two [safe]
int d;
//< three: whole line`);
    expect(fixture.files.map(({ path, text }) => [path, text])).toEqual([
      ['a.h', 'int a;'],
      ['b.c', '\tb = c;\nint d;'],
    ]);
    expect(fixture.cursor).toEqual({ file: 'a.h', offset: 4 });
    expect(
      fixture.marks.map(({ line, columns, rule, fix, message }) => ({ line, columns, rule, fix, message })),
    ).toEqual([
      { line: 1, columns: { start: 8, end: 9 }, rule: 'one', fix: null, message: 'first' },
      { line: 1, columns: { start: 12, end: 13 }, rule: 'two', fix: 'safe', message: null },
      { line: 2, columns: null, rule: 'three', fix: null, message: 'whole line' },
    ]);
  });

  test.each([
    ['a mark with nothing above', '//^^^ rule: x'],
    ['a mark without a rule', 'int a;\n//  ^'],
    ['an unknown fix', 'int a;\n//  ^ rule [maybe]: x'],
    ['two cursors', 'int $0a$0;'],
    ['one name twice', '//- a.c\n//- a.c'],
  ])('%s is refused', (_, source) => expect(() => parseFixture(source)).toThrow());

  test('a matching mark passes; a wrong place, rule, message or fix, a missing mark and a missing finding fail', () => {
    checkFindings(toy, '\tbad();\n//      ^^^ toy [safe]: is bad');
    checkFindings(toy, 'bad();\n//< toy');
    for (const source of [
      '\tbad();',
      '\tbad();\n//       ^^^ toy',
      '\tbad();\n//      ^^^^ toy',
      '\tbad();\n//      ^^^ other',
      '\tbad();\n//      ^^^ toy: is good',
      '\tbad();\n//      ^^^ toy [unsafe]',
      '\tbad();\n//< toy\n//< toy',
      '\tgood();\n//< toy',
      '{ bad();\n//< toy',
    ]) {
      expect(() => checkFindings(toy, source), source).toThrow();
    }
  });

  test('a fix is compared as text, in the file of the cursor', () => {
    checkFix(toy, '//- a.c\nbad();\n//- b.c\n$0bad();', '//- a.c\nbad();\n//- b.c\ngood();');
    expect(() => checkFix(toy, '$0bad();', 'bad();')).toThrow();
    expect(() => checkFix(toy, '$0good();', 'good();')).toThrow();
  });
});

describe('minikernel', () => {
  test('regions are cut by release and keep the line numbers', () => {
    const text = 'a\n//- since 6.18\nb\n//- end\n//- before 6.18\nc\n//- end\nd';
    expect(cutHeader(text, '6.12')).toBe('a\n\n\n\n\nc\n\nd');
    expect(cutHeader(text, '7.1')).toBe('a\n\nb\n\n\n\n\nd');
    for (const bad of ['//- since 5.0\n//- end', '//- since 6.18', '//- end', '//- nonsense']) {
      expect(() => cutHeader(bad, '6.18'), bad).toThrow();
    }
  });

  test('a release has its own helpers', () => {
    const names = (release: (typeof RELEASES)[number]) => [...minikernel(release).values()].join('\n');
    expect(names('6.12')).not.toMatch(/page_pool_dev_alloc_netmems|netmem_tx|netmem_dma_unmap/);
    expect(names('6.12')).toMatch(/page_pool_alloc_netmems/);
    expect(names('6.18')).toMatch(/page_pool_dev_alloc_netmems/);
  });
});

describe.runIf(hasCompiler())('compiled', () => {
  const root = mkdtempSync(join(tmpdir(), 'netmem-minikernel-'));
  const drivers = readdirSync(EXAMPLE).filter((name) => name.endsWith('.c'));
  beforeAll(() => {
    for (const release of RELEASES) writeMinikernel(join(root, release), release);
  });
  afterAll(() => rmSync(root, { recursive: true }));

  test('the example driver has its files', () => expect(drivers.length).toBe(4));

  test.each(drivers)('the example driver compiles: %s', (name) => {
    expect(compile(join(EXAMPLE, name), join(root, '6.18'))).toBe('');
  });

  test.each(RELEASES)('every header of %s compiles', (release) => {
    const headers = [...minikernel(release).keys()].map((path) => path.replace('include/', ''));
    const file = join(root, `${release}.c`);
    writeFileSync(file, headers.map((header) => `#include <${header}>\n`).join(''));
    expect(compile(file, join(root, release))).toBe('');
  });
});
