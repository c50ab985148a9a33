/** `netmem rules`: the list of rules. As markdown it is the index of their pages in the documentation. */
import { RULES, wrap } from '../../analyzer/index.ts';
import type { Rule } from '../../analyzer/index.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { DOCS } from '../rule-pages.ts';
import type { Terminal } from '../terminal.ts';

export interface RulesOptions {
  readonly format: 'text' | 'markdown' | 'json';
}

export function listRules(options: RulesOptions, terminal: Terminal): ExitCode {
  switch (options.format) {
    case 'text':
      terminal.out(asText(terminal));
      break;
    case 'markdown':
      terminal.out(ruleIndex(RULES));
      break;
    case 'json': {
      const rules = RULES.map(({ id, requirement, severity, title }) => ({
        id,
        requirement,
        severity,
        title,
      }));
      terminal.out(`${JSON.stringify(rules, null, 2)}\n`);
      break;
    }
  }
  return EXIT.clean;
}

const SEVERITY_WIDTH = 'warning'.length;

function asText({ style }: Terminal): string {
  const width = Math.max(...RULES.map((rule) => rule.id.length));
  const before = width + 2 + SEVERITY_WIDTH + 2;
  const lines = RULES.flatMap(({ id, severity, title }) => {
    const [first = '', ...more] = wrap(title, 80 - before);
    const head = `${style.bold(id.padEnd(width))}  ${severity.padEnd(SEVERITY_WIDTH)}  ${first}`;
    return [head, ...more.map((line) => ' '.repeat(before) + line)];
  });
  return `${lines.join('\n')}\n\nnetmem explain RULE says what the kernel demands, with an example.\n`;
}

/** The index of `extension/docs/rules`, formatted as prettier does. */
export function ruleIndex(
  rules: readonly Pick<Rule, 'id' | 'requirement' | 'severity' | 'title' | 'docs'>[],
): string {
  const rows = rules.map(({ id, requirement, severity, title, docs }) => [
    requirement,
    `[${id}](${docs}.md)`,
    title,
    severity,
  ]);
  return `# Rules

One page a rule: what the kernel demands, a wrong and a right example, how upstream drivers do it, and which false alarms
to expect. \`netmem explain RULE\` prints a page in the terminal. The severity is the usual one; a finding may be graded
down where the role of a buffer is less than certain.

${table(['requirement', 'rule', 'what it reports', 'severity'], rows)}

The requirements are those of [the kernel’s netmem document](${DOCS}).

This file is made by \`npm run docs\`.
`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
