/**
 * Runs editor-suite.ts in the real VS Code over the packaged extension, on a copy of bnxt in its kernel tree, which is
 * only read. Arguments: the tree, how many runs. Prints the results as one line of JSON.
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

const [tree = '', runs = '1'] = process.argv.slice(2);
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
  symlinkSync(join(tree, 'include'), join(HOME, 'tree/include'));
  process.env['VSCODE_TEST_SETTINGS'] = JSON.stringify(QUIET_SETTINGS);
  installVsix(installVsCode(), folders, join(ROOT, 'netmem-workbench.vsix'));
  const output = join(HOME, 'result.json');
  await runTests({
    vscodeExecutablePath: join(import.meta.dirname, '../e2e/vscode/stand-in.mjs'),
    extensionDevelopmentPath: harness,
    extensionTestsPath: suite,
    launchArgs: [
      dirname(copy),
      `--extensions-dir=${folders.extensions}`,
      `--user-data-dir=${folders.userData}`,
    ],
    extensionTestsEnv: { NETMEM_BENCH_FILE: copy, NETMEM_BENCH_OUTPUT: output },
  });
  return JSON.parse(readFileSync(output, 'utf8'));
}
