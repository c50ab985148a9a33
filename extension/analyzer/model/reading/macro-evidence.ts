/** Which places of a driver a macro has brought: a finding there says so, and an edit there would miss. */
import type { FilePath, Location, OffsetRange } from '../../text/range.ts';
import type { DriverSymbols, FileModel } from '../names/symbols.ts';

/**
 * The use of a macro that a range is: what the body brought has the range of the whole use. Null for what stands in the
 * text, arguments of macros included.
 */
export function macroAt(file: FileModel, range: OffsetRange): { readonly name: string } | null {
  const name = usesOf(file).get(`${range.start} ${range.end}`);
  return name === undefined ? null : { name };
}

/** Where a macro is defined. */
export function definitionOf(symbols: DriverSymbols, name: string): Location | null {
  const found = symbols.macros.get(name);
  if (found === undefined) return null;
  const start = found.base + found.item.s;
  return {
    file: found.file.path,
    range: { start, end: Math.min(found.base + found.item.e, lineEnd(found.file.text, start)) },
  };
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** Names of macros by the range of their use. */
const known = new WeakMap<FileModel, ReadonlyMap<string, string>>();

function usesOf(file: FileModel): ReadonlyMap<string, string> {
  let found = known.get(file);
  if (found === undefined) {
    const made = new Map<string, string>();
    const seen = new Set<object>();
    for (const { base, uses } of file.items) {
      // Items of one piece share their list.
      if (uses === undefined || seen.has(uses)) continue;
      seen.add(uses);
      for (const { name, start, end } of uses) made.set(`${base + start} ${base + end}`, name);
    }
    known.set(file, (found = made));
  }
  return found;
}

/** By path, for who has locations. */
export function fileOf(files: readonly FileModel[], path: FilePath): FileModel | null {
  return files.find((file) => file.path === path) ?? null;
}
