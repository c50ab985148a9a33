/** What every writer is given, and what it is. */
import type { Severity } from '../finding.ts';
import type { ResolvedFinding, ResolvedIncomplete } from '../findings/resolved.ts';

export const FORMATS = ['text', 'jsonl', 'json', 'sarif', 'github', 'markdown'] as const;
export type Format = (typeof FORMATS)[number];

/** One rule as reports name it. */
export interface RuleEntry {
  readonly id: string;
  readonly requirement: string;
  readonly title: string;
  readonly severity: Severity;
  /** Where the demand is written down. */
  readonly helpUri: string;
  /** Page of the rule in markdown, or null where nobody reads it. */
  readonly page: string | null;
}

export interface Report {
  readonly version: string;
  readonly rules: readonly RuleEntry[];
  /** All findings, suppressed ones included, by file and line. */
  readonly findings: readonly ResolvedFinding[];
  readonly incomplete: readonly ResolvedIncomplete[];
}

/** Colours a piece of text; the identity where there are none. */
export interface Style {
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly note: (text: string) => string;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
}

export const PLAIN: Style = {
  error: same,
  warning: same,
  note: same,
  bold: same,
  dim: same,
  good: same,
};

function same(text: string): string {
  return text;
}

/** Findings that count. */
export function open(report: Report): readonly ResolvedFinding[] {
  return report.findings.filter((finding) => finding.suppressed === null);
}
