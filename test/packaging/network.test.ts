/**
 * Nothing reaches for the network or runs code of the workspace at run time: the packaged command and the packaged server do their work in processes
 * where every way out is refused and noted, and the bundles contain no client for it.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { expect, test } from 'vitest';
import { DRIVER, EXAMPLE, NETMEM, ROOT, scratch } from '../cli/netmem.ts';

const HOOK = join(import.meta.dirname, 'deny-network.cjs');

/** Environment with the hook in every Node process, threads included, and the file it notes attempts in. */
function denied(): { env: NodeJS.ProcessEnv; attempts: () => string } {
  const log = join(scratch(), 'attempts');
  return {
    env: { ...process.env, NODE_OPTIONS: `--require ${JSON.stringify(HOOK)}`, NETMEM_NETWORK_LOG: log },
    attempts: () => (existsSync(log) ? readFileSync(log, 'utf8') : ''),
  };
}

test('the hook is not asleep', () => {
  const { env, attempts } = denied();
  for (const code of [
    "fetch('http://127.0.0.1:9')",
    "require('net').connect(9)",
    "require('dns').lookup('a', () => 0)",
    "require('child_process').execSync('true')",
    "require('vm').runInThisContext('1')",
    "eval('1')",
    "new Function('1')",
  ])
    expect(spawnSync(process.execPath, ['-e', code], { env }).status).not.toBe(0);
  expect(attempts()).toMatch(/^fetch$/m);
  expect(attempts()).toMatch(/^net\.Socket\.connect$/m);
  expect(attempts()).toMatch(/^node:dns\.lookup$/m);
  expect(attempts()).toMatch(/^node:child_process\.execSync$/m);
  expect(attempts()).toMatch(/^node:vm\.runInThisContext$/m);
  expect(attempts()).toMatch(/^eval$/m);
  expect(attempts()).toMatch(/^new Function$/m);
});

test.each([
  [['check', '.'], 1],
  [['check', '--format', 'sarif', '.'], 1],
  [['report', '.'], 1],
  [['model', '.'], 0],
  [['explain', 'rx1-page-pool'], 0],
  [['simulate', '.'], null],
] as const)('netmem %j stays at home', (args, code) => {
  const { env, attempts } = denied();
  const run = spawnSync(process.execPath, [NETMEM, ...args], { cwd: EXAMPLE, env, encoding: 'utf8' });
  expect(attempts()).toBe('');
  expect(run.stderr).not.toContain('internal error');
  if (code !== null) expect(run.status).toBe(code);
});

/** What a build, an editor or git would run. */
const TRAPS = {
  'foo/Makefile': 'X := $(shell touch forged)\nobj-m := foo.o\nfoo-y := foo.o `touch forged`.o\n',
  'foo/foo.c': `#include "$(touch forged).h"\n#include "|touch forged"\n${DRIVER}`,
  'foo/.netmemrc.json': '{ "kernelTree": "$(touch forged)", "exclude": ["`touch forged`"] }',
  'foo/netmem.config.js': "require('fs').writeFileSync('forged', '')",
  'package.json': '{ "scripts": { "preinstall": "touch forged" }, "netmem": "./evil.cjs" }',
  'evil.cjs': "require('fs').writeFileSync('forged', '')",
  '.git/config': '[core]\n\tfsmonitor = touch forged\n\tpager = touch forged\n',
  '.git/hooks/pre-commit': '#!/bin/sh\ntouch forged\n',
  '.vscode/settings.json': '{ "netmem.kernelTree": "$(touch forged)" }',
};

test.each([
  ['check', '.'],
  ['check', '--diff', '-'],
  ['report', '.'],
  ['model', 'foo'],
  ['fix', 'foo'],
  ['fix', '--write', 'foo'],
  ['simulate', 'foo'],
  ['baseline', 'foo'],
])('netmem %s %s runs nothing of an untrusted tree', (...args) => {
  const { env, attempts } = denied();
  const cwd = scratch(TRAPS);
  const input = `--- a/foo/foo.c\n+++ b/foo/foo.c\n@@ -1,3 +1,3 @@\n+a\n+b\n+c\n`;
  const run = spawnSync(process.execPath, [NETMEM, ...args], { cwd, env, input, encoding: 'utf8' });
  expect(run.stderr).not.toContain('internal error');
  expect(attempts()).toBe('');
  expect(readdirSync(cwd, { recursive: true }).filter((name) => String(name).endsWith('forged'))).toEqual([]);
});

test('so do the threads of a scan', () => {
  const { env, attempts } = denied();
  const cwd = scratch(
    Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`d${index}/foo.c`, DRIVER])),
  );
  const run = spawnSync(process.execPath, [NETMEM, 'check', '--jobs', '2', '.'], {
    cwd,
    env,
    encoding: 'utf8',
  });
  expect(run.stdout).toContain('d7/foo.c:');
  expect(attempts()).toBe('');
});

test('so does the language server, from the opened driver to its diagnostics', async () => {
  const { env, attempts } = denied();
  const child = spawn(process.execPath, [join(ROOT, 'dist/server.cjs'), '--stdio'], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = new Promise((done) => child.once('exit', done));
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const published = new Promise<{ diagnostics: unknown[] }>((done) => {
    connection.onNotification('textDocument/publishDiagnostics', (found: { diagnostics: unknown[] }) => {
      if (found.diagnostics.length > 0) done(found);
    });
  });
  connection.onRequest(() => null);
  connection.listen();
  const file = join(EXAMPLE, 'tern_tx.c');
  const uri = pathToFileURL(file).href;
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(EXAMPLE).href,
    capabilities: {},
  });
  await connection.sendNotification('initialized', {});
  await connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'c', version: 1, text: readFileSync(file, 'utf8') },
  });
  expect((await published).diagnostics.length).toBeGreaterThan(0);
  await connection.sendRequest('shutdown');
  await connection.sendNotification('exit');
  await gone;
  connection.dispose();
  expect(attempts()).toBe('');
});

/** Modules by which one could talk to another machine. `net` is in the library of the protocol, for pipes. */
const CLIENTS = ['http', 'https', 'http2', 'tls', 'dgram', 'dns', 'undici', 'ws'];

test('no bundle contains a client', () => {
  const outputs = JSON.parse(readFileSync(join(ROOT, 'dist/meta.json'), 'utf8')) as Record<
    string,
    { imports?: readonly { path: string }[]; inputs: Record<string, unknown> }
  >;
  expect(Object.keys(outputs).length).toBeGreaterThan(4);
  for (const [name, { imports = [], inputs }] of Object.entries(outputs)) {
    const reached = imports
      .map(({ path }) => path.replace(/^node:/, ''))
      .filter((path) => CLIENTS.includes(path));
    expect(reached, name).toEqual([]);
    // The page fetches its own worker; its content security policy keeps it from all else.
    const own = Object.keys(inputs).filter((path) => !/node_modules|^webview\//.test(path));
    const callers = own.filter((path) =>
      /\b(fetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon)/.test(
        readFileSync(join(ROOT, path), 'utf8'),
      ),
    );
    expect(callers, name).toEqual([]);
  }
});
