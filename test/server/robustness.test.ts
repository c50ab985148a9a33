/** What a disk can hold: the editor goes on working, whatever lies beside the driver. With the real analyser. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  CancellationTokenSource,
  type DocumentDiagnosticReport,
  ResponseError,
} from 'vscode-languageserver/node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeFiles } from '../../extension/server/node-files.ts';
import {
  ACCEPT_REQUEST,
  CONVERSIONS_REQUEST,
  DRIVER_MODEL_REQUEST,
  EXPLAIN_REQUEST,
  LENSES_REQUEST,
  READINESS_REQUEST,
  SCAN_REQUEST,
  type ScanResult,
} from '../../extension/server/protocol.ts';
import { analyserForTests } from '../analyzer/analyse.ts';
import { PULLING, type Session, start, stopAll } from './harness.ts';

const DRIVER = readFileSync(join(import.meta.dirname, '../support/convertible.c'), 'utf8');
/** For schemes that only a client can read; there is none here. */
const NO_OTHERS = {
  readFile: () => Promise.resolve(null),
  readDirectory: () => Promise.resolve(null),
  staysIn: () => Promise.resolve(false),
};

let home: string;
let log: string[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'netmem-robust-'));
  log = [];
});
afterEach(() => {
  stopAll();
  rmSync(home, { recursive: true, force: true });
});

const uriOf = (name: string) => pathToFileURL(join(home, name)).toString();

function write(name: string, content: string | Uint8Array): void {
  const path = join(home, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
}

async function server(): Promise<Session> {
  const analyzer = await analyserForTests();
  const session = await start(PULLING, {}, { analyzer, access: nodeFiles(NO_OTHERS) });
  session.client.onNotification('window/logMessage', ({ message }: { message: string }) => {
    log.push(message);
  });
  return session;
}

async function rules(session: Session, name: string): Promise<string[]> {
  const report = await session.client.sendRequest<DocumentDiagnosticReport>('textDocument/diagnostic', {
    textDocument: { uri: uriOf(name) },
  });
  return report.kind === 'full' ? report.items.map(({ code }) => String(code)) : [];
}

async function expectFindings(session: Session): Promise<void> {
  await session.open(uriOf('foo/foo.c'), DRIVER);
  expect(await rules(session, 'foo/foo.c')).toContain('rx3-page-api');
  expect(log).toEqual([]);
}

test.each([
  ['a file that is no UTF-8', 'foo/latin.c', Buffer.from([0x2f, 0x2f, 0x20, 0xe9, 0xff, 0xfe, 0x0a])],
  ['a binary called .c', 'foo/data.c', Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) & 255))],
  ['an empty file', 'foo/empty.h', ''],
  ['a file without an end of line', 'foo/open.h', '#define FOO(x) \\'],
  ['a comment that never ends', 'foo/comment.h', '/* and so on'],
  ['braces that never close', 'foo/braces.c', `int f(void) ${'{ if (1) '.repeat(2000)}`],
  ['a directory called .c', 'foo/dir.c/inner.c', 'int x;'],
])('%s beside the driver changes nothing', async (_, name, content) => {
  write('foo/foo.c', DRIVER);
  write(name, content);
  await expectFindings(await server());
});

test('a generated file of 5 MB is left out, beside the driver and opened itself', async () => {
  write('foo/foo.c', DRIVER);
  const table = `static const int table[] = {\n${'\t0x12345678, 0x9abcdef0,\n'.repeat(220_000)}};\n`;
  expect(table.length).toBeGreaterThan(5 * 1024 * 1024);
  write('foo/table.c', table);
  const session = await server();
  await session.open(uriOf('foo/table.c'), table);
  expect(await rules(session, 'foo/table.c')).toEqual([]);
  await expectFindings(session);
});

test('links in circles do not end a scan, and nothing is found twice', async () => {
  write('foo/foo.c', DRIVER);
  symlinkSync(home, join(home, 'foo/up'));
  symlinkSync(join(home, 'b'), join(home, 'a'));
  symlinkSync(join(home, 'a'), join(home, 'b'));
  const session = await server();
  const result = await session.client.sendRequest<ScanResult>(SCAN_REQUEST, {
    folders: [pathToFileURL(home).toString()],
  });
  expect(result.drivers.map(({ driver }) => driver)).toEqual([uriOf('foo')]);
  await expectFindings(session);
});

test.each(['.netmemrc.json', '.netmem-baseline.json', 'Makefile', 'endless.h', 'include/linux/skbuff.h'])(
  '%s that is a pipe, or leads to a device that never ends, is as if it were not there',
  async (name) => {
    write('foo/foo.c', `#include "endless.h"\n${DRIVER}`);
    write('include/net/page_pool/types.h', 'struct page_pool;\n');
    for (const [directory, make] of [
      ['foo', (path: string) => symlinkSync('/dev/zero', path)],
      ['.', (path: string) => spawnSync('mkfifo', [path])],
    ] as const) {
      const path = join(home, name.includes('/') ? '.' : directory, name);
      mkdirSync(join(path, '..'), { recursive: true });
      rmSync(path, { force: true });
      make(path);
    }
    const session = await server();
    await session.open(uriOf('foo/foo.c'), `#include "endless.h"\n${DRIVER}`);
    expect(await rules(session, 'foo/foo.c')).toContain('rx3-page-api');
    const { drivers } = await session.client.sendRequest<ScanResult>(SCAN_REQUEST, {
      folders: [pathToFileURL(home).toString()],
    });
    expect(drivers.map(({ driver }) => driver)).toEqual([uriOf('foo')]);
  },
);

test('files that come, change and go on disk are followed', async () => {
  write('foo/foo.c', DRIVER.replace(/struct foo_buf \{[^}]*\};/, '#include "foo.h"'));
  const session = await server();
  await session.open(uriOf('foo/foo.c'), readFileSync(join(home, 'foo/foo.c'), 'utf8'));
  const without = await rules(session, 'foo/foo.c');
  const changed = (type: 1 | 2 | 3) =>
    session.client.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: uriOf('foo/foo.h'), type }],
    });
  write('foo/foo.h', 'struct foo_buf {\n\tstruct page *page;\n\tdma_addr_t dma;\n};\n');
  await changed(1);
  expect(await rules(session, 'foo/foo.h')).toContain('rx3-page-holder');
  rmSync(join(home, 'foo/foo.h'));
  await changed(3);
  expect(await rules(session, 'foo/foo.h')).toEqual([]);
  expect(await rules(session, 'foo/foo.c')).toEqual(without);
  expect(log).toEqual([]);
});

test.each([
  ['an old version in a diff', `git:/foo/foo.c?${encodeURIComponent('{"ref":"~"}')}`],
  ['a document without a file', 'untitled:Untitled-1'],
  ['a file that is no C', 'file:///foo/foo.py'],
])('%s is none of ours', async (_, uri) => {
  const session = await server();
  await session.open(uri, DRIVER);
  const report = await session.client.sendRequest<DocumentDiagnosticReport>('textDocument/diagnostic', {
    textDocument: { uri },
  });
  expect(report).toMatchObject({ kind: 'full', items: [] });
  expect(log).toEqual([]);
});

test('requests that make no sense are answered, with an error or with nothing, and the next good one is as ever', async () => {
  write('foo/foo.c', DRIVER);
  const session = await server();
  const uri = uriOf('foo/foo.c');
  await session.open(uri, DRIVER);
  const far = { line: 4_294_967_295, character: 4_294_967_295 };
  const nowhere = { line: -1, character: Number.NaN };
  const uris = [
    uri,
    '',
    'x',
    'file:',
    'file:///',
    'file:///a%zz%00.c',
    'http://evil.example/a.c',
    `file:///${'a/'.repeat(5000)}.c`,
  ];
  const params: object[] = [
    ...uris.flatMap((each) => [
      { uri: each },
      { textDocument: { uri: each }, position: far, range: { start: far, end: nowhere } },
    ]),
    {
      textDocument: { uri },
      position: nowhere,
      range: { start: nowhere, end: far },
      context: { diagnostics: [] },
    },
    {
      uri,
      range: { start: far, end: nowhere },
      rule: '__proto__',
      scope: 'toString',
      ids: ['__proto__', '', 'x'.repeat(1e5)],
    },
    { folders: [] },
    {},
  ];
  const methods = [
    ...['textDocument/diagnostic', 'textDocument/hover', 'textDocument/codeAction', 'textDocument/inlayHint'],
    ...[
      'textDocument/codeLens',
      'codeAction/resolve',
      DRIVER_MODEL_REQUEST,
      READINESS_REQUEST,
      EXPLAIN_REQUEST,
    ],
    ...[LENSES_REQUEST, CONVERSIONS_REQUEST, ACCEPT_REQUEST, SCAN_REQUEST, 'netmem/nothing'],
  ];
  for (const method of methods) {
    for (const each of params) {
      const outcome = await session.client.sendRequest(method, each).then(
        () => 'answered',
        (error: unknown) => (error instanceof ResponseError ? 'refused' : String(error)),
      );
      expect([method, ['answered', 'refused'].includes(outcome)]).toEqual([method, true]);
    }
  }
  for (const each of [
    null,
    {},
    { changes: [{ uri: 'x', type: 9 }] },
    { textDocument: { uri: 'x', version: 1 }, contentChanges: [] },
  ])
    for (const method of [
      'workspace/didChangeWatchedFiles',
      'workspace/didChangeConfiguration',
      'textDocument/didChange',
      'textDocument/didClose',
    ])
      await session.client.sendNotification(method, each);
  expect(await rules(session, 'foo/foo.c')).toContain('rx3-page-api');
});

test('keystrokes and cancelled requests in any order: every request ends, and the last text has its findings', async () => {
  write('foo/foo.c', DRIVER);
  const session = await server();
  const uri = uriOf('foo/foo.c');
  await session.open(uri, DRIVER);
  const pending: Promise<number | string>[] = [];
  for (let version = 2; version < 60; version++) {
    await session.change(uri, DRIVER.slice(0, (DRIVER.length * (version % 9)) / 9), version);
    for (const [method, params] of [
      ['textDocument/diagnostic', { textDocument: { uri } }],
      [DRIVER_MODEL_REQUEST, { uri }],
      ['textDocument/hover', { textDocument: { uri }, position: { line: version, character: 2 } }],
    ] as const) {
      const source = new CancellationTokenSource();
      pending.push(
        session.client.sendRequest(method, params, source.token).then(
          () => 'answered',
          (error: unknown) => (error instanceof ResponseError ? error.code : String(error)),
        ),
      );
      if (version % 2 === 0) source.cancel();
      else setTimeout(() => source.cancel(), version % 5);
    }
    if (version % 10 === 0) await new Promise((done) => setTimeout(done, 5));
  }
  await session.change(uri, DRIVER, 60);
  const last = await rules(session, 'foo/foo.c');
  // Cancelled, by the client or since the text was changed.
  for (const outcome of await Promise.all(pending)) expect(['answered', -32800, -32801]).toContain(outcome);
  stopAll();
  const fresh = await server();
  await fresh.open(uri, DRIVER);
  expect(last).toContain('rx3-page-api');
  expect(last).toEqual(await rules(fresh, 'foo/foo.c'));
  expect(log).toEqual([]);
});
