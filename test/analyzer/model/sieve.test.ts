/** The sieve may only save work: what it leaves out must not change a single finding. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { filePath } from '../../../extension/analyzer/text/range.ts';
import { analyserForTests, NEWEST } from '../analyse.ts';

const EXAMPLE = resolve(import.meta.dirname, '../../../extension/example');

test('the example driver reads the same, whole or only what is relevant', async () => {
  const files = readdirSync(EXAMPLE)
    .filter((name) => /\.[ch]$/.test(name))
    .map((name) => ({ path: filePath(name), text: readFileSync(join(EXAMPLE, name), 'utf8') }));
  const analyzer = await analyserForTests();
  const [whole, relevant] = (['whole', 'relevant'] as const).map((reading) => {
    const driver = analyzer.openDriver(files, NEWEST, { reading });
    const { findings, facts } = driver.analysis();
    driver.dispose();
    return {
      places: findings.map((f) => `${f.location.file}:${f.location.range.start} ${f.rule} ${f.api}`),
      items: facts?.files.reduce((sum, file) => sum + file.items.length, 0) ?? 0,
    };
  });
  expect(whole?.places.length).toBeGreaterThan(5);
  expect(relevant?.places).toEqual(whole?.places);
  expect(relevant?.items).toBeLessThan(whole?.items ?? 0);
});
