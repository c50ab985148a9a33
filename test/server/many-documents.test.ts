/** An editor that opens ten thousand files at once, as one does that restores its tabs. */
import { spawn } from 'node:child_process';
import { createProtocolConnection } from 'vscode-languageserver/node';
import { expect, test } from 'vitest';
import { DRIVER, NETMEM } from '../cli/netmem.ts';
import { PULLING, start } from './harness.ts';

/** As many as the attack suite asks for, or enough to tell a line from a square. */
const MANY = Number(process.env['MANY'] ?? 1000);

test('files of as many drivers: what is asked for comes before what is analysed unasked', async () => {
  const server = spawn(process.execPath, [NETMEM, 'lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const client = createProtocolConnection(server.stdout, server.stdin);
  let pushed = 0;
  client.onNotification('textDocument/publishDiagnostics', () => {
    pushed += 1;
  });
  client.listen();
  await client.sendRequest('initialize', { processId: null, rootUri: null, capabilities: {} });
  await client.sendNotification('initialized', {});
  const uriOf = (at: number): string => `file:///nowhere/d${at}/foo.c`;
  const open = (at: number) =>
    client.sendNotification('textDocument/didOpen', {
      textDocument: { uri: uriOf(at), languageId: 'c', version: 1, text: DRIVER },
    });
  const opened = Promise.all(Array.from({ length: MANY }, (_, at) => open(at)));
  const hover = client.sendRequest('textDocument/hover', {
    textDocument: { uri: uriOf(MANY - 1) },
    position: {
      line: DRIVER.split('\n').findIndex((line) => line.includes('dma_sync_single')),
      character: 3,
    },
  });
  expect(JSON.stringify(await hover)).toContain('dma_sync_single');
  // Had the others gone first, all would have been told of.
  const before = pushed;
  await opened;
  expect(before).toBeLessThan(MANY / 4);
  const ended = new Promise((done) => server.on('exit', done));
  client.dispose();
  server.kill();
  await ended;
});

test('files of one directory: it is listed a few times, not once for each', async () => {
  const uriOf = (at: number): string => `file:///tree/foo/f${at}.c`;
  const files = Object.fromEntries(Array.from({ length: MANY }, (_, at) => [uriOf(at), '']));
  let lists = 0;
  const access = accessOf(files, MANY, () => (lists += 1));
  const session = await start(PULLING, files, { access });
  for (let at = 0; at < MANY; at += 1) await session.open(uriOf(at), at === 0 ? 'BAD' : '');
  const report = await session.client.sendRequest('textDocument/diagnostic', {
    textDocument: { uri: uriOf(0) },
  });
  expect(report).toMatchObject({ kind: 'full', items: [{ code: 'rx3-bad' }] });
  expect(lists).toBeLessThan(MANY / 20);
});

/** @param each files of a directory */
function accessOf(
  files: Readonly<Record<string, string>>,
  each: number,
  onList: () => void = () => undefined,
) {
  return {
    readFile: (uri: string) => Promise.resolve(files[uri] ?? null),
    readDirectory: (directory: string) => {
      onList();
      const found = each === 1 ? [`${directory}/foo.c`] : Object.keys(files);
      const entries = found.map((uri) => ({ kind: 'file' as const, uri, size: files[uri]?.length ?? 0 }));
      return Promise.resolve(entries);
    },
    staysIn: () => Promise.resolve(true),
  };
}
