/** Findings as LSP diagnostics. */
import { type Diagnostic, DiagnosticSeverity, DiagnosticTag, type Range } from 'vscode-languageserver';
import type { DriverAnalysis, Finding, Severity } from '../analyzer/index.ts';
import { toRange, touches } from './documents.ts';
import type { DriverSnapshot } from './driver-session.ts';
import { normalised } from './drivers.ts';

const SEVERITY: Record<Severity, DiagnosticSeverity> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** Code of the hints that fade what is not compiled. */
const INACTIVE = 'inactive';

/** Findings of one file, in the file's order. */
export function findingsIn(snapshot: DriverSnapshot, uri: string): readonly Finding[] {
  return snapshot.findings
    .filter((finding) => finding.location.file === uri)
    .sort((a, b) => a.location.range.start - b.location.range.start);
}

/** Findings that share a place with the range. */
export function findingsAt(snapshot: DriverSnapshot, uri: string, range: Range): readonly Finding[] {
  const key = normalised(uri);
  const document = snapshot.documents.get(key);
  if (document === undefined) return [];
  const start = document.offsetAt(range.start);
  const end = document.offsetAt(range.end);
  return findingsIn(snapshot, key).filter((finding) => touches(finding.location.range, start, end));
}

/** Address of the page about a rule, or null. */
export type RulePage = (rule: string) => string | null;

/** The diagnostics of one file (normalised URI). */
export function diagnosticsOf(snapshot: DriverSnapshot, uri: string, rulePage: RulePage): Diagnostic[] {
  const found = findingsIn(snapshot, uri).flatMap((finding) => linked(snapshot, finding, rulePage));
  return [...found, ...inactiveIn(snapshot, uri)];
}

/** One finding with a link to its rule's page; none if its file is not part of the snapshot. */
export function linked(snapshot: DriverSnapshot, finding: Finding, rulePage: RulePage): Diagnostic[] {
  const diagnostic = toDiagnostic(snapshot, finding);
  if (diagnostic === null) return [];
  const href = rulePage(finding.rule);
  return [href === null ? diagnostic : { ...diagnostic, codeDescription: { href } }];
}

/** What is not compiled, for editors to fade: a hint with this tag is listed nowhere. */
function inactiveIn({ analysis, documents }: DriverSnapshot, uri: string): Diagnostic[] {
  const document = documents.get(uri);
  const file = analysis.facts?.files.find(({ path }) => path === uri);
  if (document === undefined || file === undefined || !isOfBuffers(analysis)) return [];
  return (file.inactive ?? []).map((range) => ({
    range: toRange(document, range),
    severity: DiagnosticSeverity.Hint,
    tags: [DiagnosticTag.Unnecessary],
    source: 'netmem',
    code: INACTIVE,
    message: 'Not compiled with what is known of this build: not judged.',
  }));
}

/** C that has nothing to do with packet buffers is left to others. */
function isOfBuffers({ model, findings }: DriverAnalysis): boolean {
  return model.pools.length > 0 || findings.length > 0;
}

/** One finding, or null if its file is not part of the snapshot. */
export function toDiagnostic(snapshot: DriverSnapshot, finding: Finding): Diagnostic | null {
  const document = snapshot.documents.get(finding.location.file);
  if (document === undefined) return null;
  const related = finding.evidence.flatMap(({ location, message }) => {
    const place = snapshot.documents.get(location.file);
    return place === undefined
      ? []
      : [{ location: { uri: place.uri, range: toRange(place, location.range) }, message }];
  });
  return {
    range: toRange(document, finding.location.range),
    severity: SEVERITY[finding.severity],
    source: 'netmem',
    code: finding.rule,
    message: finding.message,
    ...(related.length > 0 && { relatedInformation: related }),
  };
}
