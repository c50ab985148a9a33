/** Several conversions laid over each other: the text before and after, and whether they get along. No editor here. */
import type { Conversion, ConversionEdit } from '../server/protocol.ts';

export interface MergedFile {
  readonly uri: string;
  readonly before: string;
  readonly after: string;
  readonly edits: readonly ConversionEdit[];
}

/**
 * The chosen conversions as one change per file.
 * Edits that two conversions share are made once; conversions that want different things of one place are an error.
 */
export function mergeConversions(
  chosen: readonly Conversion[],
):
  | { readonly ok: true; readonly files: readonly MergedFile[] }
  | { readonly ok: false; readonly error: string } {
  const byFile = new Map<string, { before: string; edits: ConversionEdit[] }>();
  for (const { uri, before, edits } of chosen.flatMap(({ files }) => files)) {
    const entry = byFile.get(uri) ?? { before, edits: [] };
    for (const edit of edits) if (!entry.edits.some((other) => same(edit, other))) entry.edits.push(edit);
    byFile.set(uri, entry);
  }
  const files: MergedFile[] = [];
  for (const [uri, { before, edits }] of byFile) {
    edits.sort((a, b) => a.start - b.start || a.end - b.end);
    const clash = edits.find((edit, i) => i > 0 && edit.start < (edits[i - 1]?.end ?? 0));
    if (clash !== undefined) {
      const line = before.slice(0, clash.start).split('\n').length;
      const name = uri.slice(uri.lastIndexOf('/') + 1);
      return { ok: false, error: `${name}:${line}: two of the chosen conversions change the same place` };
    }
    files.push({ uri, before, after: applied(before, edits), edits });
  }
  return { ok: true, files: files.sort((a, b) => (a.uri < b.uri ? -1 : 1)) };
}

/** What is ticked when a preview opens: what is safe. A conversion that stands alone was asked for. */
export function firstTicked(conversions: readonly Conversion[]): readonly Conversion[] {
  return conversions.length === 1
    ? conversions
    : conversions.filter(({ applicability }) => applicability === 'safe');
}

function same(a: ConversionEdit, b: ConversionEdit): boolean {
  return a.start === b.start && a.end === b.end && a.newText === b.newText;
}

function applied(text: string, edits: readonly ConversionEdit[]): string {
  let result = '';
  let at = 0;
  for (const { start, end, newText } of edits) {
    result += text.slice(at, start) + newText;
    at = end;
  }
  return result + text.slice(at);
}
