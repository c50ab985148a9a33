/** A finding in words: as Markdown for a reader in the editor, as plain text for a mail. */
import { codeSpan, escape } from '../analyzer/index.ts';
import type { Finding, FixPlan, Location } from '../analyzer/index.ts';
import { acceptOffer } from './accept-actions.ts';
import { plansAt } from './conversions.ts';
import { toRange } from './documents.ts';
import type { DriverSnapshot } from './driver-session.ts';
import { placeOf } from './places.ts';
import {
  ACCEPT_COMMAND,
  COPY_COMMAND,
  type ExplainedFinding,
  OPEN_PLACE_COMMAND,
  PREVIEW_COMMAND,
  RULE_PAGE_COMMAND,
  SHOW_FIXES_COMMAND,
  SHOW_IN_SIMULATOR_COMMAND,
} from './protocol.ts';

/** Explains the finding, with the reason why this very place was chosen. */
export function explain(snapshot: DriverSnapshot, finding: Finding): ExplainedFinding {
  const place = placeOf(snapshot, finding.location);
  const because = finding.evidence.map((step) => ({
    at: placeOf(snapshot, step.location),
    link: linkTo(snapshot, step.location),
    message: step.message,
  }));
  const markdown = [
    `# ${finding.rule}`,
    linkTo(snapshot, finding.location),
    escape(finding.message),
    `- Requirement: **${finding.requirement}** of Documentation/networking/netmem.rst`,
    `- Severity: ${finding.severity}; confidence: ${finding.confidence}`,
    ...(finding.replacement === null ? [] : [`- In its place: ${codeSpan(finding.replacement)}`]),
    ...section(
      'Why this place',
      because.map(({ link, message }) => `- ${link}: ${escape(message)}`),
    ),
    ...section(
      'What can be done',
      finding.fixes.flatMap((plan) => describe(snapshot, plan)),
    ),
    ...section('Next', nextSteps(snapshot, finding)),
  ];
  const text = [
    `${place}: ${finding.severity}: ${finding.message} [${finding.rule}]`,
    ...because.map(({ at, message }) => `${at}: note: ${message}`),
    ...(finding.fixes[0] === undefined ? [] : [`fix: ${finding.fixes[0].title}`]),
  ];
  return { rule: finding.rule, markdown: `${markdown.join('\n\n')}\n`, text: `${text.join('\n')}\n` };
}

/** What can be done about the finding, as commands of this extension. */
function nextSteps(snapshot: DriverSnapshot, finding: Finding): string[] {
  const document = snapshot.documents.get(finding.location.file);
  if (document === undefined) return [];
  const { uri } = document;
  const range = toRange(document, finding.location.range);
  const edits = finding.fixes.some((plan) => plan.edits.length > 0);
  const previews = plansAt(snapshot, uri, range).some((plan) => plan.edits.length > 0);
  const steps = [
    ...(edits ? [commandLink('Fix…', SHOW_FIXES_COMMAND, uri, range)] : []),
    ...(previews ? [commandLink('Preview the conversion…', PREVIEW_COMMAND, uri, range)] : []),
    commandLink(
      `Show ${finding.requirement} in the simulator`,
      SHOW_IN_SIMULATOR_COMMAND,
      uri,
      finding.requirement,
    ),
    commandLink('Read the page of the rule', RULE_PAGE_COMMAND, finding.rule),
    commandLink(`Accept ${finding.rule}…`, ACCEPT_COMMAND, acceptOffer(snapshot, finding, uri, range)),
    commandLink('Copy as text', COPY_COMMAND, uri, range),
  ];
  return steps.map((step) => `- ${step}`);
}

/** A place that opens when it is clicked. */
function linkTo(snapshot: DriverSnapshot, location: Location): string {
  const document = snapshot.documents.get(location.file);
  const place = placeOf(snapshot, location);
  if (document === undefined) return codeSpan(place);
  return commandLink(
    codeSpan(place),
    OPEN_PLACE_COMMAND,
    document.uri,
    toRange(document, location.range).start,
  );
}

/** @param text Markdown, of ours or escaped */
function commandLink(text: string, command: string, ...args: readonly unknown[]): string {
  // What ends a link's target in Markdown is left as it is by the usual encoding.
  const encoded = encodeURIComponent(JSON.stringify(args)).replace(
    /[()'*!~]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `[${text}](command:${command}?${encoded})`;
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
      ({ location, reason }) => `  - left alone: ${linkTo(snapshot, location)}: ${escape(reason)}`,
    ),
  ];
}
