/**
 * Applying edits to text. A set of edits is applied whole or refused whole; edits refer to the text they were
 * computed from, so they are checked against it first where the caller knows what should stand there.
 */
import type { OffsetRange } from './range.ts';

/** Replace `range` by `newText`. */
export interface Edit {
  readonly range: OffsetRange;
  readonly newText: string;
}

export type Edited =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: 'overlap' | 'outside'; readonly range: OffsetRange };

/** Sorted by offset; edits at the same place keep their order. */
export function sortEdits<T extends Edit>(edits: readonly T[]): T[] {
  return [...edits].sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
}

/**
 * Applies `edits` (any order) to `text`. Refuses edits that overlap or lie outside; two insertions at one place are
 * kept in order.
 */
export function applyEdits(text: string, edits: readonly Edit[]): Edited {
  let result = '';
  let at = 0;
  for (const { range, newText } of sortEdits(edits)) {
    if (range.start < 0 || range.end > text.length || range.start > range.end)
      return { ok: false, reason: 'outside', range };
    if (range.start < at) return { ok: false, reason: 'overlap', range };
    result += text.slice(at, range.start) + newText;
    at = range.end;
  }
  return { ok: true, text: result + text.slice(at) };
}

/** Edits that turn the edited text back into `text`. `edits` must be applicable. */
export function invertEdits(text: string, edits: readonly Edit[]): Edit[] {
  let shift = 0;
  return sortEdits(edits).map(({ range, newText }) => {
    const start = range.start + shift;
    shift += newText.length - (range.end - range.start);
    return { range: { start, end: start + newText.length }, newText: text.slice(range.start, range.end) };
  });
}
