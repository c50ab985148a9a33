/** What is kept of the driver IR between edits never shows in them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Driver } from '../../../extension/analyzer/analyzer.ts';
import { spacing } from '../../../extension/analyzer/model/programs/spacing.ts';
import { filePath } from '../../../extension/analyzer/text/range.ts';
import type { PathKind, PathProgram } from '../../../simulator/contract/driver-ir.ts';
import { analyserForTests, NEWEST } from '../analyse.ts';

const FOLDER = join(import.meta.dirname, '../../../extension/example');
const FILES = Object.fromEntries(
  readdirSync(FOLDER)
    .filter((name) => /\.[ch]$/.test(name))
    .map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]),
);

async function open(texts: Readonly<Record<string, string>>): Promise<Driver> {
  const files = Object.entries(texts).map(([path, text]) => ({ path: filePath(path), text }));
  return (await analyserForTests()).openDriver(files, NEWEST);
}

async function fresh(texts: Readonly<Record<string, string>>): Promise<readonly PathProgram[]> {
  const driver = await open(texts);
  const { programs } = driver.analysis().model;
  driver.dispose();
  return programs ?? [];
}

/** Programs after `edit` of one file, from a driver that knew those before. */
async function edited(
  file: string,
  edit: (text: string) => string,
): Promise<Record<'before' | 'after' | 'fresh', readonly PathProgram[]>> {
  const driver = await open(FILES);
  const before = driver.analysis().model.programs ?? [];
  const text = edit(FILES[file] ?? '');
  expect(text).not.toBe(FILES[file]);
  driver.setFile({ path: filePath(file), text });
  const after = driver.analysis().model.programs ?? [];
  driver.dispose();
  return { before, after, fresh: await fresh({ ...FILES, [file]: text }) };
}

const of = (programs: readonly PathProgram[], path: PathKind): PathProgram | undefined =>
  programs.find((p) => p.path === path);

test('a line above moves what is below, and what stands in other files is the same object', async () => {
  const { before, after, fresh } = await edited('tern_rx.c', (text) => `\n${text}`);
  expect(after).toEqual(fresh);
  expect(of(after, 'rx-poll')).not.toEqual(of(before, 'rx-poll'));
  expect(of(after, 'tx-xmit')).toBe(of(before, 'tx-xmit'));
});

test('space within a function that a program goes through moves the rest of it', async () => {
  const { before, after, fresh } = await edited('tern_tx.c', (text) =>
    text.replace(/(netdev_tx_t tern_xmit\([^)]*\)\n\{\n)/, '$1\n\n'),
  );
  expect(after).toEqual(fresh);
  expect(of(after, 'tx-xmit')).not.toEqual(of(before, 'tx-xmit'));
  expect(of(after, 'rx-poll')).toBe(of(before, 'rx-poll'));
});

test('another statement in a function that no program looks at moves what is below', async () => {
  const { before, after, fresh } = await edited('tern_main.c', (text) =>
    text.replace('\tpriv->hdr_split = on;\n', '\tpriv->hdr_split = !on;\n\tpriv->hdr_split = on;\n'),
  );
  expect(after).toEqual(fresh);
  expect(of(after, 'queue-start')).not.toEqual(of(before, 'queue-start'));
  expect(of(after, 'tx-xmit')).toBe(of(before, 'tx-xmit'));
});

test('another test in the packet loop is in the program', async () => {
  const { before, after, fresh } = await edited('tern_rx.c', (text) =>
    text.replace('napi_gro_receive(', 'if (budget > 3)\n\t\t\tnapi_gro_receive('),
  );
  expect(after).toEqual(fresh);
  expect(of(after, 'rx-poll')).not.toEqual(of(before, 'rx-poll'));
});

test('a line that is joined to a comment is code no more', () => {
  expect(spacing('a; // b\n\tc;', 'a; // b\tc;')).toBeNull();
  expect(spacing('a;\n#if X\n\tb;', 'a; #if X\n\tb;')).toBeNull();
  expect(spacing('a \\\n b', 'a \\  \n b')).toBeNull();
  expect(spacing('a + b', 'a+b')).toBeNull();
  const spaced = spacing('a;\n\tbb = c;', 'a;\n\n    bb =  c;');
  expect([spaced?.start(4), spaced?.end(6), spaced?.start(9), spaced?.end(11)]).toEqual([8, 10, 14, 16]);
});

/** FUZZ_RUNS and FUZZ_SEED ask for more than the few inputs that fit into every run of the tests. */
const RUNS = process.env['FUZZ_RUNS'];

/** An edit by shares of the text's length, so that it shrinks well; most are of the kind that is typed. */
const edit = fc.record({
  file: fc.constantFrom(...Object.keys(FILES)),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  /** Where it goes: there, or to the end of that line. */
  atLineEnd: fc.boolean(),
  remove: fc.oneof(fc.constant(0), fc.constant(0), fc.nat(20)),
  insert: fc.constantFrom(
    ...['\n', '\n', '\n\n', ' ', '\t', '\n\tx = 1;', ' // note', '\n\tkfree_skb(skb);', '\n\tbreak;', ''],
    ...[
      '\n#if X',
      '\n#endif',
      '\n\tnapi_gro_receive(napi, skb);',
      '\n\tbuf->page = NULL;',
      '}',
      'budget',
      '\\\n',
    ],
  ),
});

test(
  'after any edits the programs are those of a fresh look',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 5 }), async (edits) => {
        const texts = { ...FILES };
        const driver = await open(texts);
        expect(driver.analysis().model.programs).not.toEqual([]);
        for (const { file, at, atLineEnd, remove, insert } of edits) {
          const text = texts[file] ?? '';
          const there = Math.floor(at * text.length);
          const lineEnd = text.indexOf('\n', there);
          const start = atLineEnd && lineEnd >= 0 ? lineEnd : there;
          texts[file] = text.slice(0, start) + insert + text.slice(start + remove);
          driver.setFile({ path: filePath(file), text: texts[file] });
          expect(driver.analysis().model.programs).toEqual(await fresh(texts));
        }
        driver.dispose();
      }),
      { seed: Number(process.env['FUZZ_SEED'] ?? 7), numRuns: Number(RUNS ?? 15) },
    );
  },
  RUNS === undefined ? 120_000 : 24 * 3_600_000,
);
