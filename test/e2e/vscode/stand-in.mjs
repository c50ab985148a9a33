#!/usr/bin/env node
/**
 * Stand-in for the desktop `code` executable: takes the flags that @vscode/test-electron passes, runs the suite in
 * the real extension host of VS Code's web server with a headless browser as its window, and exits with the result.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'node:util';
import { chromium as browsers } from 'playwright-core';
import { chromium } from './debian.mjs';
import { installVsCode } from './install.mjs';
import { CHROMIUM_FLAGS, startServer } from './server.mjs';

const LIMIT_MS = Number(process.env['VSCODE_TEST_TIMEOUT_MS'] ?? 900_000);

/** Lines that the window logs in every run and that say nothing about the suite. */
const NOISE =
  /^(Resolv(ing|ed) connection token|Creating a socket|\[Service Worker\]|\[AgentHost|\[AccountPolicyGate|\[reconnection-grace-time\]|Ignoring fetching additional|Updating additional builtin|Error: Could not locate the bindings|Cannot find module '\.\/build\/Release\/watchdog'|Canceled: Canceled)/;

const asked = readFlags(process.argv.slice(2));
if (asked.tests === undefined) {
  console.error('this stand-in only runs extension tests (--extensionTestsPath)');
  process.exit(2);
}
const browserPath = chromium();
if (!browserPath.ok) {
  console.error(browserPath.error);
  process.exit(2);
}
const scratch = mkdtempSync(join(tmpdir(), 'vscode-stand-in-'));
const userData = asked.userData ?? join(scratch, 'user');
const server = await startServer({
  vscode: installVsCode(),
  folders: { userData, extensions: asked.extensions ?? join(scratch, 'extensions') },
  underTest: true,
  ...(process.env['VSCODE_TEST_SETTINGS'] !== undefined && {
    settings: JSON.parse(process.env['VSCODE_TEST_SETTINGS']),
  }),
});
const browser = await browsers.launch({ executablePath: browserPath.path, args: CHROMIUM_FLAGS });
for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(name, () => void stop(130));

const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
await page.exposeFunction(
  'codeAutomationLog',
  (/** @type {string} */ type, /** @type {unknown[]} */ args) => {
    if (NOISE.test(String(args[0]))) return;
    (type === 'error' ? process.stderr : process.stdout).write(`${format(...args)}\n`);
  },
);
await page.exposeFunction('codeAutomationExit', (/** @type {number} */ code) => stop(code));

const uri = (/** @type {string} */ file) => `vscode-remote://127.0.0.1:${server.port}${resolve(file)}`;
const payload = [
  ...asked.extensionPaths.map((path) => ['extensionDevelopmentPath', uri(path)]),
  ['extensionTestsPath', uri(asked.tests)],
  ['enableProposedApi', ''],
  ['skipWelcome', 'true'],
  ...(asked.disableExtensions ? [['disableExtensions', 'true']] : []),
];
const query = new URLSearchParams({ payload: JSON.stringify(payload) });
if (asked.open === undefined) query.set('ew', 'true');
else query.set(statSync(asked.open).isDirectory() ? 'folder' : 'workspace', resolve(asked.open));
await page.goto(`${server.origin}/?${query.toString()}`);
setTimeout(() => {
  console.error(`no test result after ${LIMIT_MS} ms`);
  void page
    .screenshot({ path: '.vscode-test/timeout.png' })
    .catch(() => undefined)
    .then(() => stop(124));
}, LIMIT_MS);

/**
 * @param {number} code
 * @returns {Promise<never>}
 */
async function stop(code) {
  await browser.close().catch(() => undefined);
  await server.stop();
  rmSync(scratch, { recursive: true, force: true });
  process.exit(code);
}

/** @param {readonly string[]} args */
function readFlags(args) {
  /** @type {{ extensionPaths: string[], tests?: string, userData?: string, extensions?: string, disableExtensions: boolean, open?: string }} */
  const flags = { extensionPaths: [], disableExtensions: false };
  for (const arg of args) {
    const [name = '', ...rest] = arg.split('=');
    const value = rest.join('=');
    if (name === '--extensionDevelopmentPath') flags.extensionPaths.push(value);
    else if (name === '--extensionTestsPath') flags.tests = value;
    else if (name === '--user-data-dir') flags.userData = resolve(value);
    else if (name === '--extensions-dir') flags.extensions = resolve(value);
    else if (name === '--disable-extensions') flags.disableExtensions = true;
    else if (name === '--folder-uri' || name === '--file-uri') flags.open = fileURLToPath(value);
    else if (!name.startsWith('-')) flags.open = arg;
  }
  return flags;
}
