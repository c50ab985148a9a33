/**
 * Positions in source text. Offsets are UTF-16 code units, as in the editor and in web-tree-sitter, so that no
 * conversion stands between parser, edits and editor. Lines and columns exist only at the borders (reports).
 */

/** Half-open range of UTF-16 offsets: `start` included, `end` excluded. */
export interface OffsetRange {
  readonly start: number;
  readonly end: number;
}

/** Path of a source file as the host names it: an absolute path or a URI, `/` as separator. Never a bare string by accident. */
export type FilePath = string & { readonly __brand: 'FilePath' };

/** A range in a named file. */
export interface Location {
  readonly file: FilePath;
  readonly range: OffsetRange;
}

/** True if the two ranges share a character, or one is empty and lies in the other. */
export function overlaps(a: OffsetRange, b: OffsetRange): boolean {
  return a.start < Math.max(b.end, b.start + 1) && b.start < Math.max(a.end, a.start + 1);
}

/** Marks a string as a path. The only place where the brand is made. */
export function filePath(path: string): FilePath {
  return path as FilePath;
}
