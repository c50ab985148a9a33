/** The rules and their pages. Pages are read when they are asked for: they ship beside the bundle as files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REQUIREMENTS, RULES } from '../analyzer/index.ts';
import type { RuleEntry } from '../analyzer/index.ts';

/** The kernel's own document. */
export const DOCS = 'https://docs.kernel.org/networking/netmem.html';

/** From `dist/`, in the repository and in both packages alike. */
const PAGES = join(import.meta.dirname, '../extension/docs/rules');

/** Every rule in the order of the kernel's document. @param pages whether to read their pages too */
export function ruleEntries(pages: boolean): readonly RuleEntry[] {
  return RULES.map(({ id, requirement, title, severity, docs }) => ({
    id,
    requirement,
    title,
    severity,
    helpUri: DOCS,
    page: pages ? readPage(docs) : null,
  }));
}

/** True for the id of a rule and for a requirement: what settings and options select by. */
export function isRuleName(name: string): boolean {
  return RULES.some(({ id }) => id === name) || REQUIREMENTS.some((requirement) => requirement === name);
}

/** The page of that name in markdown, or null if it is not there. */
export function readPage(name: string): string | null {
  try {
    return readFileSync(join(PAGES, `${name}.md`), 'utf8');
  } catch {
    return null;
  }
}
