/** Each folder imports only what its row of the import table allows, and ARCHITECTURE.md shows that table. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { type Folder, FOLDERS, SIMULATOR_LAYERS, UNCHECKED } from './support/import-table.ts';

const ROOT = resolve(import.meta.dirname, '..');
const DOCUMENT = join(ROOT, 'ARCHITECTURE.md');

/** The one way into the analyser. */
const ENTRY = 'extension/analyzer/index.ts';

const ROWS = new Map([...FOLDERS, ...SIMULATOR_LAYERS].map((row) => [row.folder, row]));
const FILES = ['simulator', 'extension', 'webview'].flatMap(sources);

test.each(['simulator/core', 'extension/analyzer', 'webview'])('%s has sources', (folder) => {
  expect(FILES.filter((file) => file.startsWith(`${folder}/`))).not.toEqual([]);
});

test.each(FILES)('%s imports only what its folder may', (file) => {
  const row = rowOf(file);
  const forbidden = importsOf(file).filter(
    (target) => !target.startsWith(`${row.folder}/`) && !row.imports.some((entry) => allows(entry, target)),
  );
  expect(forbidden, `imports that the row of ${row.folder} does not list`).toEqual([]);
});

test.each(SIMULATOR_LAYERS)(
  '$folder lists only layers below it, each of them used',
  ({ folder, imports }) => {
    const order = SIMULATOR_LAYERS.map((layer) => layer.folder);
    expect(imports.filter((entry) => order.indexOf(entry) <= order.indexOf(folder))).toEqual([]);
    const used = FILES.filter((file) => rowOf(file).folder === folder).flatMap(importsOf);
    expect(imports.filter((entry) => !used.some((target) => allows(entry, target)))).toEqual([]);
  },
);

test('no folder of the analyser imports itself by way of others', () => {
  const imports = new Map<string, Set<string>>();
  // The entry stands above all folders: none of them imports it.
  for (const file of FILES.filter((name) => name.startsWith('extension/analyzer/') && name !== ENTRY)) {
    expect(importsOf(file), file).not.toContain(ENTRY);
    const targets = imports.get(dirname(file)) ?? new Set();
    for (const target of importsOf(file)) if (FILES.includes(target)) targets.add(dirname(target));
    targets.delete(dirname(file));
    imports.set(dirname(file), targets);
  }
  expect(cycleIn(imports)).toEqual([]);
});

test('ARCHITECTURE.md shows the import table (npm run docs writes it)', async () => {
  const tables = {
    folders: tableOf(FOLDERS),
    layers: tableOf(SIMULATOR_LAYERS),
    unchecked: tableOf(UNCHECKED),
  };
  const text = readFileSync(DOCUMENT, 'utf8');
  const filled = Object.entries(tables).reduce((document, [name, table]) => {
    const [before, after, ...more] = document.split(
      new RegExp(`(?<=<!-- ${name} -->)[^]*?(?=<!-- end of ${name} -->)`),
    );
    expect(more, `one place for the table ${name}`).toEqual([]);
    expect(after, `a place for the table ${name}`).toBeDefined();
    return `${before}\n\n${table}\n\n${after}`;
  }, text);
  const options = await resolveConfig(DOCUMENT);
  await expect(await format(filled, { ...options, parser: 'markdown' })).toMatchFileSnapshot(DOCUMENT);
});

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile() && e.name.endsWith('.ts'))
    .map((e) => relative(ROOT, join(e.parentPath, e.name)));
}

function rowOf(file: string): Folder {
  for (let folder = dirname(file); folder !== '.'; folder = dirname(folder)) {
    const row = ROWS.get(folder);
    if (row !== undefined) return row;
  }
  throw new Error(`no row in the import table for ${file}`);
}

/** Folders of one import cycle, in order; empty if there is none. */
function cycleIn(imports: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const done = new Set<string>();
  const walk = (folder: string, path: readonly string[]): readonly string[] => {
    if (path.includes(folder)) return [...path.slice(path.indexOf(folder)), folder];
    if (done.has(folder)) return [];
    for (const target of imports.get(folder) ?? []) {
      const cycle = walk(target, [...path, folder]);
      if (cycle.length > 0) return cycle;
    }
    done.add(folder);
    return [];
  };
  for (const folder of imports.keys()) {
    const cycle = walk(folder, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}

/** Packages by name, files by their path in the repository; types, re-exports and dynamic imports too. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const found = text.matchAll(
    /^(?:import|export)\b[^'";]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm,
  );
  return [...found].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    return specifier.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(file), specifier)) : specifier;
  });
}

function allows(entry: string, target: string): boolean {
  if (entry.endsWith('/*')) return dirname(target) === entry.slice(0, -2);
  return (
    target === entry ||
    target.startsWith(entry.endsWith(':') ? entry : `${entry}/`) ||
    target === `${entry}.ts`
  );
}

/** Markdown; folders beside the row's own are named without what they share with it. */
function tableOf(rows: readonly (Omit<Folder, 'imports'> & Partial<Folder>)[]): string {
  const checked = rows.some(({ imports }) => imports !== undefined);
  const columns = ['folder', 'what lives there', ...(checked ? ['may import'] : [])];
  const lines = rows.map(({ folder, holds, imports }) => {
    const cells = [`\`${folder}\``, holds];
    if (imports !== undefined)
      cells.push(imports.map((entry) => shortened(entry, folder)).join(', ') || 'nothing');
    return cells;
  });
  return [columns, columns.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function shortened(entry: string, folder: string): string {
  const parent = `${dirname(folder)}/`;
  return entry.startsWith(parent) && !entry.endsWith('/*') ? entry.slice(parent.length) : entry;
}
