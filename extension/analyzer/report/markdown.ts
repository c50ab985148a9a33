/** Findings as a page to paste into a mail or a pull request: a table by requirement, then the list by file. */
import { REQUIREMENTS } from '../finding.ts';
import { fixKind, type ResolvedFinding } from '../findings/resolved.ts';
import { visible } from './visible.ts';
import { open, type Report } from './writer.ts';

export function writeMarkdown(report: Report): string {
  const findings = open(report);
  const accepted = report.findings.length - findings.length;
  const lines = ['# netmem findings', ''];
  if (findings.length === 0) lines.push('No open findings.', '');
  else lines.push(...countTable(findings), '', ...byFile(findings));
  if (accepted > 0)
    lines.push(`${accepted} accepted ${accepted === 1 ? 'finding is' : 'findings are'} not listed.`, '');
  return lines.join('\n');
}

function countTable(findings: readonly ResolvedFinding[]): string[] {
  const rows = REQUIREMENTS.flatMap((requirement) => {
    const own = findings.filter((finding) => finding.requirement === requirement);
    const fixable = own.filter((finding) => ['safe', 'unsafe'].includes(fixKind(finding))).length;
    return own.length === 0 ? [] : [`| ${requirement} | ${own.length} | ${fixable} |`];
  });
  return ['| requirement | findings | fixable |', '| --- | ---: | ---: |', ...rows];
}

function byFile(findings: readonly ResolvedFinding[]): string[] {
  const files = [...new Set(findings.map((finding) => finding.place.file))];
  return files.flatMap((file) => [
    `## ${escape(file)}`,
    '',
    ...findings.filter((finding) => finding.place.file === file).map(item),
    '',
  ]);
}

function item({ place, severity, rule, message }: ResolvedFinding): string {
  return `- **${place.line}** ${severity}: ${escape(message)} (\`${rule}\`)`;
}

/** Keeps identifiers such as `foo_bar_baz` and `*p` from becoming emphasis, and untrusted names from becoming a page. */
export function escape(text: string): string {
  return visible(text).replace(/[\\*_|<>[\]`&~]/g, '\\$&');
}

/** Code within a line, whatever the text has of backticks. */
export function codeSpan(text: string): string {
  const shown = visible(text);
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  // A blank on either side is taken away again, and keeps a backtick at the edge from the fence.
  const pad = longest > 0 ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}
