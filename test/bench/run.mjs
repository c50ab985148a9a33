/**
 * `npm run bench [-- PART …] [--record] [--install]`: one table of what the parts of test/bench measure, each figure
 * beside what it is compared with in the same run. Parts: pool, sim, edit, convert, start, scan, and two
 * that run the packaged extension in the real VS Code, editor and verdict; and soak, which edits in the language
 * server for SOAK_MINUTES; and growth, what drivers of eight times the size cost. All but these four if none is named.
 * KERNEL_TREE=<source tree> is needed by edit, convert, scan, editor and verdict; soak edits real drivers with it.
 * `--record` adds the figures to history.jsonl,
 * `--install` fetches the tools that npm has into `.bench/`. Exit 1 if results do not agree or a bound is missed.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { record, regressions } from './history.mjs';
import { isMissed, table } from './table.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const OUT = join(ROOT, 'dist/bench');
const PARTS = ['pool', 'sim', 'edit', 'convert', 'start', 'scan'];
const IN_EDITOR = ['editor', 'verdict'];
const ON_DEMAND = [...IN_EDITOR, 'soak', 'growth'];
const AST_GREP = '@ast-grep/cli@0.51.1';

/** @typedef {import('./row.ts').Row} Row */
/** @typedef {import('./row.ts').Skipped} Skipped */

const options = process.argv.slice(2).filter((word) => word.startsWith('--'));
const named = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const wrong = [
  ...named.filter((part) => ![...PARTS, ...ON_DEMAND].includes(part)),
  ...options.filter((option) => option !== '--record' && option !== '--install'),
];
if (wrong.length > 0) {
  console.error(`bench: unknown ${wrong.join(', ')}; parts are ${[...PARTS, ...ON_DEMAND].join(', ')}`);
  process.exit(2);
}
if (options.includes('--install')) install();

mkdirSync(OUT, { recursive: true });
const parts = named.length === 0 ? PARTS : named;
await build({
  entryPoints: parts.map((part) => join(ROOT, 'test/bench', `${part}.ts`)),
  outdir: OUT,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  logLevel: 'warning',
  alias: { 'web-tree-sitter': join(ROOT, 'node_modules/web-tree-sitter/web-tree-sitter.cjs') },
});
if (parts.some((part) => part !== 'pool' && part !== 'sim')) command('node', ['esbuild.mjs']);
if (parts.some((part) => IN_EDITOR.includes(part))) command('npm', ['run', 'package']);

/** @type {(Row | Skipped)[]} */
const rows = [];
for (const part of parts) rows.push(...measure(part));
const measured = rows.flatMap((row) => ('skipped' in row ? [] : [row]));
console.log(table(rows));
const worse = regressions(measured);
for (const line of worse) console.log(`WORSE  ${line}`);
if (options.includes('--record')) record(measured);
const bad = measured.filter((row) => !row.agrees || isMissed(row));
for (const row of bad) console.log(`${row.agrees ? 'MISSED the bound' : 'RESULTS DIFFER'}: ${row.name}`);
process.exitCode = bad.length > 0 ? 1 : 0;

/**
 * @param {string} part
 * @returns {(Row | Skipped)[]}
 */
function measure(part) {
  process.stderr.write(`bench: ${part} …\n`);
  // Edits run as the editor's server does (`language-client-node.ts`).
  const flags = part === 'edit' ? ['--max-semi-space-size=64'] : [];
  const { stdout, status } = spawnSync(
    process.execPath,
    ['--expose-gc', ...flags, join(OUT, `${part}.cjs`)],
    {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NETMEM_DIST: join(ROOT, 'dist') },
    },
  );
  if (status !== 0) return [{ name: part, skipped: `the part failed with status ${status}` }];
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '[]');
}

/** The tools that are compared with are no dependencies of the product. */
function install() {
  const options = ['--prefix', '.bench', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  mkdirSync(join(ROOT, '.bench'), { recursive: true });
  command('npm', ['install', ...options, AST_GREP]);
}

/**
 * @param {string} name
 * @param {readonly string[]} args
 */
function command(name, args) {
  const { status } = spawnSync(name, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`${name} ${args.join(' ')} ended with ${status}`);
}
