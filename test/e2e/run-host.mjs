/**
 * Runs the mocha suite of test/e2e/host inside a real extension host, over the packaged extension. The desktop VS
 * Code is used where there is a screen and it can be downloaded, else the stand-in. `VSCODE_EXECUTABLE` overrides.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  downloadAndUnzipVSCode,
  resolveCliArgsFromVSCodeExecutablePath,
  runTests,
} from '@vscode/test-electron';
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { CACHE, installVsCode } from './vscode/install.mjs';
import { QUIET_SETTINGS, installVsix } from './vscode/server.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const VSIX = join(ROOT, 'netmem-workbench.vsix');
const STAND_IN = join(import.meta.dirname, 'vscode/stand-in.mjs');
const HOME = join(CACHE, 'host');
const folders = { userData: join(HOME, 'user'), extensions: join(HOME, 'extensions') };
const workspace = join(HOME, 'two.code-workspace');
const harness = join(HOME, 'harness');

rmSync(HOME, { recursive: true, force: true });
for (const folder of [...Object.values(folders), harness]) mkdirSync(folder, { recursive: true });
const EXAMPLE = join(ROOT, 'extension/example');
cpSync(EXAMPLE, join(HOME, 'tern'), { recursive: true });
for (const driver of ['quiet', 'second']) cpSync(EXAMPLE, join(HOME, 'other', driver), { recursive: true });
writeFileSync(join(HOME, 'other/quiet/.netmemrc.json'), '{ "select": ["TX1"] }');
writeFileSync(join(HOME, 'other/plain.c'), 'int plain(int x)\n{\n\treturn x;\n}\n');
const convertible = readFileSync(join(ROOT, 'test/support/convertible.c'), 'utf8');
write('other/convert/foo.c', convertible);
// A place that no C parser understands, with a finding behind it.
write('other/unsure/foo.c', convertible.replace('\tif (rxq->bufs', '\tFOO_TRACE(rxq, i) @ ( ;\n$&'));
// Two drivers' worth of buffers in one, for a preview of which some is taken.
for (const name of ['foo', 'bar']) write(`other/pair/${name}.c`, convertible.replaceAll('foo_', `${name}_`));
// A folder without a disk behind it, as far as VS Code knows, and a tree around it that has no netmem helpers yet.
const virtual = join(HOME, 'virtual');
write('virtual/gull/gull.c', convertible.replaceAll('foo_', 'gull_'));
write('virtual/old/drivers/gull.c', convertible.replaceAll('foo_', 'gull_'));
write('virtual/old/include/net/page_pool/types.h', 'struct page_pool;\n');
const listed = [
  { path: 'tern' },
  { path: 'other' },
  { uri: 'netmemtest:/gull', name: 'virtual' },
  { uri: 'netmemtest:/old/drivers', name: 'old' },
];
writeFileSync(workspace, JSON.stringify({ folders: listed }));
// The suite runs on behalf of an extension of its own, so that ours is loaded from the VSIX as a user has it.
cpSync(join(import.meta.dirname, 'harness.json'), join(harness, 'package.json'));
const suite = join(ROOT, 'dist/test/host.cjs');
/** @type {import('esbuild').BuildOptions} */
const options = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode', 'mocha'],
  sourcemap: 'inline',
};
await build({ ...options, entryPoints: [join(import.meta.dirname, 'host/index.ts')], outfile: suite });
const provider = join(import.meta.dirname, 'host/virtual-files.ts');
await build({ ...options, entryPoints: [provider], outfile: join(harness, 'main.cjs') });

const executable = process.env['VSCODE_EXECUTABLE'] ?? (await desktop()) ?? STAND_IN;
console.log(`running the suite in ${executable}`);
installExtension(executable);
await runTests({
  vscodeExecutablePath: executable,
  extensionDevelopmentPath: harness,
  extensionTestsPath: suite,
  launchArgs: [workspace, `--extensions-dir=${folders.extensions}`, `--user-data-dir=${folders.userData}`],
  extensionTestsEnv: {
    NETMEM_TEST_RESULT: process.argv[2] ?? join(ROOT, 'dist/test/host.json'),
    NETMEM_TEST_VIRTUAL: virtual,
  },
}).catch((/** @type {unknown} */ error) => {
  console.error(String(error));
  process.exitCode = 1;
});

/**
 * @param {string} name
 * @param {string} text
 */
function write(name, text) {
  mkdirSync(join(HOME, name, '..'), { recursive: true });
  writeFileSync(join(HOME, name), text);
}

/** @returns {Promise<string | null>} the desktop VS Code, or null where it cannot be had or has no screen */
async function desktop() {
  const screen = process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'];
  if (!screen) return null;
  try {
    await fetch('https://update.code.visualstudio.com/api/releases/stable', {
      signal: AbortSignal.timeout(5000),
    });
    return await downloadAndUnzipVSCode({ cachePath: CACHE });
  } catch {
    return null;
  }
}

/** @param {string} vscode */
function installExtension(vscode) {
  if (vscode === STAND_IN) {
    process.env['VSCODE_TEST_SETTINGS'] = JSON.stringify(QUIET_SETTINGS);
    installVsix(installVsCode(), folders, VSIX);
    return;
  }
  mkdirSync(join(folders.userData, 'User'), { recursive: true });
  writeFileSync(join(folders.userData, 'User/settings.json'), JSON.stringify(QUIET_SETTINGS));
  const [cli = vscode] = resolveCliArgsFromVSCodeExecutablePath(vscode);
  const place = [`--user-data-dir=${folders.userData}`, `--extensions-dir=${folders.extensions}`];
  const done = spawnSync(cli, [...place, '--install-extension', VSIX, '--force'], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`the VSIX could not be installed: ${done.stdout}${done.stderr}`);
}
