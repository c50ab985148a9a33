/** How far a driver is from netmem support: its findings by requirement, as the readiness tree shows them. */
import { type Finding, REQUIREMENTS } from '../analyzer/finding.ts';
import { REQUIREMENT_TEXTS } from '../analyzer/report/requirements.ts';
import { toRange } from './documents.ts';
import type { DriverSnapshot } from './driver-session.ts';
import type { Readiness, ReadinessFinding } from './protocol.ts';

export function readinessOf(snapshot: DriverSnapshot): Readiness {
  const { model, incomplete } = snapshot.analysis;
  const { findings } = snapshot;
  return {
    driver: snapshot.driver,
    name: model.name,
    isDriver: model.pools.length > 0 || findings.length > 0,
    incomplete: incomplete.length,
    requirements: REQUIREMENTS.map((requirement) => ({
      requirement,
      title: REQUIREMENT_TEXTS[requirement].title,
      findings: findings
        .filter((finding) => finding.requirement === requirement)
        .flatMap((finding) => toEntry(snapshot, finding) ?? []),
    })),
  };
}

function toEntry(snapshot: DriverSnapshot, finding: Finding): ReadinessFinding | null {
  const document = snapshot.documents.get(finding.location.file);
  if (document === undefined) return null;
  return {
    uri: document.uri,
    range: toRange(document, finding.location.range),
    rule: finding.rule,
    severity: finding.severity,
    message: finding.message,
  };
}
