/** One JSON object a line (or one array), for scripts. The fields up to `message` are an interface others rely on. */
import type { Confidence, FixKind, Requirement, Severity } from '../finding.ts';
import { fixKind, type ResolvedFinding } from '../findings/resolved.ts';
import { writePlainJson } from './visible.ts';
import type { Report } from './writer.ts';

/** A finding as scripts read it. Lines and columns count from 1. */
export interface JsonFinding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly rule: string;
  readonly requirement: Requirement;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly api: string;
  readonly replacement: string | null;
  readonly fix: FixKind;
  readonly message: string;
  readonly driver: string;
  readonly function: string | null;
  readonly bufferClass: string | null;
  readonly fixTitle: string | null;
  readonly fingerprint: string;
  /** The reason it was accepted, or null. Accepted findings are listed, so that they do not seem fixed. */
  readonly suppressed: string | null;
  readonly evidence: readonly { readonly file: string; readonly line: number; readonly message: string }[];
}

function jsonFinding(finding: ResolvedFinding): JsonFinding {
  return {
    ...finding.place,
    rule: finding.rule,
    requirement: finding.requirement,
    severity: finding.severity,
    confidence: finding.confidence,
    api: finding.api,
    replacement: finding.replacement,
    fix: fixKind(finding),
    message: finding.message,
    driver: finding.driver,
    function: finding.function,
    bufferClass: finding.aliasClass,
    fixTitle: finding.fixes[0]?.title ?? null,
    fingerprint: finding.fingerprint,
    suppressed: finding.suppressed,
    evidence: finding.evidence.map(({ place, message }) => ({ file: place.file, line: place.line, message })),
  };
}

export function writeJsonl(report: Report): string {
  return report.findings.map((finding) => writePlainJson(jsonFinding(finding), 0)).join('');
}

/** One document with the tool's version and what could not be understood. */
export function writeJson(report: Report): string {
  const document = {
    version: report.version,
    findings: report.findings.map(jsonFinding),
    incomplete: report.incomplete.map(({ place, reason }) => ({ ...place, reason })),
  };
  return writePlainJson(document);
}
