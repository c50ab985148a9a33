/** The order in which an editor opens files says nothing about the driver. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import type { SourceFile } from '../../../extension/analyzer/analyzer.ts';
import { filePath } from '../../../extension/analyzer/text/range.ts';
import { analyserForTests, analyse, NEWEST } from '../analyse.ts';

const EXAMPLE = resolve(import.meta.dirname, '../../../extension/example');
const FILES: readonly SourceFile[] = readdirSync(EXAMPLE)
  .filter((name) => /\.[ch]$/.test(name))
  .map((name) => ({ path: filePath(name), text: readFileSync(join(EXAMPLE, name), 'utf8') }));

async function placesOf(files: readonly SourceFile[], added: readonly SourceFile[] = []): Promise<string[]> {
  const driver = (await analyserForTests()).openDriver(files, NEWEST);
  driver.analysis();
  for (const file of added) driver.setFile(file);
  const places = driver
    .analysis()
    .findings.map((f) => `${f.location.file}:${f.location.range.start} ${f.rule} ${f.api}`);
  driver.dispose();
  return places;
}

test('files in any order, or added one after the other, have the same findings', async () => {
  const sorted = await placesOf(FILES);
  expect(sorted.length).toBeGreaterThan(10);
  expect(await placesOf([...FILES].reverse())).toEqual(sorted);
  expect(await placesOf([...FILES.slice(2), ...FILES.slice(0, 2)])).toEqual(sorted);
  expect(await placesOf(FILES.slice(3), FILES.slice(0, 3))).toEqual(sorted);
});

test('a definition counts, not the extern declaration in a header that is read after it', async () => {
  const { model } = await analyse({
    'foo_ethtool.c':
      'const struct ethtool_ops foo_ethtool_ops = {\n\t.supported_ring_params = ETHTOOL_RING_USE_TCP_DATA_SPLIT,\n};\n',
    'foo_ethtool.h': 'extern const struct ethtool_ops foo_ethtool_ops;\n',
  });
  expect(model.capabilities.tcpDataSplit).toMatchObject({ value: true, at: { file: 'foo_ethtool.c' } });
});
