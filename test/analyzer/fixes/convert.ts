/** Converts texts by file name in the real analyser, for tests. */
import { convertDriver, type DriverConversion } from '../../../extension/analyzer/fixes/convert-driver.ts';
import { assumedTree } from '../../../extension/analyzer/kernel/probe.ts';
import type { Release } from '../../../extension/analyzer/kernel/tree.ts';
import { filePath } from '../../../extension/analyzer/text/range.ts';
import { analyserForTests } from '../analyse.ts';

export interface Result extends DriverConversion {
  /** All texts after the conversion, by name. */
  readonly texts: Record<string, string>;
  readonly reasons: readonly string[];
}

export async function convert(
  files: Record<string, string>,
  release: Release = '6.12',
  options: { readonly unsafe?: boolean; readonly rename?: boolean } = {},
): Promise<Result> {
  const made = convertDriver(
    await analyserForTests(),
    Object.entries(files).map(([path, text]) => ({ path: filePath(path), text })),
    assumedTree(release),
    { unsafe: options.unsafe ?? false, rename: options.rename ?? false },
  );
  if (made === null) throw new Error('the edits do not fit the text');
  const texts = { ...files };
  for (const f of made.files) texts[f.path] = f.after;
  return { ...made, texts, reasons: made.obstacles.map((o) => `${o.location.file}:${o.line}: ${o.reason}`) };
}
