/** From offsets to lines and columns, for the driver model and reports. */
import type { SourceRange } from '../../../simulator/driver-model/driver-model.ts';
import type { FilePath, OffsetRange } from '../text/range.ts';

const starts = new WeakMap<object, Map<FilePath, Uint32Array>>();

function lineStarts(text: string): Uint32Array {
  let out = new Uint32Array(64 + text.length / 24);
  let count = 1;
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) {
    if (count === out.length) {
      const grown = new Uint32Array(2 * count);
      grown.set(out);
      out = grown;
    }
    out[count++] = i + 1;
  }
  return out.subarray(0, count);
}

function position(lines: Uint32Array, offset: number): { line: number; column: number } {
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lines[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (lines[low] ?? 0) + 1 };
}

/** 1-based lines and columns of a span of a file. */
export function sourceRange(
  file: { readonly path: FilePath; readonly text: string },
  range: OffsetRange,
): SourceRange {
  let byPath = starts.get(file);
  if (byPath === undefined) starts.set(file, (byPath = new Map<FilePath, Uint32Array>()));
  let lines = byPath.get(file.path);
  if (lines === undefined) byPath.set(file.path, (lines = lineStarts(file.text)));
  const a = position(lines, range.start);
  const b = position(lines, range.end);
  return { file: file.path, line: a.line, column: a.column, endLine: b.line, endColumn: b.column };
}
