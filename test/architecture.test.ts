/** The import table of ARCHITECTURE.md as a test: each folder may import only what its row allows. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

/** Folder -> folders and packages it may import. Longest folder name wins; every folder may import itself. */
const ALLOWED: Record<string, readonly string[]> = {
  simulator: [],
  'extension/analyzer/text': ['diff'],
  'extension/analyzer/syntax': ['extension/analyzer/text', 'web-tree-sitter'],
  'extension/analyzer/kernel': ['extension/analyzer/text'],
  'extension/analyzer/model': [
    'extension/analyzer/text',
    'extension/analyzer/syntax',
    'extension/analyzer/kernel',
    'simulator/contract',
  ],
  'extension/analyzer/rules': [
    'extension/analyzer/text',
    'extension/analyzer/kernel',
    'extension/analyzer/model',
    'extension/analyzer/*',
    'simulator/contract',
  ],
  'extension/analyzer/fixes': [
    'extension/analyzer/text',
    'extension/analyzer/syntax',
    'extension/analyzer/kernel',
    'extension/analyzer/model',
    'extension/analyzer/*',
    'simulator/contract',
    'diff',
  ],
  'extension/analyzer/report': ['extension/analyzer', 'simulator/contract', 'diff', 'jsonc-parser', 'sarif'],
  'extension/analyzer': [
    'extension/analyzer',
    'simulator/contract',
    'web-tree-sitter',
    'diff',
    'jsonc-parser',
    'sarif',
  ],
  'extension/server': [
    'extension/analyzer',
    'simulator/contract',
    'vscode-languageserver',
    'vscode-languageserver-textdocument',
    'vscode-uri',
    'node:',
  ],
  'extension/client': [
    'vscode',
    'vscode-languageclient',
    'vscode-uri',
    'webview/protocol',
    'simulator/contract',
    'node:',
    'extension/server/protocol',
  ],
  'extension/cli': [
    'extension/analyzer',
    'extension/server',
    'simulator',
    'commander',
    'picocolors',
    'vscode-languageserver',
    'node:',
    'package.json',
  ],
  webview: ['simulator', 'lit', '@vscode-elements/elements', 'uplot'],
};

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile() && e.name.endsWith('.ts'))
    .map((e) => relative(ROOT, join(e.parentPath, e.name)));
}

function rowOf(file: string): string {
  const rows = Object.keys(ALLOWED).filter((row) => file.startsWith(`${row}/`));
  return rows.sort((a, b) => b.length - a.length)[0] ?? '';
}

/** `extension/analyzer/*` allows the files directly in that folder; other entries allow the folder and below. */
function allows(entry: string, target: string): boolean {
  if (entry.endsWith('/*')) return dirname(target) === entry.slice(0, -2);
  return (
    target === entry ||
    target.startsWith(entry.endsWith(':') ? entry : `${entry}/`) ||
    target === `${entry}.ts`
  );
}

const files = ['simulator', 'extension', 'webview'].flatMap(sources);

test('the source folders are there', () => {
  expect(files.length).toBeGreaterThan(8);
});

test.each(files)('%s imports only what its folder may', (file) => {
  const row = rowOf(file);
  const rules = ALLOWED[row];
  expect(rules, `no row in the import table for ${file}`).toBeDefined();
  const text = readFileSync(join(ROOT, file), 'utf8');
  const specifiers = [
    ...text.matchAll(/^(?:import|export)\b[^'";]*?from\s+'([^']+)'|^import\s+'([^']+)'/gm),
  ].map((m) => m[1] ?? m[2] ?? '');
  for (const specifier of specifiers) {
    const target = specifier.startsWith('.')
      ? relative(ROOT, resolve(ROOT, dirname(file), specifier))
      : specifier;
    if (target.startsWith(`${row}/`)) continue;
    expect(
      rules?.some((entry) => allows(entry, target)),
      `${file} imports ${target}`,
    ).toBe(true);
  }
});
