/** How far a driver is from netmem support, as the readiness tree shows it and the terminal's report counts it. */
import { REQUIREMENT_TEXTS, standings, stateLabel, summary } from '../analyzer/index.ts';
import type { Finding, Location, Standing } from '../analyzer/index.ts';
import { toRange } from './documents.ts';
import type { DriverSnapshot } from './driver-session.ts';
import type { Readiness, ReadinessFinding, RequirementReadiness } from './protocol.ts';

export function readinessOf(snapshot: DriverSnapshot): Readiness {
  const { model, incomplete, traces } = snapshot.analysis;
  const { findings } = snapshot;
  const requirements = standings({
    model,
    findings: [...findings.map((finding) => deciding(finding, null)), ...snapshot.accepted.map(accepted)],
    incomplete: incomplete.map(({ location, bearsOn }) => ({ bearsOn, where: where(snapshot, location) })),
    traces: traces && {
      isMapped: traces.isMapped,
      untraced: traces.untraced.map(({ location, reason }) => ({ where: where(snapshot, location), reason })),
      foreignPool: traces.foreignPool && where(snapshot, traces.foreignPool),
      syncedAt: traces.syncedAt && where(snapshot, traces.syncedAt),
    },
  });
  return {
    driver: snapshot.driver,
    name: model.name,
    isDriver: model.pools.length > 0 || findings.length > 0,
    incomplete: incomplete.filter(({ bearsOn }) => bearsOn.length > 0).length,
    met: requirements.filter(({ state }) => state === 'met').length,
    summary: summary(requirements),
    requirements: requirements.map((standing) => toRequirement(snapshot, standing)),
  };
}

/** Name and line of a place. */
function where({ documents }: DriverSnapshot, { file, range }: Location): string {
  const line = documents.get(file)?.positionAt(range.start).line ?? 0;
  return `${file.slice(file.lastIndexOf('/') + 1)}:${line + 1}`;
}

interface Deciding extends Pick<Finding, 'requirement' | 'severity'> {
  readonly finding: Finding;
  readonly suppressed: string | null;
}

function deciding(finding: Finding, suppressed: string | null): Deciding {
  const { requirement, severity } = finding;
  return { requirement, severity, suppressed, finding };
}

function accepted(finding: Finding): Deciding {
  return deciding(finding, 'accepted');
}

function toRequirement(snapshot: DriverSnapshot, standing: Standing<Deciding>): RequirementReadiness {
  const { requirement, state, blocking, notes, why } = standing;
  return {
    requirement,
    title: REQUIREMENT_TEXTS[requirement].title,
    state,
    label: stateLabel(state, blocking.length, standing.accepted.length),
    why,
    findings: [...blocking, ...notes].flatMap(({ finding }) => toEntry(snapshot, finding) ?? []),
    notes: notes.length,
  };
}

function toEntry(snapshot: DriverSnapshot, finding: Finding): ReadinessFinding | null {
  const document = snapshot.documents.get(finding.location.file);
  if (document === undefined) return null;
  return {
    uri: document.uri,
    range: toRange(document, finding.location.range),
    rule: finding.rule,
    api: finding.api,
    severity: finding.severity,
    message: finding.message,
  };
}
