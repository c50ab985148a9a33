/**
 * Findings as a compiler prints them, so that Vim's quickfix list and Emacs's compile mode jump to them, with the line
 * of source and a marker below.
 */
import type { Severity } from '../finding.ts';
import { fixKind, type Place, type ResolvedFinding } from '../findings/resolved.ts';
import { visible } from './visible.ts';
import { open, PLAIN, type Report, type Style } from './writer.ts';

/** Compilers know three words; a hint is a note to them. */
const WORDS: Record<Severity, 'error' | 'warning' | 'note'> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
  hint: 'note',
};

const TAB = 8;
const MAX_SOURCE = 100;

export interface TextOptions {
  readonly style: Style;
  /** Print the evidence of every finding as notes. */
  readonly explain: boolean;
}

/** All open findings; every line ends with a line feed. A fix that mends several is told with the first of them. */
export function writeText(report: Report, options: TextOptions = { style: PLAIN, explain: false }): string {
  const told = new Set<string>();
  return open(report)
    .map((finding) => writeFinding(finding, options, told))
    .join('');
}

function writeFinding(finding: ResolvedFinding, { style, explain }: TextOptions, told: Set<string>): string {
  const word = WORDS[finding.severity];
  const label = style[word](`${word}:`);
  const tail = style.dim(`[${finding.rule}]`);
  const lines = [`${style.bold(`${where(finding.place)}:`)} ${label} ${visible(finding.message)} ${tail}`];
  lines.push(...excerpt(finding, style));
  const fix = finding.fixes[0];
  if (fix !== undefined && fixKind(finding) !== 'none') {
    const title = visible(fix.title);
    const text = `${fix.kind === 'advice' ? 'advice' : `${fix.kind} fix`}: ${title}`;
    if (!told.has(text)) lines.push(`  ${style.good(text.slice(0, text.indexOf(':') + 1))} ${title}`);
    told.add(text);
  }
  if (explain) {
    for (const { place, message } of finding.evidence) {
      lines.push(`${where(place)}: ${style.note('note:')} ${visible(message)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function where({ file, line, column }: Place): string {
  return `${visible(file)}:${line}:${column}`;
}

/** The source line with tabs as blanks, and carets under the place. */
function excerpt({ source, place, severity }: ResolvedFinding, style: Style): string[] {
  if (source.length > MAX_SOURCE * 2 || source.trim() === '') return [];
  const from = widthOf(source, place.column - 1);
  const until =
    place.endLine === place.line ? widthOf(source, place.endColumn - 1) : widthOf(source, source.length);
  const number = String(place.line).padStart(5);
  const marker = '^' + '~'.repeat(Math.max(0, until - from - 1));
  const shown = visible(expandTabs(source));
  return [
    `${style.dim(`${number} |`)} ${shown}`,
    `${style.dim('      |')} ${' '.repeat(from)}${style[WORDS[severity]](marker)}`,
  ];
}

/** The line with its tabs as blanks. */
export function expandTabs(line: string): string {
  let text = '';
  for (const character of line)
    text += character === '\t' ? ' '.repeat(TAB - (text.length % TAB)) : character;
  return text;
}

function widthOf(line: string, index: number): number {
  return visible(expandTabs(line.slice(0, index))).length;
}
