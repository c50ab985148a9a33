/**
 * `npm run fuzz -- NAME …`: bundles test/fuzz/NAME.ts and runs it with the other arguments. Exits with 1 when an
 * invariant broke, with 2 on wrong usage.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const ROOT = resolve(import.meta.dirname, '../..');
const [name = '', ...rest] = process.argv.slice(2);
const entry = join(ROOT, 'test/fuzz', `${name}.ts`);
if (!/^[a-z]+$/.test(name) || !existsSync(entry)) {
  console.error('usage: npm run fuzz -- sim [--runs N] [--seed N]');
  console.error('       npm run fuzz -- attacks [WORD]');
  console.error('       npm run fuzz -- analyzer [--tree TREE] [--runs N] [--seed N] [--keep DIRECTORY]');
  console.error('       npm run fuzz -- unreadable [--kernel TREE] [--places] PATH…');
  process.exit(2);
}
const outfile = join(ROOT, 'dist/test', `fuzz-${name}.cjs`);
await build({
  entryPoints: [entry],
  bundle: true,
  platform: 'node',
  format: 'cjs',
  outfile,
  logLevel: 'warning',
  alias: {
    'web-tree-sitter': join(ROOT, 'node_modules/web-tree-sitter/web-tree-sitter.cjs'),
    'jsonc-parser': join(ROOT, 'node_modules/jsonc-parser/lib/esm/main.js'),
  },
});
process.exitCode = spawnSync(process.execPath, [outfile, ...rest], { stdio: 'inherit' }).status ?? 1;
