/**
 * The one place where fixtures meet the analyser: tests say what they expect, and only this file knows how the
 * analyser is asked. A finding without a mark fails, a mark without a finding fails.
 */
import { expect } from 'vitest';
import type { DriverAnalysis } from '../../extension/analyzer/analyzer.ts';
import type { Finding, FixKind } from '../../extension/analyzer/finding.ts';
import type { FixPlan } from '../../extension/analyzer/fix.ts';
import { parseFixture, visualColumn, type Fixture, type FixtureFile, type Mark } from './fixture.ts';

/** The part of an analysis that fixtures speak about. */
export type Findings = Pick<DriverAnalysis, 'findings'>;

/** What is tested. `syntaxErrors` counts what the parser could not understand in a text. */
export interface Subject<A extends Findings = Findings> {
  analyse(files: readonly FixtureFile[]): A;
  syntaxErrors(file: FixtureFile): number;
}

/** Which findings a test looks at; all of them if it says nothing. */
export type FindingFilter = (finding: Finding) => boolean;

/** The grade of the best plan of a finding. */
export function fixKind(finding: Finding): FixKind {
  return finding.fixes[0]?.applicability ?? 'none';
}

/** Analyses the fixture and compares the findings with its marks, both ways. Returns the analysis for more questions. */
export function checkFindings<A extends Findings>(
  subject: Subject<A>,
  source: string,
  filter: FindingFilter = () => true,
): A {
  const fixture = parseFixture(source);
  const analysis = analyse(subject, fixture);
  const findings = analysis.findings.filter(filter).map((finding) => describeFinding(fixture, finding));
  const marks = fixture.marks.map((mark) => ({ ...mark, found: false }));
  const unexpected: string[] = [];
  for (const finding of findings) {
    const mark = marks.find((candidate) => !candidate.found && matches(candidate, finding));
    if (mark === undefined) unexpected.push(finding.text);
    else mark.found = true;
  }
  const missing = marks.filter((mark) => !mark.found).map(describeMark);
  expect({ unexpected, missing }).toEqual({ unexpected: [], missing: [] });
  return analysis;
}

/** Applies to `before` the first plan that covers the cursor and compares with `after`. Both must parse. */
export function checkFix(
  subject: Subject,
  before: string,
  after: string,
  choose: (plan: FixPlan) => boolean = () => true,
): void {
  const fixture = parseFixture(before);
  const { cursor } = fixture;
  if (cursor === null) throw new Error('the text before the fix has no $0');
  const findings = analyse(subject, fixture).findings.filter(
    ({ location: { file, range } }) =>
      file === cursor.file && range.start <= cursor.offset && cursor.offset <= range.end,
  );
  const plan = findings
    .flatMap((finding) => finding.fixes)
    .find((candidate) => candidate.edits.length > 0 && choose(candidate));
  expect(plan, 'no fix with an edit at $0').toBeDefined();
  if (plan === undefined) return;
  const fixed = fixture.files.map((file) => applyPlan(file, plan));
  const wanted = parseFixture(after);
  if (wanted.marks.length > 0) throw new Error('marks have no meaning in the text after a fix');
  expect(Object.fromEntries(fixed.map((file) => [file.path, file.text]))).toEqual(
    Object.fromEntries(wanted.files.map((file) => [file.path, file.text])),
  );
  requireParses(subject, wanted.files, 'after');
}

/** There is a finding at the cursor, and nothing a machine can do about it. */
export function checkNoFix(subject: Subject, source: string): void {
  const fixture = parseFixture(source);
  const { cursor } = fixture;
  if (cursor === null) throw new Error('the fixture has no $0');
  const there = analyse(subject, fixture).findings.filter(
    ({ location: { file, range } }) =>
      file === cursor.file && range.start <= cursor.offset && cursor.offset <= range.end,
  );
  expect(there.length, 'no finding at $0').toBeGreaterThan(0);
  expect(there.flatMap((finding) => finding.fixes.filter((plan) => plan.edits.length > 0))).toEqual([]);
}

/** The file after the plan's edits, which are sorted and do not overlap. */
export function applyPlan(file: FixtureFile, plan: FixPlan): FixtureFile {
  const edits = plan.edits.filter((edit) => edit.file === file.path);
  const text = edits.reduceRight(
    (text, { range, newText }) => text.slice(0, range.start) + newText + text.slice(range.end),
    file.text,
  );
  return { path: file.path, text };
}

function analyse<A extends Findings>(subject: Subject<A>, fixture: Fixture): A {
  requireParses(subject, fixture.files, 'the fixture');
  return subject.analyse(fixture.files);
}

function requireParses(subject: Subject, files: readonly FixtureFile[], what: string): void {
  const broken = files.filter((file) => subject.syntaxErrors(file) > 0).map((file) => file.path);
  expect(broken, `${what} does not parse`).toEqual([]);
}

interface Described {
  readonly finding: Finding;
  readonly line: number;
  readonly start: number;
  /** Null if the finding ends on another line. */
  readonly end: number | null;
  readonly text: string;
}

function describeFinding(fixture: Fixture, finding: Finding): Described {
  const { file, range } = finding.location;
  const text = fixture.files.find((candidate) => candidate.path === file)?.text ?? '';
  const lineStart = text.lastIndexOf('\n', range.start - 1) + 1;
  const line = text.slice(0, lineStart).split('\n').length;
  const lineText = text.slice(lineStart).split('\n', 1)[0] ?? '';
  const start = visualColumn(lineText, range.start - lineStart);
  const endIndex = range.end - lineStart;
  const end = endIndex <= lineText.length ? visualColumn(lineText, endIndex) : null;
  const label = `${file}:${line} columns ${start}-${end ?? '…'} ${finding.rule} [${fixKind(finding)}]: ${finding.message}`;
  return { finding, line, start, end, text: `${label} | ${lineText.trim()}` };
}

function matches(mark: Mark, { finding, line, start, end }: Described): boolean {
  return (
    finding.location.file === mark.file &&
    line === mark.line &&
    finding.rule === mark.rule &&
    (mark.columns === null || (mark.columns.start === start && (end === null || mark.columns.end === end))) &&
    (mark.fix === null || fixKind(finding) === mark.fix) &&
    (mark.message === null || says(finding, mark.message))
  );
}

function says({ message, evidence }: Finding, part: string): boolean {
  return message.includes(part) || evidence.some((reason) => reason.message.includes(part));
}

function describeMark(mark: Mark): string {
  const where = mark.columns === null ? 'whole line' : `columns ${mark.columns.start}-${mark.columns.end}`;
  const fix = mark.fix === null ? '' : ` [${mark.fix}]`;
  return `${mark.file}:${mark.line} ${where} ${mark.rule}${fix}${mark.message === null ? '' : `: ${mark.message}`}`;
}
