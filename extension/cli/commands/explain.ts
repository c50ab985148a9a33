/** `netmem explain`: the page of a rule, a requirement with its rules, or what takes the place of a function. */
import {
  formFor,
  NETMEM_APIS,
  netmemApi,
  NEWEST,
  PAGE_APIS,
  pageApi,
  REQUIREMENT_TEXTS,
  REQUIREMENTS,
  RULES,
  writePlainJson,
} from '../../analyzer/index.ts';
import type { KernelTree, NetmemApi, PageApi, Requirement, Rule } from '../../analyzer/index.ts';
import { resolve } from 'node:path';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { findKernelRoot, isKernelRoot, kernelTree } from '../kernel-tree.ts';
import { markdownToText } from '../markdown-text.ts';
import { DOCS, readPage } from '../rule-pages.ts';
import type { Terminal } from '../terminal.ts';

export interface ExplainOptions {
  readonly kernel?: string;
  readonly format: 'text' | 'markdown' | 'json';
}

/** One answer; the markdown is the whole of it. */
interface Explanation {
  readonly name: string;
  readonly kind: 'rule' | 'requirement' | 'page-api' | 'netmem-api';
  readonly markdown: string;
}

export function explain(names: readonly string[], options: ExplainOptions, terminal: Terminal): ExitCode {
  const { kernel } = options;
  if (kernel !== undefined && !isKernelRoot(resolve(terminal.cwd, kernel))) {
    terminal.message(`${kernel}: not a kernel tree (no include/net/page_pool); name its root directory`);
    return EXIT.usage;
  }
  const root = kernel === undefined ? findKernelRoot(terminal.cwd) : resolve(terminal.cwd, kernel);
  const tree = kernelTree(root, NEWEST);
  let exit: ExitCode = EXIT.clean;
  const found = names.flatMap((name): Explanation[] => {
    const explanation = lookUp(name, tree);
    if (explanation !== null) return [explanation];
    terminal.message(`${name}: neither a rule nor a known identifier${suggestion(name)}`);
    exit = EXIT.usage;
    return [];
  });
  switch (options.format) {
    case 'text':
      terminal.out(found.map(({ markdown }) => markdownToText(markdown, terminal.style)).join('\n'));
      break;
    case 'markdown':
      terminal.out(found.map(({ markdown }) => markdown).join('\n'));
      break;
    case 'json':
      terminal.out(writePlainJson(found));
      break;
  }
  return exit;
}

function lookUp(given: string, tree: KernelTree): Explanation | null {
  const name = given.replace(/\(\)$/, '');
  const rule = RULES.find(({ id }) => id === name.toLowerCase());
  if (rule !== undefined) return { name: rule.id, kind: 'rule', markdown: rulePage(rule) };
  const requirement = REQUIREMENTS.find((known) => known === name.toUpperCase().replace('-', ''));
  if (requirement !== undefined)
    return { name: requirement, kind: 'requirement', markdown: requirementPage(requirement) };
  const page = pageApi(name);
  if (page !== null) return { name, kind: 'page-api', markdown: pageApiText(page, tree) };
  const netmem = netmemApi(name);
  return netmem === null ? null : { name, kind: 'netmem-api', markdown: netmemApiText(netmem, tree) };
}

function rulePage(rule: Rule): string {
  return readPage(rule.docs) ?? `# ${rule.id}\n\n${rule.title} (${rule.requirement}).\n\n<${DOCS}>\n`;
}

function requirementPage(requirement: Requirement): string {
  const { title, demand } = REQUIREMENT_TEXTS[requirement];
  const rules = RULES.filter((rule) => rule.requirement === requirement);
  const lines = rules.map((rule) => `- \`netmem explain ${rule.id}\`: ${rule.title}`);
  return `# ${requirement}: ${title}\n\n${demand}\n\n${lines.join('\n')}\n\n<${DOCS}>\n`;
}

function pageApiText(api: PageApi, tree: KernelTree): string {
  const there = formFor(api, tree);
  const forms = api.forms.map(({ name, call, header }) => {
    const lacking = tree.has(name) ? '' : ' (not in this tree)';
    return `- \`${withLetters(call)}\`, from \`<${header}>\`${lacking}`;
  });
  const taken = api.forms.flatMap(({ call }) =>
    [...call.matchAll(/\$(\d)/g)].map(([, index]) => Number(index)),
  );
  const given = Array.from({ length: Math.max(-1, ...taken) + 1 }, (_, index) => `$${index}`).join(', ');
  const name = taken.length === 0 ? api.name : withLetters(`${api.name}(${given})`);
  const place =
    forms.length === 0
      ? 'It has no netmem counterpart.'
      : `In its place, ${origin(tree)}${there === null ? ', none of' : ''}:\n\n${forms.join('\n')}`;
  const result =
    api.returnsPage && forms.length > 0
      ? '\n\nIt yields a `netmem_ref`: tests for NULL become tests for 0.'
      : '';
  const caveat = api.caveat === null ? '' : `\n\n${api.caveat}`;
  return `# ${name}\n\n${api.does}\n\n${place}${result}${caveat}\n`;
}

/** `f($0, $1)` as `f(a, b)`: which argument goes where. */
function withLetters(call: string): string {
  return call.replace(/\$(\d)/g, (_, index: string) =>
    String.fromCharCode('a'.charCodeAt(0) + Number(index)),
  );
}

function netmemApiText(api: NetmemApi, tree: KernelTree): string {
  const here = tree.has(api.name) ? 'has it' : 'does not have it';
  const where = tree.origin.kind === 'probed' ? ` The tree ${tree.origin.root} ${here}.` : '';
  const before = PAGE_APIS.filter((page) => page.forms.some(({ name }) => name === api.name));
  const replaces =
    before.length === 0
      ? ''
      : `\n\nIt takes the place of ${before.map(({ name }) => `\`${name}\``).join(', ')}.`;
  return `# ${api.name}\n\n${api.does}${replaces}\n\nDeclared in \`<${api.header}>\`; mainline has it since ${api.since}.${where}\n`;
}

function origin(tree: KernelTree): string {
  return tree.origin.kind === 'probed'
    ? `best first, in the tree ${tree.origin.root}`
    : `best first (no kernel tree around, so ${tree.release} is assumed)`;
}

/** `; did you mean …?` for a name with a typing error, else where to look. */
function suggestion(name: string): string {
  const known = [
    ...RULES.map(({ id }) => id),
    ...PAGE_APIS.map((api) => api.name),
    ...NETMEM_APIS.map((api) => api.name),
  ];
  const near = known
    .map((candidate) => ({ candidate, away: distance(name, candidate) }))
    .filter(({ away, candidate }) => away <= Math.max(2, candidate.length / 5))
    .sort((a, b) => a.away - b.away)[0];
  return near === undefined ? '; netmem rules lists the rules' : `; did you mean ${near.candidate}?`;
}

/** Number of single-character edits between two words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
