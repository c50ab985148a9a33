/**
 * The pages of the rules are held against the rules: each has its page, the wrong example of a page triggers its rule,
 * the right one triggers nothing, and the index is the one that the rules give.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { RULES } from '../../extension/analyzer/rules/all.ts';
import type { Finding } from '../../extension/analyzer/finding.ts';
import { ruleIndex } from '../../extension/cli/commands/rules.ts';
import { analyse } from '../analyzer/analyse.ts';

const PAGES = resolve(import.meta.dirname, '../../extension/docs/rules');
const SECTIONS = [
  'What the kernel demands',
  'Wrong',
  'Right',
  'How upstream drivers do it',
  'False alarms to expect',
  'See also',
];

function page(name: string): string {
  return readFileSync(join(PAGES, `${name}.md`), 'utf8');
}

/** The C block of a section. */
function example(name: string, section: 'Wrong' | 'Right'): string {
  const block = new RegExp(`^## ${section}\n\n\`\`\`c\n([^]*?)^\`\`\`$`, 'm').exec(page(name))?.[1];
  if (block === undefined) throw new Error(`${name}.md has no C block under ${section}`);
  return block;
}

async function findings(text: string): Promise<Finding[]> {
  return [...(await analyse({ 'foo.c': text })).findings];
}

test('every page belongs to a rule', () => {
  const pages = readdirSync(PAGES).filter((name) => name !== 'README.md');
  expect(pages.sort()).toEqual(RULES.map(({ docs }) => `${docs}.md`).sort());
});

test('the index is current (npm run docs)', () => {
  expect(page('README')).toBe(ruleIndex(RULES));
});

test.each(RULES)('the page of $id names it, its requirement and its title, and has every section', (rule) => {
  const text = page(rule.docs);
  expect(text.split('\n', 1)[0]).toBe(`# ${rule.id}: ${rule.title}`);
  expect(text).toContain(`Requirement: **${rule.requirement}**`);
  expect([...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual(SECTIONS);
  expect(text).toContain('https://docs.kernel.org/networking/netmem.html');
});

test.each(RULES)('the wrong example of $id triggers it', async ({ id, docs }) => {
  const found = await findings(example(docs, 'Wrong'));
  expect(found.map(({ rule }) => rule)).toContain(id);
});

test.each(RULES)('the right example of $id is silent', async ({ docs }) => {
  const found = await findings(example(docs, 'Right'));
  expect(found.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([]);
});

test.each(RULES)('links of the page of $id lead to pages that are there', ({ docs }) => {
  const links = [...page(docs).matchAll(/\]\(([^):]+\.md)\)/g)].map(([, target]) => target ?? '');
  expect(readdirSync(PAGES)).toEqual(expect.arrayContaining([...new Set(links)]));
});
