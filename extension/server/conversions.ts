/** Conversions of a driver for the preview: each plan with its files as they are and its edits. */
import { filePath } from '../analyzer/index.ts';
import type { FixPlan, PlannedEdit } from '../analyzer/index.ts';
import type { DriverSnapshot } from './driver-session.ts';
import { normalised } from './drivers.ts';
import { placeOf } from './places.ts';
import type { Conversion, ConversionsParams, ConvertedFile, ProtocolRange } from './protocol.ts';

/** The plans for the place asked about, or for the whole driver. Refused ones have no files, but say why. */
export function conversions(snapshot: DriverSnapshot, { uri, range }: ConversionsParams): Conversion[] {
  const plans =
    range === undefined ? (snapshot.analysis.conversions?.(null) ?? []) : plansAt(snapshot, uri, range);
  return plans.map((plan) => ({
    id: plan.id,
    title: plan.title,
    applicability: plan.applicability,
    files: filesOf(snapshot, plan.edits),
    refusals: plan.refusals.map(({ location, reason }) => `${placeOf(snapshot, location)}: ${reason}`),
  }));
}

/** Plans for the buffer that is declared or found fault with at the range. */
export function plansAt(snapshot: DriverSnapshot, uri: string, range: ProtocolRange): readonly FixPlan[] {
  const key = normalised(uri);
  const document = snapshot.documents.get(key);
  if (document === undefined) return [];
  const at = {
    file: filePath(key),
    range: { start: document.offsetAt(range.start), end: document.offsetAt(range.end) },
  };
  return snapshot.analysis.conversions?.(at) ?? [];
}

function filesOf(snapshot: DriverSnapshot, edits: readonly PlannedEdit[]): ConvertedFile[] {
  return [...new Set(edits.map(({ file }) => file))].flatMap((file) => {
    const document = snapshot.documents.get(file);
    if (document === undefined) return [];
    const own = edits
      .filter((edit) => edit.file === file)
      .map(({ range, newText, reason }) => ({ start: range.start, end: range.end, newText, reason }));
    return [{ uri: document.uri, before: document.getText(), edits: own }];
  });
}
