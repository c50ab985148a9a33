/** GitHub's workflow commands: findings become annotations on the lines of a pull request. */
import type { Severity } from '../finding.ts';
import { visibleLines } from './visible.ts';
import { open, type Report } from './writer.ts';

const COMMANDS: Record<Severity, 'error' | 'warning' | 'notice'> = {
  error: 'error',
  warning: 'warning',
  info: 'notice',
  hint: 'notice',
};

export function writeGithub(report: Report): string {
  return open(report)
    .map(({ place, severity, rule, message }) => {
      // With columns GitHub wants both on one line.
      const columns =
        place.line === place.endLine
          ? `,col=${place.column},endColumn=${Math.max(place.column, place.endColumn - 1)}`
          : '';
      const at = `file=${property(place.file)},line=${place.line},endLine=${place.endLine}${columns}`;
      return `::${COMMANDS[severity]} ${at},title=${property(rule)}::${data(message)}\n`;
    })
    .join('');
}

/** What is left of control characters when GitHub has taken the escapes back does nothing to a reader's terminal. */
function data(text: string): string {
  return visibleLines(text.replaceAll('\r', '\n'))
    .replaceAll('##[', '#\\x23[')
    .replaceAll('%', '%25')
    .replaceAll('\r', '%0D')
    .replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
