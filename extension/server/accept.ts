/**
 * Accepting a finding: one more entry in the baseline file. Kernel sources take no comments of tools, so nothing is
 * ever written into them.
 */
import { addEntry, enclosingFunction, LineTable } from '../analyzer/index.ts';
import type { Finding, Scope } from '../analyzer/index.ts';
import { findingsAt } from './diagnostics.ts';
import { subjectsOf } from './driver-policy.ts';
import { type DriverSnapshot, sourcesOf } from './driver-session.ts';
import type { FileAccess } from './host.ts';
import type { AcceptParams, AcceptResult } from './protocol.ts';

const REASON = 'accepted in the editor';

/** Name of the function a finding is in, as the baseline counts it; null outside of one. */
export function functionOf(snapshot: DriverSnapshot, finding: Finding): string | null {
  const document = snapshot.documents.get(finding.location.file);
  if (document === undefined) return null;
  const line = document.positionAt(finding.location.range.start).line + 1;
  return enclosingFunction(new LineTable(document.getText()), line);
}

/** The baseline with the finding in it. */
export async function acceptFinding(
  snapshot: DriverSnapshot,
  files: FileAccess,
  { uri, range, rule, scope }: AcceptParams,
): Promise<AcceptResult> {
  const finding = findingsAt(snapshot, uri, range).find((candidate) => candidate.rule === rule);
  if (finding === undefined)
    return { ok: false, error: `there is no finding of ${rule} at this place any more` };
  return baselineWith(snapshot, files, finding, scope);
}

/** The same for a finding at hand. */
async function baselineWith(
  snapshot: DriverSnapshot,
  files: FileAccess,
  finding: Finding,
  scope: Scope,
): Promise<AcceptResult> {
  const { baselineUri, baselineLeadsOut } = snapshot.policy;
  if (baselineLeadsOut)
    return {
      ok: false,
      error: `${baselineUri} leads out of the directory of the settings; nothing was written`,
    };
  const subject = subjectOf(snapshot, finding);
  if (subject === null) return { ok: false, error: 'the driver has changed; try again' };
  const before = await files.readFile(baselineUri);
  const added = addEntry(before ?? '', subject, scope, REASON);
  if (!added.ok) return { ok: false, error: `${baselineUri}: ${added.error}; nothing was written` };
  return { ok: true, uri: baselineUri, before, text: added.value };
}

function subjectOf(snapshot: DriverSnapshot, finding: Finding) {
  const { findings } = snapshot.analysis;
  // Settings may have given the finding another severity, which makes it another object.
  const { file, range } = finding.location;
  const index = findings.findIndex(
    (candidate) =>
      candidate.rule === finding.rule &&
      candidate.api === finding.api &&
      candidate.location.file === file &&
      candidate.location.range.start === range.start &&
      candidate.location.range.end === range.end,
  );
  return subjectsOf(snapshot.policy, findings, sourcesOf(snapshot.documents))[index] ?? null;
}
