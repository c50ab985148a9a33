/**
 * `netmem explain`: the page of a rule, a requirement with its rules, what takes the place of a function, or why the kernel
 * refuses: an errno, a netlink request, a setting, a counter, a line of dmesg.
 */
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
  visible,
  writePlainJson,
} from '../../analyzer/index.ts';
import type { KernelTree, NetmemApi, PageApi, Release, Requirement, Rule } from '../../analyzer/index.ts';
import { resolve } from 'node:path';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { findKernelRoot, isKernelRoot, kernelTree } from '../kernel-tree.ts';
import { answer } from '../explain/answer.ts';
import type { AskedDriver } from '../explain/answer.ts';
import { readQuestion } from '../explain/question.ts';
import type { Question } from '../explain/question.ts';
import { ERRNOS } from '../explain/errno.ts';
import { TERMS } from '../explain/terms.ts';
import { markdownToText } from '../markdown-text.ts';
import { DOCS, readPage } from '../rule-pages.ts';
import { analysedDriver } from '../simulated-driver.ts';
import type { Terminal } from '../terminal.ts';

export interface ExplainOptions {
  readonly kernel?: string;
  /** The release whose checks are asked; default: that of the tree, else the newest. */
  readonly release?: Release;
  /** Directory of a driver: which of the checks it fails. */
  readonly driver?: string;
  readonly format: 'text' | 'markdown' | 'json';
}

/** Characters of an unknown text that the message repeats. */
const SHOWN = 60;

/** One answer; the markdown is the whole of it. */
interface Explanation {
  readonly name: string;
  readonly kind: 'rule' | 'requirement' | 'page-api' | 'netmem-api' | 'refusal';
  readonly markdown: string;
}

export async function explain(
  names: readonly string[],
  options: ExplainOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { kernel } = options;
  if (kernel !== undefined && !isKernelRoot(resolve(terminal.cwd, kernel))) {
    terminal.message(`${kernel}: not a kernel tree (no include/net/page_pool); name its root directory`);
    return EXIT.usage;
  }
  const root = kernel === undefined ? findKernelRoot(terminal.cwd) : resolve(terminal.cwd, kernel);
  const tree = kernelTree(root, NEWEST);
  const release = options.release ?? tree.release;
  const asked = await askedDriver(options, terminal);
  if (asked === undefined) return EXIT.usage;
  const refusal = (question: Question): Explanation => ({
    name: question.text,
    kind: 'refusal',
    markdown: answer(question, release, asked),
  });
  const text = await textOf(names, terminal);
  const whole = readQuestion(text);
  let exit: ExitCode = EXIT.clean;
  const explained = (name: string): Explanation[] => {
    const question = readQuestion(name);
    const found = lookUp(name, tree) ?? (question === null ? null : refusal(question));
    if (found !== null) return [found];
    const said = name.trim() === '' ? 'standard input' : visible(name.slice(0, SHOWN));
    terminal.message(
      `${said}: neither a rule, an identifier, an errno nor a message of the kernel${suggestion(name.slice(0, SHOWN))}`,
    );
    exit = EXIT.usage;
    return [];
  };
  const isOne = whole !== null && (names.includes('-') || whole.errnos.size + whole.messages.length > 0);
  const found = isOne ? [refusal(whole)] : names.flatMap((name) => explained(name === '-' ? text : name));
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

/** The driver of `--driver`; null: none was named; undefined: it cannot be run, which has been said. */
async function askedDriver(
  { driver: name, kernel, release }: ExplainOptions,
  terminal: Terminal,
): Promise<AskedDriver | null | undefined> {
  if (name === undefined) return null;
  const options = { tree: kernel ?? null, release: release ?? null, config: null, define: [] };
  const driver = await analysedDriver(name, options, terminal);
  return typeof driver === 'number' ? undefined : { name, driver };
}

/** All words as one text; `-` stands for standard input. */
async function textOf(names: readonly string[], terminal: Terminal): Promise<string> {
  const texts: string[] = [];
  for (const name of names) texts.push(name === '-' ? (await terminal.readStdin()).toString('utf8') : name);
  return texts.join(' ');
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
    ...ERRNOS.map(({ name: errno }) => errno),
    ...TERMS.flatMap(({ names }) => names),
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
