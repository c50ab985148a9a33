/** Conversions of a driver for the preview: each plan with its files as they are and its edits. */
import type { FixPlan } from '../analyzer/fix.ts';
import { filePath, type Location } from '../analyzer/text/range.ts';
import type { DriverSnapshot } from './driver-session.ts';
import { normalised } from './drivers.ts';
import type { Conversion, ConversionsParams, ConvertedFile } from './protocol.ts';

/** The plans for the place asked about, or for the whole driver. Refused ones have no files, but say why. */
export function conversionsOf(snapshot: DriverSnapshot, { uri, range }: ConversionsParams): Conversion[] {
  const { conversions } = snapshot.analysis;
  if (conversions === undefined) return [];
  const key = normalised(uri);
  const document = snapshot.documents.get(key);
  const at: Location | null =
    range === undefined || document === undefined
      ? null
      : {
          file: filePath(key),
          range: { start: document.offsetAt(range.start), end: document.offsetAt(range.end) },
        };
  return conversions(at).map((plan) => ({
    id: plan.id,
    title: plan.title,
    applicability: plan.applicability,
    files: filesOf(snapshot, plan),
    refusals: plan.refusals.map(({ location, reason }) => `${placeOf(snapshot, location)}: ${reason}`),
  }));
}

function filesOf(snapshot: DriverSnapshot, plan: FixPlan): ConvertedFile[] {
  return [...new Set(plan.edits.map((e) => e.file))].flatMap((file) => {
    const document = snapshot.documents.get(file);
    if (document === undefined) return [];
    const edits = plan.edits
      .filter((e) => e.file === file)
      .map(({ range, newText, reason }) => ({ start: range.start, end: range.end, newText, reason }));
    return [{ uri: document.uri, before: document.getText(), edits }];
  });
}

function placeOf(snapshot: DriverSnapshot, { file, range }: Location): string {
  const name = decodeURIComponent(file.slice(file.lastIndexOf('/') + 1));
  const position = snapshot.documents.get(file)?.positionAt(range.start);
  return position === undefined ? name : `${name}:${position.line + 1}:${position.character + 1}`;
}
