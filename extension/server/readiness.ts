/** How far a driver is from netmem support: its findings by requirement, as the readiness tree shows them. */
import { type Finding, REQUIREMENTS, type Requirement } from '../analyzer/finding.ts';
import { toRange } from './documents.ts';
import type { DriverSnapshot } from './driver-session.ts';
import type { Readiness, ReadinessFinding } from './protocol.ts';

/** The kernel's requirements (Documentation/networking/netmem.rst) in a few words each. */
const TITLES: Record<Requirement, string> = {
  RX1: 'Buffers come from a page pool',
  RX2: 'Header split can be configured',
  RX3: 'Payload goes through the netmem API',
  RX4: 'Pool flags allow unreadable memory',
  RX5: 'Nothing reads the payload',
  RX6: 'Syncs for the CPU go through the pool',
  RX7: 'Recycling is left to the pool',
  TX1: 'Unmapping skips memory that was not mapped',
  TX2: 'The device declares netmem TX',
};

export function readinessOf(snapshot: DriverSnapshot): Readiness {
  const { findings, model, incomplete } = snapshot.analysis;
  return {
    driver: snapshot.directory,
    name: model.name,
    isDriver: model.pools.length > 0 || findings.length > 0,
    incomplete: incomplete.length,
    requirements: REQUIREMENTS.map((requirement) => ({
      requirement,
      title: TITLES[requirement],
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
