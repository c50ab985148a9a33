/** Drivers of more than is read: what is within the bounds is answered, and what is left out is said. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MAX_SOURCES } from '../../extension/analyzer/engine/driver-reader.ts';
import { toldOf } from '../../extension/analyzer/fixes/group-decision.ts';
import { MAX_FACTS } from '../../extension/analyzer/model/driver/driver.ts';
import { filePath } from '../../extension/analyzer/text/range.ts';
import { SHAPES } from '../support/growth-shapes.ts';
import { copies } from '../support/growth-trees.ts';
import { analyse } from './analyse.ts';

const DENSE = SHAPES.find(({ name }) => name === 'pages given back on lines');

test('things done to buffers: functions after the most that are followed are left out', async () => {
  if (DENSE === undefined) throw new Error('no such shape');
  const { text, largest } = DENSE;
  // Each function does some 14,000.
  const { incomplete, facts } = await analyse({ 'heron.c': copies(text, largest, 12) });
  const said = incomplete.filter(({ reason }) => reason.includes('things to buffers'));
  expect(said.map(({ reason }) => reason)).toEqual([
    `The driver does more than ${MAX_FACTS} things to buffers; heron_rx6() and what is read after it are not followed.`,
  ]);
  const done = (facts?.classes ?? []).reduce((sum, c) => sum + c.facts.length, 0);
  expect(done).toBeGreaterThan(MAX_FACTS / 2);
  expect(done).toBeLessThan(MAX_FACTS * 1.2);
}, 120_000);

/** A shape of so many. */
function many(name: string, n: number): string {
  const shape = SHAPES.find((one) => one.name === name);
  if (shape === undefined) throw new Error(`no shape ${name}`);
  return shape.text(n);
}

test.each([
  [
    'pools',
    many('pools in one field', 1100),
    'creates more than 1024 page pools; the others are not looked at',
  ],
  ['targets of a pointer', many('targets of a function pointer', 300), 'lead to more than 256 functions'],
  [
    'pairs of a call and a target',
    many('targets of a function pointer', 250).replace('\tf->fn(page);\n', '$&'.repeat(85)),
    'Calls through pointers lead to more than 20000 functions',
  ],
])(
  '%s: those beyond the most are left out, and said',
  async (_, text, reason) => {
    const { incomplete, findings } = await analyse({ 'heron.c': text });
    expect(incomplete.filter((place) => place.reason.includes(reason))).toHaveLength(1);
    expect(findings.map(({ requirement }) => requirement)).toContain('RX3');
  },
  120_000,
);

test('findings: those beyond the most are left out, and counted', async () => {
  const text = copies((n) => many('pages given back on lines', n), 11_000, 2);
  const { incomplete, findings } = await analyse({ 'heron.c': text });
  expect(findings).toHaveLength(20_000);
  expect(incomplete.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(
      /^The driver has 220\d\d findings; from here on they are left out, 20000 are given\.$/,
    ),
  ]);
}, 120_000);

test('files: those beyond the most that are read are left out', async () => {
  const filler = `/* ${'x'.repeat(MAX_SOURCES / 4 - 4000)} */\n`;
  const text = (name: string): string =>
    `${filler}struct ${name} { struct page *page; };\nvoid ${name}_put(struct ${name} *b) { put_page(b->page); }\n`;
  const names = ['a', 'b', 'c', 'd'];
  const four = Object.fromEntries(names.map((name) => [`${name}.c`, text(name)]));
  const whole = await analyse(four);
  expect(whole.incomplete).toEqual([]);
  const more = await analyse({ ...four, 'e.c': text('e'), 'f.c': text('f') });
  expect(more.incomplete.map(({ location, reason }) => `${location.file}: ${reason}`)).toEqual([
    'e.c: The files of the driver have 12.0 MB, and 8 MB are read; left out: this file and 1 more.',
  ]);
  expect(more.findings.map(({ location }) => location.file)).toEqual(
    whole.findings.map(({ location }) => location.file),
  );
}, 120_000);

test('files that are left out may use what would be converted: nothing is', async () => {
  const filler = `/* ${'x'.repeat(MAX_SOURCES / 4 - 16_000)} */\n`;
  const first = { 'a.c': readFileSync('test/support/convertible.c', 'utf8') + filler };
  const refusals = async (files: Record<string, string>): Promise<readonly string[]> => {
    const { conversions } = await analyse(files);
    return (conversions?.(null) ?? []).flatMap((plan) => plan.refusals.map(({ reason }) => reason));
  };
  const whole = { ...first, 'b.c': filler, 'c.c': filler, 'd.c': filler };
  expect((await refusals(whole)).filter((reason) => reason.includes('left out'))).toEqual([]);
  const cut = await refusals({ ...whole, 'z.c': filler });
  expect(cut).toContainEqual(expect.stringContaining('left out: this file.'));
}, 120_000);

test('places for which a conversion is refused: the last that is listed says how many are not', () => {
  const place = (reason: string) => ({
    location: { file: filePath('a.c'), range: { start: 0, end: 0 } },
    ...{ reason, cause: 'handed on' },
  });
  const reasons = (...lists: readonly string[][]): string[] =>
    toldOf(lists, place, 2).map(({ reason }) => reason);
  expect(reasons(['a'], ['b'])).toEqual(['a', 'b']);
  expect(reasons(['a'], ['b', 'c', 'd'])).toEqual([
    'a',
    'b',
    'c; this and 1 more places are not listed, 2 are',
  ]);
});
