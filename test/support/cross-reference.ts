/**
 * Static findings and what the simulator ran into refer to each other: the scenario in which a finding comes to harm
 * ("show me"), and the findings that a piece of evidence is about. Plain data on both sides.
 */
import type { SourceRange } from '../../simulator/contract/driver-model.ts';
import type { DriverAnalysis } from '../../extension/analyzer/analyzer.ts';
import type { Finding, Requirement } from '../../extension/analyzer/finding.ts';
import type { Location } from '../../extension/analyzer/text/range.ts';
import { LineTable } from '../../extension/analyzer/text/line-table.ts';

/** A run that shows what a requirement is about: id of a scenario, and what to change in it. */
export interface ShowMe {
  readonly scenario: string;
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
}

/** What of a run's evidence is looked at (`Evidence` of the simulator's verdict has it). */
export interface EvidencePlace {
  readonly requirement: Requirement;
  readonly at: SourceRange | null;
}

/** Goes on past a refused bind and past faults, so that the rest of the driver is reached too. */
const EXPLORE = { explore: true } as const;
const RECEIVE: ShowMe = { scenario: 'dmabuf-works', parameters: EXPLORE };
const UNSPLIT: ShowMe = { scenario: 'split-failures', parameters: EXPLORE };
const SMALL: ShowMe = { scenario: 'payload-sizes', parameters: EXPLORE };
const RESTART: ShowMe = { scenario: 'queue-restart-under-load', parameters: EXPLORE };
const SEND: ShowMe = { scenario: 'tx-works', parameters: EXPLORE };

const SHOWS: Readonly<Record<Requirement, readonly ShowMe[]>> = {
  RX1: [RECEIVE],
  RX2: [RECEIVE],
  RX3: [RECEIVE, RESTART, UNSPLIT],
  RX4: [RECEIVE],
  RX5: [RECEIVE, UNSPLIT, SMALL],
  RX6: [RECEIVE, UNSPLIT],
  RX7: [RECEIVE, UNSPLIT, RESTART],
  TX1: [SEND],
  TX2: [SEND],
};

/** The runs that can trip over the finding, the likeliest first. */
export function showMe(finding: Pick<Finding, 'requirement'>): readonly ShowMe[] {
  return SHOWS[finding.requirement];
}

/**
 * - `place`: same requirement, overlapping places. `class`: same requirement, on another use of the same buffers.
 * - `line`: the line breaks another requirement as well.
 */
export type Relation = 'place' | 'class' | 'line';

export interface Reference {
  readonly finding: Finding;
  /** Position in the list of evidence that was given. */
  readonly evidence: number;
  readonly relation: Relation;
}

/** Findings and evidence of one driver, each with what it has in the other list. */
export interface CrossReferences {
  readonly references: readonly Reference[];
  ofFinding(finding: Finding): readonly Reference[];
  ofEvidence(evidence: number): readonly Reference[];
}

const STRENGTH: readonly Relation[] = ['place', 'class', 'line'];

/** @param texts of the driver's files, by the paths that the analysis uses. */
export function crossReferences(
  analysis: DriverAnalysis,
  evidence: readonly EvidencePlace[],
  texts: ReadonlyMap<string, string>,
): CrossReferences {
  const places = new Places(texts);
  const uses = new Map(
    (analysis.facts?.classes ?? []).map((c) => [c.id, c.facts.map((f) => places.of(f.location))]),
  );
  const references: Reference[] = [];
  for (const finding of analysis.findings) {
    const own = places.of(finding.location);
    const others = finding.aliasClass === null ? [] : (uses.get(finding.aliasClass) ?? []);
    evidence.forEach(({ requirement, at }, index) => {
      if (at === null) return;
      const same = requirement === finding.requirement;
      const relation = relationOf(same, own, others, at);
      if (relation !== null) references.push({ finding, evidence: index, relation });
    });
  }
  references.sort((a, b) => STRENGTH.indexOf(a.relation) - STRENGTH.indexOf(b.relation));
  return {
    references,
    ofFinding: (finding) => references.filter((r) => r.finding === finding),
    ofEvidence: (index) => references.filter((r) => r.evidence === index),
  };
}

function relationOf(
  same: boolean,
  own: SourceRange | null,
  others: readonly (SourceRange | null)[],
  at: SourceRange,
): Relation | null {
  const here = own !== null && overlaps(own, at);
  if (here) return same ? 'place' : 'line';
  return same && others.some((place) => place !== null && overlaps(place, at)) ? 'class' : null;
}

/** They share a line of a file: the finding is about a name in the call that the simulator points at. */
function overlaps(a: SourceRange, b: SourceRange): boolean {
  return a.file === b.file && a.line <= b.endLine && b.line <= a.endLine;
}

class Places {
  private readonly texts: ReadonlyMap<string, string>;
  private readonly tables = new Map<string, LineTable>();

  constructor(texts: ReadonlyMap<string, string>) {
    this.texts = texts;
  }

  of({ file, range }: Location): SourceRange | null {
    const text = this.texts.get(file);
    if (text === undefined) return null;
    let table = this.tables.get(file);
    if (table === undefined) this.tables.set(file, (table = new LineTable(text)));
    const a = table.position(range.start);
    const b = table.position(range.end);
    return { file, line: a.line, column: a.column, endLine: b.line, endColumn: b.column };
  }
}
