/** `netmem rules`: the list of rules. */
import { wrap } from '../../analyzer/report/wrap.ts';
import { RULES } from '../../analyzer/rules/all.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Terminal } from '../terminal.ts';

const SEVERITY_WIDTH = 'warning'.length;

export interface RulesOptions {
  readonly format: 'text' | 'json';
}

export function listRules(options: RulesOptions, terminal: Terminal): ExitCode {
  if (options.format === 'json') {
    const rules = RULES.map(({ id, requirement, severity, title }) => ({ id, requirement, severity, title }));
    terminal.out(`${JSON.stringify(rules, null, 2)}\n`);
    return EXIT.clean;
  }
  const width = Math.max(...RULES.map((rule) => rule.id.length));
  for (const { id, severity, title } of RULES) {
    const before = width + 2 + SEVERITY_WIDTH + 2;
    const [first = '', ...more] = wrap(title, 80 - before);
    terminal.out(`${terminal.style.bold(id.padEnd(width))}  ${severity.padEnd(SEVERITY_WIDTH)}  ${first}\n`);
    for (const line of more) terminal.out(`${' '.repeat(before)}${line}\n`);
  }
  terminal.out(`\nnetmem explain RULE says what the kernel demands, with an example.\n`);
  return EXIT.clean;
}
