/** The rules and their pages, which are bundled into the command so that `netmem explain` needs no files. */
import { RULES } from '../analyzer/rules/all.ts';
import type { RuleEntry } from '../analyzer/report/writer.ts';

const DOCS = 'https://docs.kernel.org/networking/netmem.html';

/** Every rule in the order of the kernel's document. */
export function ruleEntries(): readonly RuleEntry[] {
  return RULES.map((rule) => ({ id: rule.id, requirement: rule.requirement, title: rule.title, help: DOCS }));
}
