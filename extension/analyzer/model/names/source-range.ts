/** From offsets to lines and columns, for the driver model and reports. */
import type { SourceRange } from '../../../../simulator/contract/driver-model.ts';
import { LineIndex } from '../../text/line-index.ts';
import type { FilePath, OffsetRange } from '../../text/range.ts';

const indexes = new WeakMap<object, Map<FilePath, LineIndex>>();

/** 1-based lines and columns of a span of a file. */
export function sourceRange(
  file: { readonly path: FilePath; readonly text: string },
  range: OffsetRange,
): SourceRange {
  let byPath = indexes.get(file);
  if (byPath === undefined) indexes.set(file, (byPath = new Map<FilePath, LineIndex>()));
  let lines = byPath.get(file.path);
  if (lines === undefined) byPath.set(file.path, (lines = new LineIndex(file.text)));
  const a = lines.position(range.start);
  const b = lines.position(range.end);
  return {
    file: file.path,
    ...{ line: a.line + 1, column: a.column + 1 },
    ...{ endLine: b.line + 1, endColumn: b.column + 1 },
  };
}
