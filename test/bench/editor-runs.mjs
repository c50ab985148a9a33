/**
 * Runs editor-suite.ts in the real VS Code over the packaged extension, on a copy of bnxt in its kernel tree, which is
 * only read. Arguments: the tree, which of the windows below, how many runs. Prints the results as one line of JSON.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { runTests } from '@vscode/test-electron';
import { CACHE, installVsCode } from '../e2e/vscode/install.mjs';
import { QUIET_SETTINGS, installVsix } from '../e2e/vscode/server.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const HOME = join(CACHE, 'bench');
const FILE = 'drivers/net/ethernet/broadcom/bnxt/bnxt.c';

/**
 * What is open in the window, how long it has stood when the file is opened, and the keystrokes in it.
 * @type {Record<string, { readonly folder: string, readonly standsMs: number, readonly keystrokes: number }>}
 */
const WINDOWS = {
  started: { folder: dirname(FILE), standsMs: 0, keystrokes: 60 },
  standing: { folder: dirname(FILE), standsMs: 10_000, keystrokes: 0 },
  tree: { folder: '', standsMs: 10_000, keystrokes: 0 },
};

const [tree = '', window = 'started', runs = '1'] = process.argv.slice(2);
const chosen = WINDOWS[window];
if (chosen === undefined) throw new Error(`no such window: ${window}`);
const { folder, standsMs, keystrokes } = chosen;
// Standard output is for the result alone.
console.log = console.error;
const suite = join(ROOT, 'dist/bench/editor-suite.cjs');
await build({
  entryPoints: [join(import.meta.dirname, 'editor-suite.ts')],
  outfile: suite,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode'],
});
const results = [];
for (let i = 0; i < Number(runs); i += 1) results.push(await once());
process.stdout.write(`${JSON.stringify(results)}\n`);

/** @returns {Promise<unknown>} what the suite wrote */
async function once() {
  rmSync(HOME, { recursive: true, force: true });
  const folders = { userData: join(HOME, 'user'), extensions: join(HOME, 'extensions') };
  const harness = join(HOME, 'harness');
  for (const folder of [...Object.values(folders), harness]) mkdirSync(folder, { recursive: true });
  cpSync(join(import.meta.dirname, '../e2e/harness.json'), join(harness, 'package.json'));
  // The driver is a copy, the headers around it are the tree's own.
  const copy = join(HOME, 'tree', FILE);
  mkdirSync(dirname(dirname(copy)), { recursive: true });
  cpSync(join(tree, dirname(FILE)), dirname(copy), { recursive: true });
  for (const name of ['include', 'Makefile', 'Kbuild'])
    symlinkSync(join(tree, name), join(HOME, 'tree', name));
  process.env['VSCODE_TEST_SETTINGS'] = JSON.stringify(QUIET_SETTINGS);
  installVsix(installVsCode(), folders, join(ROOT, 'netmem-workbench.vsix'));
  const output = join(HOME, 'result.json');
  await runTests({
    vscodeExecutablePath: join(import.meta.dirname, '../e2e/vscode/stand-in.mjs'),
    extensionDevelopmentPath: harness,
    extensionTestsPath: suite,
    launchArgs: [
      join(HOME, 'tree', folder),
      `--extensions-dir=${folders.extensions}`,
      `--user-data-dir=${folders.userData}`,
    ],
    extensionTestsEnv: {
      NETMEM_BENCH_FILE: copy,
      NETMEM_BENCH_OUTPUT: output,
      NETMEM_BENCH_STANDS_MS: String(standsMs),
      NETMEM_BENCH_KEYSTROKES: String(keystrokes),
    },
  });
  return JSON.parse(readFileSync(output, 'utf8'));
}
