/**
 * `npm start`, after the build: prints the findings and the readiness of the example driver, then opens VS Code with
 * the packaged extension and a copy of that driver. Desktop VS Code where `code` is on PATH and starts, else VS Code
 * in the browser.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { onPath } from './debian.mjs';
import { CACHE, installVsCode } from './install.mjs';
import { QUIET_SETTINGS, installVsix, startServer } from './server.mjs';

const ROOT = resolve(import.meta.dirname, '../../..');
const VSIX = join(ROOT, 'netmem-workbench.vsix');
const HOME = join(CACHE, 'start');
const folders = { userData: join(HOME, 'user'), extensions: join(HOME, 'extensions') };

// A copy: whoever tries a fix here should not find the repository changed.
const driver = join(HOME, 'example');
rmSync(HOME, { recursive: true, force: true });
for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
cpSync(join(ROOT, 'extension/example'), driver, { recursive: true });
const source = join(driver, 'tern_rx.c');

for (const command of ['check', 'report']) {
  console.log(`\n$ netmem ${command} extension/example\n`);
  const { status } = spawnSync(process.execPath, [join(ROOT, 'dist/netmem.cjs'), command, '.'], {
    cwd: driver,
    stdio: 'inherit',
  });
  // 0 is clean, 1 is findings; anything else means that the command itself failed.
  if (status !== 0 && status !== 1) process.exit(status ?? 3);
}

const desktop = onPath(['code']);
if (desktop === null) {
  console.log('\nNo desktop `code` on PATH: VS Code is served in the browser.');
  await openInBrowser();
} else if (!openDesktop(desktop)) {
  console.log(`\n${desktop} did not start (see above): VS Code is served in the browser instead.`);
  await openInBrowser();
}

/**
 * @param {string} code
 * @returns {boolean} false if it refused: no screen, root without a sandbox, too old for the extension
 */
function openDesktop(code) {
  console.log(`\nOpening VS Code (${code}) with a profile of its own.`);
  const profile = ['--user-data-dir', folders.userData, '--extensions-dir', folders.extensions];
  const shell = process.platform === 'win32';
  const steps = [
    ['--install-extension', VSIX, '--force'],
    ['--new-window', driver, source],
  ];
  return steps.every(
    (step) => spawnSync(code, [...profile, ...step], { stdio: 'inherit', shell }).status === 0,
  );
}

async function openInBrowser() {
  const vscode = installVsCode();
  installVsix(vscode, folders, VSIX);
  const given = process.env['PORT'];
  const server = await startServer({
    vscode,
    folders,
    settings: { ...QUIET_SETTINGS, 'workbench.startupEditor': 'none' },
    ...(given !== undefined && { port: Number(given) }),
  });
  const payload = JSON.stringify([['openFile', `vscode-remote://127.0.0.1:${server.port}${source}`]]);
  const query = new URLSearchParams({ folder: driver, payload });
  console.log('\nOpen\n');
  console.log(`    ${server.origin}/?${query.toString()}\n`);
  console.log('Ctrl-C ends it.');
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM']))
    process.on(name, () => void server.stop().then(() => process.exit(0)));
}
