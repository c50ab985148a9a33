/** Some spoilt drivers with a fixed seed; `npm run fuzz -- analyzer` takes a kernel tree's, as many as wanted. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Analyzer, Driver } from '../../../extension/analyzer/analyzer.ts';
import { filePath } from '../../../extension/analyzer/text/range.ts';
import { Random } from '../../../simulator/core/random.ts';
import { analyserForTests, NEWEST } from '../analyse.ts';
import { checkDriver, type FuzzedDriver } from './invariants.ts';
import { mutate } from './mutations.ts';

const RUNS = 24;
const ROOT = join(import.meta.dirname, '../../..');

function driver(name: string, folder: string): FuzzedDriver {
  const names = readdirSync(join(ROOT, folder)).filter((file) => /\.[ch]$/.test(file));
  const files = names.map((file) => ({
    path: filePath(file),
    text: readFileSync(join(ROOT, folder, file), 'utf8'),
  }));
  return { name, files };
}

const DRIVERS = [
  driver('tern', 'extension/example'),
  driver('plover', 'test/support/compliant'),
  driver('foo', 'test/support'),
];
const FOREIGN = DRIVERS[1]?.files.map(({ text }) => text).join('') ?? '';

test(`${RUNS} spoilt drivers keep every invariant`, async () => {
  const analyzer = await analyserForTests();
  let edits = 0;
  for (let seed = 1; seed <= RUNS; seed++) {
    const subject = DRIVERS[seed % DRIVERS.length];
    if (subject === undefined) continue;
    const outcome = checkDriver(analyzer, NEWEST, subject, FOREIGN, seed);
    expect(outcome.broken, `seed ${seed}: ${outcome.mutations.join(', ')}`).toEqual([]);
    edits += outcome.edits;
  }
  // Were every text spoilt beyond use, conversions would not be tested.
  expect(edits).toBeGreaterThan(100);
}, 120_000);

test('the same seed spoils a text the same way', () => {
  const text = FOREIGN.slice(0, 4000);
  const spoilt = (seed: number) => {
    const random = new Random(seed);
    return Array.from({ length: 30 }, () => mutate(text, random, { original: text, foreign: text }).text);
  };
  expect(spoilt(7)).toEqual(spoilt(7));
  expect(spoilt(7)).not.toEqual(spoilt(8));
  expect(new Set(spoilt(7)).size).toBeGreaterThan(20);
});

/** An analyser whose drivers have something wrong with them. */
function faulty(analyzer: Analyzer, fault: (driver: Driver) => Partial<Driver>): Analyzer {
  return {
    openDriver: (...args) => {
      const driver = analyzer.openDriver(...args);
      const whole: Driver = {
        setFile: (file) => driver.setFile(file),
        removeFile: (path) => driver.removeFile(path),
        readWhole: () => driver.readWhole(),
        analysis: () => driver.analysis(),
        dispose: () => driver.dispose(),
      };
      return { ...whole, ...fault(driver) };
    },
  };
}

test.each<[string, (driver: Driver) => Partial<Driver>, RegExp]>([
  ['forgets edits', () => ({ setFile: () => undefined }), /^edited is not fresh: /],
  [
    'throws',
    () => ({
      analysis: () => {
        throw new Error('on purpose');
      },
    }),
    /^a fresh driver throws Error: on purpose/,
  ],
  [
    'names places outside of the text',
    (driver) => ({
      analysis: () => {
        const range = { start: 0, end: 1e9 };
        const analysis = driver.analysis();
        const findings = analysis.findings.map((f) => ({ ...f, location: { ...f.location, range } }));
        return { ...analysis, findings };
      },
    }),
    /^a place outside of /,
  ],
])('an analyser that %s is noticed', async (_, fault, message) => {
  const [subject] = DRIVERS;
  if (subject === undefined) return;
  const outcome = checkDriver(faulty(await analyserForTests(), fault), NEWEST, subject, FOREIGN, 2);
  expect(outcome.broken.some((text) => message.test(text))).toBe(true);
});
