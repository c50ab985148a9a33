/**
 * `npm start`, after the build: prints the report of the example driver, then opens VS Code with the packaged
 * extension and a copy of that driver. Desktop VS Code where `code` is on PATH, else VS Code in the browser.
 */
import { execFileSync, spawnSync } from 'node:child_process';
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

console.log('\nWhat the extension has to say about the example driver (netmem check):\n');
const report = spawnSync(process.execPath, [join(ROOT, 'dist/netmem.cjs'), 'check', '.'], {
  cwd: driver,
  stdio: 'inherit',
});
// 0 is clean, 1 is findings; anything else means that the command itself failed.
if (report.status !== 0 && report.status !== 1) process.exit(report.status ?? 3);

const desktop = onPath(['code']);
if (desktop !== null) openDesktop(desktop);
else await openInBrowser();

/** @param {string} code */
function openDesktop(code) {
  console.log(`\nOpening VS Code (${code}) with a profile of its own.`);
  const profile = ['--user-data-dir', folders.userData, '--extensions-dir', folders.extensions];
  const shell = process.platform === 'win32';
  execFileSync(code, [...profile, '--install-extension', VSIX, '--force'], { stdio: 'inherit', shell });
  execFileSync(code, [...profile, '--new-window', driver, source], { stdio: 'inherit', shell });
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
  console.log(`\nNo desktop \`code\` on PATH: VS Code is served in the browser. Open\n`);
  console.log(`    ${server.origin}/?${query.toString()}\n`);
  console.log('Ctrl-C ends it.');
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM']))
    process.on(name, () => void server.stop().then(() => process.exit(0)));
}
