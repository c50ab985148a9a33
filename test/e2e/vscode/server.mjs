/**
 * Starts the installed VS Code's own web server with its own user data and extensions folders. Used by the stand-in
 * executable, by the tests of the user interface and by `npm start`.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** Without these the editor saves by itself, greets, and opens side bars that the tests would have to close. */
export const QUIET_SETTINGS = {
  'files.autoSave': 'off',
  'workbench.startupEditor': 'none',
  'workbench.editor.useModal': 'off',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'chat.disableAIFeatures': true,
  'editor.minimap.enabled': false,
  'git.enabled': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
};

/** Flags that make Chromium run without a screen and stay off the network. */
export const CHROMIUM_FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const GALLERY_OFF = { EXTENSIONS_GALLERY: '{"serviceUrl":""}' };

/**
 * @typedef {object} Folders
 * @property {string} userData
 * @property {string} extensions
 */

/**
 * @typedef {object} Options
 * @property {import('./install.mjs').VsCode} vscode
 * @property {Folders} folders
 * @property {number} [port] a free one if left out
 * @property {Record<string, unknown>} [settings] user settings, written before the start
 * @property {boolean} [trust] ask whether the workspace is trusted; settings say the rest
 * @property {boolean} [underTest] let the page accept test payloads, and end some minutes after the test's death
 * @property {NodeJS.ProcessEnv} [env]
 */

/**
 * @param {import('./install.mjs').VsCode} vscode
 * @param {Folders} folders
 * @param {string} vsix path
 */
export function installVsix(vscode, folders, vsix) {
  execFileSync(
    vscode.node,
    [vscode.server, ...folderFlags(folders), '--install-extension', vsix, '--force'],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...GALLERY_OFF } },
  );
}

/**
 * Starts the server and waits until it listens.
 * @param {Options} options
 * @returns {Promise<{ readonly port: number, readonly origin: string, stop(): Promise<void> }>}
 */
export async function startServer({
  vscode,
  folders,
  port,
  settings = QUIET_SETTINGS,
  trust,
  underTest,
  env,
}) {
  mkdirSync(join(folders.userData, 'User'), { recursive: true });
  writeFileSync(join(folders.userData, 'User', 'settings.json'), JSON.stringify(settings));
  const chosen = port ?? (await freePort());
  const flags = ['--host', '127.0.0.1', '--port', String(chosen), '--without-connection-token'];
  flags.push('--accept-server-license-terms', '--disable-telemetry');
  if (trust !== true) flags.push('--disable-workspace-trust');
  if (underTest === true) flags.push('--enable-smoke-test-driver', '--enable-remote-auto-shutdown');
  flags.push('--reconnection-grace-time', '10', ...folderFlags(folders));
  const child = spawn(vscode.node, [vscode.server, ...flags], {
    env: { ...process.env, ...env, ...GALLERY_OFF },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const gone = new Promise((done) => child.once('exit', done));
  let log = '';
  await new Promise((done, fail) => {
    const read = (/** @type {Buffer} */ data) => {
      log += data.toString();
      if (log.includes('Extension host agent listening')) done(undefined);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => fail(new Error(`VS Code's server exited with ${code}\n${log}`)));
  });
  return {
    port: chosen,
    origin: `http://127.0.0.1:${chosen}`,
    async stop() {
      signal(child.pid, 'SIGTERM');
      await Promise.race([gone, new Promise((done) => setTimeout(done, 4000))]);
      signal(child.pid, 'SIGKILL');
    },
  };
}

/** @param {Folders} folders */
function folderFlags({ userData, extensions }) {
  const serverData = join(userData, 'server');
  return ['--user-data-dir', userData, '--extensions-dir', extensions, '--server-data-dir', serverData];
}

/**
 * The whole process group: the server starts extension hosts of its own.
 * @param {number | undefined} pid
 * @param {NodeJS.Signals} name
 */
function signal(pid, name) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // already gone
  }
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => done(port));
    });
  });
}
