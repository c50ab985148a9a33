/** Severities and confidences in order, and what the user's settings do to findings. Editor and terminal share it. */
import type { Confidence, Requirement, Severity } from '../finding.ts';

/** Least first. */
export const CONFIDENCES = ['low', 'medium', 'high'] as const satisfies readonly Confidence[];
/** Least first. */
export const SEVERITIES = ['hint', 'info', 'warning', 'error'] as const satisfies readonly Severity[];

export type RuleLevel = Severity | 'off';

/** What the user wants to see. Names are rules or requirements. */
export interface FindingSettings {
  readonly rules: Readonly<Record<string, RuleLevel>>;
  /** Empty means all. */
  readonly select: readonly string[];
  readonly confidence: Confidence;
}

interface Graded {
  readonly rule: string;
  readonly requirement: Requirement;
  readonly severity: Severity;
  readonly confidence: Confidence;
}

/** The findings the settings leave over, with the severities they give. */
export function applySettings<T extends Graded>(
  findings: readonly T[],
  settings: FindingSettings,
): readonly T[] {
  return findings.flatMap((finding) => {
    const severity = settings.rules[finding.rule] ?? settings.rules[finding.requirement] ?? finding.severity;
    if (severity === 'off' || !isSelected(finding, settings.select)) return [];
    if (CONFIDENCES.indexOf(finding.confidence) < CONFIDENCES.indexOf(settings.confidence)) return [];
    return severity === finding.severity ? [finding] : [{ ...finding, severity }];
  });
}

function isSelected(finding: Graded, select: readonly string[]): boolean {
  return select.length === 0 || select.includes(finding.rule) || select.includes(finding.requirement);
}
