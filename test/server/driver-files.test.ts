/** Which files the editor takes for one driver: those the Makefile links, as in the terminal. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  READINESS_REQUEST,
  type ReadinessResult,
  SCAN_PROGRESS_NOTIFICATION,
  SCAN_REQUEST,
  type ScanResult,
} from '../../extension/server/protocol.ts';
import { diskServer, editorFindings, terminalFindings } from '../support/editor-and-terminal.ts';
import { type Session, stopAll } from './harness.ts';

const WHOLE = readFileSync(join(import.meta.dirname, '../support/convertible.c'), 'utf8');
const [TYPES = '', POOL = '', PATHS = ''] = WHOLE.split(
  /(?=struct foo_buf \{|static int foo_create_pool|static int foo_refill)/,
).slice(1);
const INCLUDES = '#include <net/page_pool/helpers.h>\n#include "foo.h"\n\n';

/** A driver whose receive path lies in a sub-directory, beside another that has nothing to do with it. */
const TREE: Readonly<Record<string, string>> = {
  Makefile:
    'obj-$(CONFIG_FOO) += foo.o\nobj-$(CONFIG_GULL) += gull.o\nfoo-y := foo_main.o rx/ring.o\ngull-objs := gull_main.o\n',
  'foo.h': TYPES,
  'foo_main.c': `${INCLUDES}${POOL}`,
  'rx/ring.c': `${INCLUDES}${PATHS}`,
  'gull_main.c': '#include "gull.h"\n\nint gull_count(struct gull *g)\n{\n\treturn g->count;\n}\n',
  'gull.h': 'struct gull {\n\tint count;\n\tstruct page *page;\n};\n',
  'spare.c': 'int spare;\n',
};

let home: string;
let session: Session;

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), text);
  }
}

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'netmem-files-'));
  write(TREE);
  session = await diskServer();
});
afterEach(() => {
  stopAll();
  rmSync(home, { recursive: true, force: true });
});

const uriOf = (name: string) => pathToFileURL(join(home, name)).toString();
const pathsOf = (names: readonly string[]) => names.map((name) => join(home, name));
const FILES = Object.keys(TREE).filter((name) => name !== 'Makefile');

async function readiness(name: string): Promise<{ name: string; driver: string; files: string[] }> {
  const params = { uri: uriOf(name) };
  const result = await session.client.sendRequest<ReadinessResult>(READINESS_REQUEST, params);
  if (!result.ok) throw new Error(result.error);
  const { driver, requirements } = result.readiness;
  const uris = requirements.flatMap(({ findings }) => findings.map(({ uri }) => uri));
  const files = [...new Set(uris)].map((uri) => uri.slice(uriOf('').length + 1)).sort();
  return { name: result.readiness.name, driver: driver.slice(uriOf('').length), files };
}

test('a file in a sub-directory belongs to the module above that links it', async () => {
  expect((await editorFindings(session, join(home, 'rx/ring.c'))).length).toBeGreaterThan(0);
  expect(await readiness('rx/ring.c')).toEqual({
    name: 'foo',
    driver: '#foo',
    files: ['foo.h', 'foo_main.c', 'rx/ring.c'],
  });
});

test('every file has the findings that the terminal has for it', async () => {
  const terminal = terminalFindings(pathsOf(FILES));
  expect([...terminal.values()].flat().length).toBeGreaterThan(5);
  for (const [file, expected] of terminal)
    expect([file, await editorFindings(session, file)]).toEqual([file, expected]);
});

test('a header belongs to the module that includes it, what nobody links to the rest', async () => {
  await editorFindings(session, join(home, 'foo.h'));
  await editorFindings(session, join(home, 'gull.h'));
  await editorFindings(session, join(home, 'spare.c'));
  expect(await readiness('foo.h')).toMatchObject({ name: 'foo' });
  expect(await readiness('gull.h')).toMatchObject({ name: 'gull', files: [] });
  expect(await readiness('spare.c')).toMatchObject({ name: home.slice(home.lastIndexOf('/') + 1) });
});

test('modules of a directory share the unsaved text of a header', async () => {
  write({ 'gull_main.c': `${INCLUDES}${POOL}${PATHS}`, 'foo.h': '' });
  await editorFindings(session, join(home, 'gull_main.c'));
  expect((await readiness('gull_main.c')).files).not.toContain('foo.h');
  await session.open(uriOf('foo.h'), TYPES);
  expect(await readiness('foo.h')).toMatchObject({ name: 'foo' });
  expect(await readiness('gull_main.c')).toMatchObject({ name: 'gull', files: ['foo.h', 'gull_main.c'] });
});

test('a source that the Makefile takes up joins the driver', async () => {
  write({
    Makefile: 'obj-$(CONFIG_FOO) += foo.o\nobj-m += gull.o\nfoo-y := foo_main.o\ngull-objs := gull_main.o\n',
  });
  await editorFindings(session, join(home, 'foo_main.c'));
  expect((await readiness('foo_main.c')).files).not.toContain('rx/ring.c');
  write(TREE);
  await session.client.sendNotification('workspace/didChangeWatchedFiles', {
    changes: [{ uri: uriOf('Makefile'), type: 2 }],
  });
  expect(await readiness('foo_main.c')).toMatchObject({ files: ['foo.h', 'foo_main.c', 'rx/ring.c'] });
});

test('a C file that a linked source includes is part of its module', async () => {
  write({
    Makefile: 'obj-m += foo.o gull.o\nfoo-y := foo_main.o\ngull-objs := gull_main.o\n',
    'foo_main.c': `${INCLUDES}${POOL}#include "spare.c"\n`,
    'spare.c': PATHS,
  });
  const file = join(home, 'foo_main.c');
  expect(await editorFindings(session, file)).toEqual(terminalFindings([file]).get(file));
  expect((await readiness('foo_main.c')).files).toEqual(['foo.h', 'foo_main.c', 'spare.c']);
});

test('what the Makefile defines is compiled, and read anew when it says otherwise', async () => {
  const makefile = (value: string) =>
    `WITH_RX = ${value}\nobj-m += foo.o gull.o\nfoo-y := foo_main.o rx/ring.o\ngull-objs := gull_main.o\n` +
    'ifeq ($(WITH_RX),y)\nccflags-y += -DWITH_RX\nendif\n';
  write({ Makefile: makefile('n'), 'rx/ring.c': `${INCLUDES}#ifdef WITH_RX\n${PATHS}#endif\n` });
  const file = join(home, 'rx/ring.c');
  expect(await editorFindings(session, file)).toEqual(['5:1 inactive']);
  expect(terminalFindings([file]).get(file)).toEqual([]);
  write({ Makefile: makefile('y') });
  await session.client.sendNotification('workspace/didChangeWatchedFiles', {
    changes: [{ uri: uriOf('Makefile'), type: 2 }],
  });
  expect((await readiness('rx/ring.c')).files).toContain('rx/ring.c');
  expect(terminalFindings([file]).get(file)?.length).toBeGreaterThan(0);
});

test('headers of the family count, above the driver and in the tree', async () => {
  write({
    'include/net/page_pool/types.h': 'struct page_pool;\n',
    'include/net/family/rx.h': TYPES,
    'drivers/family/common.h': '#include <net/family/rx.h>\n',
    'drivers/family/bar/bar.c': `#include "common.h"\n\n${POOL}${PATHS}`,
  });
  const file = join(home, 'drivers/family/bar/bar.c');
  const found = await editorFindings(session, file);
  expect(found).toEqual(terminalFindings([file]).get(file));
  expect(await readiness('drivers/family/bar/bar.c')).toMatchObject({
    files: ['drivers/family/bar/bar.c', 'include/net/family/rx.h'],
  });
});

test('the scan of a folder finds the same drivers', async () => {
  const { drivers } = await session.client.sendRequest<ScanResult>(SCAN_REQUEST, { folders: [uriOf('')] });
  expect(drivers.map(({ name }) => name)).toEqual(['foo']);
});

test('a scan that is cancelled answers with what it has found so far', async () => {
  const all = Array.from({ length: 40 }, (_, i) => `drivers/d${String(i)}/foo.c`);
  write(Object.fromEntries(all.map((name) => [name, WHOLE])));
  const cancellation = new CancellationTokenSource();
  let progress = 0;
  session.client.onNotification(SCAN_PROGRESS_NOTIFICATION, () => {
    progress += 1;
    cancellation.cancel();
  });
  const params = { folders: [uriOf('drivers')] };
  const { drivers } = await session.client.sendRequest<ScanResult>(SCAN_REQUEST, params, cancellation.token);
  expect(progress).toBeGreaterThan(0);
  expect(drivers.length).toBeGreaterThan(0);
  expect(drivers.length).toBeLessThan(all.length);
});
