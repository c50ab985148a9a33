/** Reads `.netmemrc.json`. What is wrong is said with its line; nothing is ignored in silence. */
import { findNodeAtLocation, getNodeValue, parseTree, type Node, type ParseError } from 'jsonc-parser';
import { jsonProblem, TOO_DEEP, tooDeep } from './json-problem.ts';
import { RELEASES, type Release } from '../kernel/tree.ts';
import { parseDefine } from '../kernel/build.ts';
import { LineTable } from '../text/line-table.ts';
import { SETTINGS_SCHEMA, type Schema } from './settings-schema.ts';
import { CONFIDENCES, SEVERITIES, type FindingSettings, type RuleLevel } from './severity.ts';

export interface Settings extends FindingSettings {
  /** As written: relative to the file. Empty if not set. */
  readonly kernelTree: string;
  readonly release: Release | null;
  /** `NAME`, `NAME=VALUE` or `-NAME`. */
  readonly define: readonly string[];
  readonly exclude: readonly string[];
  readonly baseline: string | null;
}

export const DEFAULT_SETTINGS: Settings = {
  kernelTree: '',
  release: null,
  define: [],
  rules: {},
  select: [],
  confidence: 'low',
  exclude: [],
  baseline: null,
};

export type SettingsResult =
  | {
      readonly ok: true;
      readonly settings: Settings;
      /** Names of the settings that the text has; the others are defaults. */
      readonly named: readonly string[];
    }
  | { readonly ok: false; readonly error: string };

/** The error is `line: what`, ready to stand behind the file's name. */
export function parseSettings(text: string): SettingsResult {
  const lines = new LineTable(text);
  const deep = tooDeep(text);
  if (deep !== null) return { ok: false, error: `${lines.position(deep).line}: ${TOO_DEEP}` };
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const [syntax] = errors;
  if (syntax !== undefined) {
    return {
      ok: false,
      error: `${lines.position(syntax.offset).line}: ${jsonProblem(syntax.error)}`,
    };
  }
  if (root === undefined) return { ok: true, settings: DEFAULT_SETTINGS, named: [] };
  const wrong = check(root, SETTINGS_SCHEMA, 'the file') ?? checkPaths(root) ?? checkDefines(root);
  if (wrong !== null) return { ok: false, error: `${lines.position(wrong.offset).line}: ${wrong.text}` };
  return { ok: true, settings: read(root), named: namesIn(root) };
}

function read(root: Node): Settings {
  const word = (name: string): string | null => {
    const node = findNodeAtLocation(root, [name]);
    return node?.type === 'string' ? String(getNodeValue(node)) : null;
  };
  const words = (name: string): string[] =>
    (findNodeAtLocation(root, [name])?.children ?? []).map((node) => String(getNodeValue(node)));
  return {
    kernelTree: word('kernelTree') ?? '',
    release: RELEASES.find((release) => release === word('release')) ?? null,
    define: words('define'),
    rules: readRules(findNodeAtLocation(root, ['rules'])),
    select: words('select'),
    confidence: CONFIDENCES.find((confidence) => confidence === word('confidence')) ?? 'low',
    exclude: words('exclude'),
    baseline: word('baseline'),
  };
}

function namesIn(root: Node): string[] {
  return (root.children ?? []).map(({ children }) => String(getNodeValue(children?.[0] ?? root)));
}

function readRules(node: Node | undefined): Record<string, RuleLevel> {
  const levels: readonly RuleLevel[] = ['off', ...SEVERITIES];
  const rules: Record<string, RuleLevel> = {};
  for (const { children } of node?.children ?? []) {
    const [key, value] = children ?? [];
    if (key === undefined || value === undefined) continue;
    const level = levels.find((candidate) => candidate === getNodeValue(value));
    if (level !== undefined) rules[String(getNodeValue(key))] = level;
  }
  return rules;
}

interface Wrong {
  readonly offset: number;
  readonly text: string;
}

/** The first thing about the value that the schema does not allow. */
function check(node: Node, schema: Schema, name: string): Wrong | null {
  const offset = node.offset;
  if (node.type !== schema.type) return { offset, text: `${name} is not ${article(schema.type)}` };
  if (schema.enum !== undefined && !schema.enum.includes(String(getNodeValue(node)))) {
    return { offset, text: `${name} is none of ${schema.enum.join(', ')}` };
  }
  const long = tooLong(node, schema);
  if (long !== null) return { offset, text: `${name} ${long}` };
  for (const child of node.children ?? []) {
    const wrong = node.type === 'object' ? checkProperty(child, schema) : checkItem(child, schema, name);
    if (wrong !== null) return wrong;
  }
  return null;
}

function tooLong({ children = [], ...node }: Node, { maxLength, maxItems }: Schema): string | null {
  if (maxItems !== undefined && children.length > maxItems) return `has more than ${maxItems} entries`;
  const length = maxLength === undefined ? 0 : String(node.value).length;
  return maxLength !== undefined && length > maxLength ? `is longer than ${maxLength} characters` : null;
}

/**
 * Settings come with a repository. The baseline is written when a finding is accepted, so it stays where they are; the
 * kernel tree is only read, but a name of another machine would be asked for over the network.
 */
function checkPaths(root: Node): Wrong | null {
  const baseline = findNodeAtLocation(root, ['baseline']);
  if (baseline !== undefined && leadsOut(String(getNodeValue(baseline))))
    return { offset: baseline.offset, text: '"baseline" leads out of the directory that it is relative to' };
  const tree = findNodeAtLocation(root, ['kernelTree']);
  if (tree !== undefined && /^[\\/]{2}/.test(String(getNodeValue(tree))))
    return { offset: tree.offset, text: '"kernelTree" names another machine' };
  return null;
}

function checkDefines(root: Node): Wrong | null {
  const entries = findNodeAtLocation(root, ['define'])?.children ?? [];
  const wrong = entries.find((entry) => parseDefine(String(getNodeValue(entry))) === null);
  if (wrong === undefined) return null;
  return { offset: wrong.offset, text: 'an entry of "define" is none of NAME, NAME=VALUE, -NAME' };
}

function leadsOut(path: string): boolean {
  if (/^(?:[\\/]|[A-Za-z]:)/.test(path)) return true;
  let depth = 0;
  for (const part of path.split(/[\\/]/)) {
    if (part === '..') depth -= 1;
    else if (part !== '' && part !== '.') depth += 1;
    if (depth < 0) return true;
  }
  return false;
}

function checkItem(node: Node, schema: Schema, name: string): Wrong | null {
  return schema.items === undefined ? null : check(node, schema.items, `an entry of ${name}`);
}

function checkProperty(property: Node, schema: Schema): Wrong | null {
  const [key, value] = property.children ?? [];
  if (key === undefined || value === undefined) return null;
  const name = String(getNodeValue(key));
  // Not what every object has: a file may say "__proto__" or "constructor".
  const own = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties?.[name] : undefined;
  const inner = own ?? schema.additionalProperties;
  if (inner !== undefined && inner !== false) return check(value, inner, `"${name}"`);
  const known = Object.keys(schema.properties ?? {}).filter((known) => !known.startsWith('$'));
  return { offset: key.offset, text: `there is no setting "${name}" (there are ${known.join(', ')})` };
}

function article(type: Schema['type']): string {
  return type === 'string' ? 'a string' : type === 'array' ? 'a list' : 'an object';
}
