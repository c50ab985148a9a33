/**
 * Puts the real VS Code under `.vscode-test/`, from npm only: the workbench and server that the code-server package
 * carries, and the Node that runs them. Nothing is compiled and no install script runs.
 * Idempotent: a stamp file names the versions that are in place.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const CODE_SERVER = '4.139.1';
/** VS Code 1.139 needs Node 22.15 or later, whichever Node the project itself runs on. */
const NODE = '24.21.0';
const ROOT = resolve(import.meta.dirname, '../../..');

/** Where downloaded and installed test tools live; ignored by git. */
export const CACHE = join(ROOT, '.vscode-test');

const DIR = join(CACHE, 'code-server');
const NODE_PACKAGE = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

/**
 * Paths of the installed VS Code.
 * @typedef {{ readonly node: string, readonly server: string }} VsCode
 */

/**
 * Installs if needed.
 * @returns {VsCode}
 */
export function installVsCode() {
  const modules = join(DIR, 'node_modules');
  const home = join(modules, 'code-server/lib/vscode');
  const stamp = join(DIR, `.ok-${CODE_SERVER}-${NODE}`);
  const installed = {
    node: join(modules, NODE_PACKAGE, process.platform === 'win32' ? 'bin/node.exe' : 'bin/node'),
    server: join(home, 'out/server-main.js'),
  };
  if (existsSync(stamp)) return installed;
  console.log(`installing VS Code (code-server ${CODE_SERVER}) into ${DIR}`);
  rmSync(DIR, { recursive: true, force: true });
  mkdirSync(DIR, { recursive: true });
  // Without a package.json of its own npm would install into the project.
  writeFileSync(join(DIR, 'package.json'), '{"name":"vscode-under-test","private":true,"version":"0.0.0"}');
  npm(DIR, ['install', '--no-save', `code-server@${CODE_SERVER}`, `${NODE_PACKAGE}@${NODE}`]);
  // `npm ci` fails here: the shrinkwrap that code-server ships misses an entry.
  npm(home, ['install', '--omit=dev']);
  writeFileSync(stamp, '');
  return installed;
}

/**
 * @param {string} cwd
 * @param {readonly string[]} args
 */
function npm(cwd, args) {
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', [...args, ...quiet], { cwd, stdio: 'inherit', shell: process.platform === 'win32' });
}
