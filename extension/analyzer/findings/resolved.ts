/**
 * A finding as reports print it: places as lines and columns, the line of source it stands in, and a fingerprint.
 * Everything a writer needs is in here, so that writers are pure functions of plain data and results can cross
 * threads.
 */
import type { DriverAnalysis, SourceFile } from '../analyzer.ts';
import type { Confidence, Finding, FixKind, Requirement, Severity } from '../finding.ts';
import type { FixPlan } from '../fix.ts';
import type { FilePath, Location } from '../text/range.ts';
import { enclosingFunction } from './enclosing-function.ts';
import { Fingerprints } from './fingerprint.ts';
import { LineTable } from '../text/line-table.ts';

/** A place as compilers print it: lines and columns from 1, columns in UTF-16 units, end excluded. */
export interface Place {
  /** As the user named it. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface ResolvedEvidence {
  readonly place: Place;
  readonly message: string;
}

export interface ResolvedEdit {
  readonly place: Place;
  readonly newText: string;
}

export interface ResolvedFix {
  readonly title: string;
  readonly kind: FixKind;
  readonly edits: readonly ResolvedEdit[];
}

export interface ResolvedFinding {
  /** Name of the driver: its directory. */
  readonly driver: string;
  readonly rule: string;
  readonly requirement: Requirement;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly place: Place;
  /** The function the place is in, or null outside of one. */
  readonly function: string | null;
  /** The line of source, without its end. */
  readonly source: string;
  readonly api: string;
  readonly replacement: string | null;
  readonly message: string;
  readonly evidence: readonly ResolvedEvidence[];
  readonly aliasClass: string | null;
  readonly fixes: readonly ResolvedFix[];
  /** Survives changes elsewhere in the file: rule, file, function and text of the line. */
  readonly fingerprint: string;
  /** Why the user accepted it, or null if it counts. */
  readonly suppressed: string | null;
}

/** A place that could not be understood. */
export interface ResolvedIncomplete {
  readonly place: Place;
  readonly reason: string;
  /** Requirements that it may have a part in. */
  readonly bearsOn: readonly Requirement[];
}

/** How the report names files; fingerprints use the driver's own name for them. */
export interface ResolveOptions {
  readonly driver: string;
  /** As the user named the file. */
  readonly display: (file: FilePath) => string;
  /** True: somebody asks how far fragments were followed. */
  readonly traces?: boolean;
  /** False: nobody asks how to mend what is found, so that findings come without fixes. */
  readonly fixes?: boolean;
}

/** How far the fragments that a driver sends were followed. */
export interface ResolvedTraces {
  readonly isMapped: boolean;
  readonly untraced: readonly { readonly place: Place; readonly reason: string }[];
  /** Where buffers are received from a pool that another module creates. */
  readonly foreignPool: Place | null;
  /** Where payload is synchronised for the CPU through its pool. */
  readonly syncedAt: Place | null;
}

/** What one driver's analysis says, ready to be written. */
export interface ResolvedDriver {
  readonly findings: readonly ResolvedFinding[];
  readonly incomplete: readonly ResolvedIncomplete[];
  /** Only if it was asked for. */
  readonly traces?: ResolvedTraces | undefined;
}

/** The grade of the best thing that can be done about a finding. */
export function fixKind(finding: Pick<ResolvedFinding, 'fixes'>): FixKind {
  return finding.fixes[0]?.kind ?? 'none';
}

/** Turns offsets into lines, and sorts by place. A file that is not among `files` gets line 1, column 1. */
export function resolveAnalysis(
  analysis: Pick<DriverAnalysis, 'findings' | 'incomplete' | 'traces'>,
  files: Iterable<SourceFile>,
  options: ResolveOptions,
): ResolvedDriver {
  const tables = lineTables(files);
  const incomplete = analysis.incomplete.map(({ location, reason, bearsOn }) => ({
    place: placeOf(tables, location, options),
    reason,
    bearsOn,
  }));
  const traced = options.traces === true ? analysis.traces : undefined;
  const traces = traced && {
    isMapped: traced.isMapped,
    untraced: traced.untraced.map(({ location, reason }) => ({
      place: placeOf(tables, location, options),
      reason,
    })),
    foreignPool: traced.foreignPool && placeOf(tables, traced.foreignPool, options),
    syncedAt: traced.syncedAt && placeOf(tables, traced.syncedAt, options),
  };
  return { findings: resolveAll(analysis.findings, tables, options).sort(byPlace), incomplete, traces };
}

/** What names a finding beyond lines and offsets. */
export interface FindingIdentity {
  /** The function it is in, or null outside of one. */
  readonly function: string | null;
  readonly fingerprint: string;
}

/** Identities in the order of the findings. Looks at no fix, since those are made when asked for. */
export function identifyFindings(
  findings: readonly Finding[],
  files: Iterable<SourceFile>,
): readonly FindingIdentity[] {
  return identify(findings, lineTables(files));
}

function identify(
  findings: readonly Finding[],
  tables: ReadonlyMap<FilePath, LineTable>,
): readonly FindingIdentity[] {
  const fingerprints = new Fingerprints();
  const lines = new Map<LineTable, Map<number, LineIdentity>>();
  return findings.map((finding) => {
    const table = tables.get(finding.location.file);
    const number = table?.position(finding.location.range.start).line ?? 1;
    const known = table === undefined ? null : lineIdentity(lines, table, number);
    const inside = known?.function ?? null;
    const name = finding.location.file.split('/').at(-1) ?? '';
    const parts = [finding.rule, finding.api, name, inside ?? ''];
    return { function: inside, fingerprint: fingerprints.of(parts, known?.words ?? '') };
  });
}

/** What all findings of a line share. */
interface LineIdentity {
  readonly function: string | null;
  /** Its text, with one blank between words. */
  readonly words: string;
}

function lineIdentity(
  lines: Map<LineTable, Map<number, LineIdentity>>,
  table: LineTable,
  number: number,
): LineIdentity {
  let ofTable = lines.get(table);
  if (ofTable === undefined) lines.set(table, (ofTable = new Map<number, LineIdentity>()));
  let found = ofTable.get(number);
  if (found === undefined) {
    const words = table.line(number).replace(/\s+/g, ' ').trim();
    ofTable.set(number, (found = { function: enclosingFunction(table, number), words }));
  }
  return found;
}

function lineTables(files: Iterable<SourceFile>): Map<FilePath, LineTable> {
  const tables = new Map<FilePath, LineTable>();
  for (const { path, text } of files) tables.set(path, new LineTable(text));
  return tables;
}

function resolveAll(
  findings: readonly Finding[],
  tables: ReadonlyMap<FilePath, LineTable>,
  options: ResolveOptions,
): ResolvedFinding[] {
  const identities = identify(findings, tables);
  const place = (location: Location): Place => placeOf(tables, location, options);
  // One plan mends many findings: it is resolved once and shared.
  const resolved = new Map<FixPlan, ResolvedFix>();
  const resolve = (plan: FixPlan): ResolvedFix => {
    const known = resolved.get(plan) ?? resolveFix(plan, place);
    resolved.set(plan, known);
    return known;
  };
  return findings.map((finding, index): ResolvedFinding => {
    const table = tables.get(finding.location.file);
    const at = place(finding.location);
    const source = table?.line(at.line) ?? '';
    const identity = identities[index];
    return {
      driver: options.driver,
      rule: finding.rule,
      requirement: finding.requirement,
      severity: finding.severity,
      confidence: finding.confidence,
      place: at,
      function: identity?.function ?? null,
      source,
      api: finding.api,
      replacement: finding.replacement,
      message: finding.message,
      evidence: finding.evidence.map((step) => ({ place: place(step.location), message: step.message })),
      aliasClass: finding.aliasClass,
      // Plans are made when asked for; whoever only wants the fingerprint does not pay for them.
      get fixes() {
        return options.fixes === false ? [] : finding.fixes.map(resolve);
      },
      fingerprint: identity?.fingerprint ?? '',
      suppressed: null,
    };
  });
}

function resolveFix(plan: FixPlan, place: (location: Location) => Place): ResolvedFix {
  return {
    title: plan.title,
    kind: plan.applicability,
    edits: plan.edits.map((edit) => ({ place: place(edit), newText: edit.newText })),
  };
}

function placeOf(
  tables: ReadonlyMap<FilePath, LineTable>,
  location: Location,
  options: ResolveOptions,
): Place {
  const file = options.display(location.file);
  const table = tables.get(location.file);
  if (table === undefined) return { file, line: 1, column: 1, endLine: 1, endColumn: 1 };
  const start = table.position(location.range.start);
  const end = table.position(location.range.end);
  return { file, line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}

function byPlace(a: ResolvedFinding, b: ResolvedFinding): number {
  if (a.place.file !== b.place.file) return a.place.file < b.place.file ? -1 : 1;
  return a.place.line - b.place.line || a.place.column - b.place.column || (a.rule < b.rule ? -1 : 1);
}
