/** Whatever a file holds, the analyser answers; and what it keeps between edits never shows in the answer. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DriverAnalysis } from '../../extension/analyzer/analyzer.ts';
import { filePath } from '../../extension/analyzer/text/range.ts';
import { analyse, analyserForTests, NEWEST } from './analyse.ts';

const FOLDER = join(import.meta.dirname, '../../extension/example');
const FILES = Object.fromEntries(
  readdirSync(FOLDER)
    .filter((name) => /\.[ch]$/.test(name))
    .map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]),
);
const RX = FILES['tern_rx.c'] ?? '';

/** FUZZ_RUNS and FUZZ_SEED ask for more than the few inputs that fit into every run of the tests. */
const ASKED = process.env['FUZZ_RUNS'];
const fuzzing = (seed: number, numRuns: number): { seed: number; numRuns: number } => ({
  seed: Number(process.env['FUZZ_SEED'] ?? seed),
  numRuns: Number(ASKED ?? numRuns),
});
const FUZZ_TIMEOUT = ASKED === undefined ? 120_000 : 24 * 3_600_000;

/** What an analysis says, without what is only made on demand. */
function said({ findings, incomplete, model }: DriverAnalysis): unknown {
  return {
    findings: findings.map(({ rule, location, api, message, severity, evidence }) => ({
      ...{ rule, location, api, message, severity, evidence },
    })),
    incomplete,
    pools: model.pools,
    capabilities: model.capabilities,
  };
}

/** An edit by shares of the text's length, so that it shrinks well. */
const edit = fc.record({
  file: fc.constantFrom(...Object.keys(FILES)),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.nat(40),
  insert: fc.constantFrom(
    ...[
      '',
      '{',
      '}',
      '(',
      ')',
      ';',
      '\n',
      '/*',
      '*/',
      '"',
      '#if X\n',
      '#if 0\n',
      '#if 1\n',
      '#define page buf\n',
      '#define GET(b) ((b)->page)\n',
      '#undef X\n',
      '#define X\n',
      '#else\n',
      '#endif\n',
      'struct page *p;',
    ],
    ...['int x;\n', 'buf->page = NULL;', 'static int f(void)\n{\n\treturn 0;\n}\n', '\\\n', '=', '\r\n'],
  ),
});

test(
  'an edited driver says what a fresh one says',
  async () => {
    const analyzer = await analyserForTests();
    const open = (texts: Record<string, string>) =>
      analyzer.openDriver(
        Object.entries(texts).map(([path, text]) => ({ path: filePath(path), text })),
        NEWEST,
      );
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const texts = { ...FILES };
        const kept = open(texts);
        kept.analysis();
        for (const { file, at, remove, insert } of edits) {
          const text = texts[file] ?? '';
          const start = Math.floor(at * text.length);
          texts[file] = text.slice(0, start) + insert + text.slice(start + remove);
          kept.setFile({ path: filePath(file), text: texts[file] });
          kept.analysis();
        }
        const fresh = open(texts);
        expect(said(kept.analysis())).toEqual(said(fresh.analysis()));
        kept.dispose();
        fresh.dispose();
      }),
      fuzzing(5, 12),
    );
  },
  FUZZ_TIMEOUT,
);

describe('no crash and no hang', () => {
  test.each<[string, string]>([
    ['nothing', ''],
    ['100,000 open brackets', `int x = ${'['.repeat(100_000)};`],
    ['100,000 open parentheses in a function', `void f(void)\n{\n\tg(${'('.repeat(100_000)});\n}\n`],
    ['100,000 nested braces', `void f(void)\n${'{'.repeat(100_000)}${'}'.repeat(100_000)}\n`],
    ['100,000 open conditionals', `${'#if A\n'.repeat(100_000)}int x;\n`],
    ['a line of half a megabyte', `void f(void) { ${'g(x); '.repeat(90_000)} }`],
    ['a string without an end', `char *s = "${'a'.repeat(1_000_000)}`],
    ['a comment without an end', `${RX}/*`],
    ['carriage returns', RX.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\uFEFF${RX}`],
    ['characters that are none', RX.replaceAll('page', 'p\u0000\uFFFDge')],
  ])(
    '%s',
    async (_, text) => {
      const analysis = await analyse({ 'a.c': text });
      for (const { location } of analysis.findings) {
        expect(location.range.start).toBeGreaterThanOrEqual(0);
        expect(location.range.end).toBeLessThanOrEqual(text.length);
      }
    },
    60_000,
  );

  test('carriage returns and a byte order mark change no finding', async () => {
    const rules = async (change: (text: string) => string): Promise<string[]> => {
      const texts = Object.fromEntries(Object.entries(FILES).map(([name, text]) => [name, change(text)]));
      return (await analyse(texts)).findings.map((f) => `${f.location.file} ${f.rule} ${f.api}`);
    };
    const plain = await rules((text) => text);
    expect(plain.length).toBeGreaterThan(10);
    expect(await rules((text) => text.replaceAll('\n', '\r\n'))).toEqual(plain);
    expect(await rules((text) => `\uFEFF${text}`)).toEqual(plain);
  });

  test(
    'truncated and mutated sources',
    async () => {
      const analyzer = await analyserForTests();
      const bytes = fc.string({
        unit: fc.constantFrom(...Array.from('{}()[];,*&"\'\\/#\n\tabp=-> 0')),
        maxLength: 30,
      });
      fc.assert(
        fc.property(fc.nat(RX.length), fc.nat(200), bytes, (at, remove, insert) => {
          const text = RX.slice(0, at) + insert + RX.slice(at + remove);
          for (const part of [text, text.slice(0, at + insert.length)]) {
            const driver = analyzer.openDriver([{ path: filePath('a.c'), text: part }], NEWEST);
            for (const { location } of driver.analysis().findings)
              expect(location.range.end).toBeLessThanOrEqual(part.length);
            driver.dispose();
          }
        }),
        fuzzing(3, 25),
      );
    },
    FUZZ_TIMEOUT,
  );
});
