/** A finding in words: as Markdown for a reader in the editor, as plain text for a mail. */
import type { Finding } from '../analyzer/finding.ts';
import type { FixPlan } from '../analyzer/fix.ts';
import type { Location } from '../analyzer/text/range.ts';
import { codeSpan, escape } from '../analyzer/report/markdown.ts';
import { visible } from '../analyzer/report/visible.ts';
import { URI, Utils } from 'vscode-uri';
import type { DriverSnapshot } from './driver-session.ts';
import type { ExplainedFinding } from './protocol.ts';

/** Explains the finding, with the reason why this very place was chosen. */
export function explain(snapshot: DriverSnapshot, finding: Finding): ExplainedFinding {
  const place = placeOf(snapshot, finding.location);
  const because = finding.evidence.map((step) => ({
    at: placeOf(snapshot, step.location),
    message: step.message,
  }));
  const markdown = [
    `# ${finding.rule}`,
    codeSpan(place),
    escape(finding.message),
    `- Requirement: **${finding.requirement}** of Documentation/networking/netmem.rst`,
    `- Severity: ${finding.severity}; confidence: ${finding.confidence}`,
    ...(finding.replacement === null ? [] : [`- In its place: ${codeSpan(finding.replacement)}`]),
    ...section(
      'Why this place',
      because.map(({ at, message }) => `- ${codeSpan(at)}: ${escape(message)}`),
    ),
    ...section(
      'What can be done',
      finding.fixes.flatMap((plan) => describe(snapshot, plan)),
    ),
    `Full text of the rule: \`netmem explain ${finding.rule}\``,
  ];
  const text = [
    `${place}: ${finding.severity}: ${finding.message} [${finding.rule}]`,
    ...because.map(({ at, message }) => `${at}: note: ${message}`),
    ...(finding.fixes[0] === undefined ? [] : [`fix: ${finding.fixes[0].title}`]),
  ];
  return { rule: finding.rule, markdown: `${markdown.join('\n\n')}\n`, text: `${text.join('\n')}\n` };
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}`, lines.join('\n')];
}

function describe(snapshot: DriverSnapshot, plan: FixPlan): string[] {
  const files = new Set(plan.edits.map((edit) => edit.file)).size;
  const size = plan.edits.length === 0 ? 'no edit' : `${plan.edits.length} edits in ${files} files`;
  return [
    `- ${escape(plan.title)} (${plan.applicability}; ${size})`,
    ...plan.refusals.map(
      ({ location, reason }) => `  - left alone: ${codeSpan(placeOf(snapshot, location))}: ${escape(reason)}`,
    ),
  ];
}

/** `file.c:12:5`, as compilers print it. */
export function placeOf(snapshot: DriverSnapshot, { file, range }: Location): string {
  const name = visible(Utils.basename(URI.parse(file)));
  const document = snapshot.documents.get(file);
  if (document === undefined) return name;
  const { line, character } = document.positionAt(range.start);
  return `${name}:${line + 1}:${character + 1}`;
}
