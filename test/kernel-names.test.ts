/** Kernel identifiers are spelled in `extension/analyzer/kernel/` only; elsewhere code asks the table, or takes `NAME` and `TYPE`. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { TYPE } from '../extension/analyzer/kernel/structures.ts';
import { TABLE } from '../extension/analyzer/kernel/table.ts';

const ROOT = resolve(import.meta.dirname, '..');
const HOME = 'extension/analyzer/kernel/';
/** What people write and what the kernel says is matched as it stands. */
const QUESTIONS = 'extension/cli/explain/';
/** Functions whose names are also words of the analyser: kinds of facts and ways of access. */
const ALSO_WORDS: ReadonlySet<string> = new Set(['kmap', 'prefetch', 'memcpy']);
const NAMES: ReadonlySet<string> = new Set(
  [...TABLE.keys(), ...Object.values<string>(TYPE)].filter((name) => !ALSO_WORDS.has(name)),
);

/** Literals of a file that are kernel identifiers: one, a list of them, or the beginning of some. */
function spelled(path: string, text: string): string[] {
  const found: string[] = [];
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const report = (node: ts.Node): void => {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
    found.push(`${path}:${line + 1}: ${node.getText(file)}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
      if (isSpelled(node.text) || (isPrefixTest(node) && startsNames(node.text))) report(node);
    } else if (node.kind === ts.SyntaxKind.RegularExpressionLiteral) {
      const words: readonly string[] = node.getText(file).match(/\w+/g) ?? [];
      if (words.some((word) => word.includes('_') && NAMES.has(word))) report(node);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** One identifier, or several and nothing else: a message has other words. */
function isSpelled(text: string): boolean {
  if (NAMES.has(text)) return true;
  const words = text.split(/\s+/);
  return words.length > 1 && words.every((word) => NAMES.has(word));
}

/** The argument of `startsWith()`, `endsWith()` or `includes()`. */
function isPrefixTest(node: ts.Node): boolean {
  const { parent } = node;
  return (
    ts.isCallExpression(parent) &&
    ts.isPropertyAccessExpression(parent.expression) &&
    ['startsWith', 'endsWith', 'includes'].includes(parent.expression.name.text)
  );
}

function startsNames(text: string): boolean {
  return text.length > 3 && text.includes('_') && [...TABLE.keys()].some((name) => name.startsWith(text));
}

const files = ['analyzer', 'server', 'cli'].flatMap((folder) =>
  readdirSync(join(ROOT, 'extension', folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith(HOME) && !path.startsWith(QUESTIONS)),
);

test('no kernel identifier is spelled outside of the table', () => {
  expect(files).toContain('extension/analyzer/rules/tx1-unmap.ts');
  expect(files.flatMap((path) => spelled(path, readFileSync(join(ROOT, path), 'utf8')))).toEqual([]);
});

test('names, lists, prefixes and patterns are noticed, messages are not', () => {
  const noticed = (text: string) => spelled('x.ts', text).length;
  expect(noticed("f.api === 'netmem_address'")).toBe(1);
  expect(noticed("add('put_page get_page')")).toBe(1);
  expect(noticed("type.base === 'struct page'")).toBe(1);
  expect(noticed("f.api.startsWith('dma_sync_')")).toBe(1);
  expect(noticed('/^(?:put_page|get_page)$/')).toBe(1);
  expect(noticed("say('put_page() frees a page')")).toBe(0);
  expect(noticed('say(`use put_page(), which frees`)')).toBe(0);
});
