/** The whole driver is in the list of problems while one of its files is open, and is taken out when the last closes. */
import type { DocumentDiagnosticReport, PublishDiagnosticsParams } from 'vscode-languageserver';
import { afterEach, expect, test } from 'vitest';
import { HIDDEN_NOTIFICATION, SCAN_REQUEST, type ScanResult } from '../../extension/server/protocol.ts';
import { DIRECTORY, MAIN, PULLING, type Session, start, stopAll } from './harness.ts';

afterEach(stopAll);

const RX = `${DIRECTORY}/foo_rx.c`;
const HEADER = `${DIRECTORY}/foo.h`;
const ELSEWHERE = 'file:///tree/drivers/net/bar/bar.c';
const FILES = { [MAIN]: 'BAD', [RX]: 'BAD BAD', [HEADER]: 'fine', [ELSEWHERE]: 'BAD' };

/** What the client shows by file: the last of what it was sent, and how often that was. */
function listen(session: Session) {
  const shown = new Map<string, number>();
  let times = 0;
  session.client.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
    times += 1;
    if (params.diagnostics.length === 0) shown.delete(params.uri);
    else shown.set(params.uri, params.diagnostics.length);
  });
  return { shown: () => Object.fromEntries(shown), times: () => times };
}

async function pull(session: Session, uri: string): Promise<number> {
  const report = await session.client.sendRequest<DocumentDiagnosticReport>('textDocument/diagnostic', {
    textDocument: { uri },
  });
  return report.kind === 'full' ? report.items.length : -1;
}

const close = (session: Session, uri: string) =>
  session.client.sendNotification('textDocument/didClose', { textDocument: { uri } });

test('a client that pulls is sent what the other files of the driver have, of no other driver', async () => {
  const session = await start(PULLING, FILES);
  const seen = listen(session);
  await session.open(MAIN, 'BAD');
  expect(await pull(session, MAIN)).toBe(1);
  await expect.poll(seen.shown).toEqual({ [RX]: 2 });
});

test('a file that is opened too is not shown twice, and comes back when it is closed', async () => {
  const session = await start(PULLING, FILES);
  const seen = listen(session);
  await session.open(MAIN, 'BAD');
  await pull(session, MAIN);
  await expect.poll(seen.shown).toEqual({ [RX]: 2 });
  await session.open(RX, 'BAD BAD BAD');
  expect(await pull(session, RX)).toBe(3);
  await expect.poll(seen.shown).toEqual({});
  // The disk speaks for it again.
  await close(session, RX);
  await expect.poll(seen.shown).toEqual({ [RX]: 2 });
});

test('everything goes when the last file of the driver is closed', async () => {
  const session = await start(PULLING, FILES);
  const seen = listen(session);
  await session.open(MAIN, 'BAD');
  await session.open(HEADER, 'fine');
  await pull(session, HEADER);
  await expect.poll(seen.shown).toEqual({ [MAIN]: 1, [RX]: 2 });
  await pull(session, MAIN);
  await close(session, MAIN);
  await expect.poll(seen.shown).toEqual({ [MAIN]: 1, [RX]: 2 });
  await close(session, HEADER);
  await expect.poll(seen.shown).toEqual({});
});

test('they go when the last tab is closed, though the document stays open', async () => {
  const session = await start(PULLING, FILES);
  const seen = listen(session);
  await session.open(MAIN, 'BAD');
  await pull(session, MAIN);
  await expect.poll(seen.shown).toEqual({ [RX]: 2 });
  await session.client.sendNotification(HIDDEN_NOTIFICATION, { uri: MAIN });
  await expect.poll(seen.shown).toEqual({});
  await pull(session, MAIN);
  await expect.poll(seen.shown).toEqual({ [RX]: 2 });
});

test('a client that cannot pull is sent them too, and they go with the driver', async () => {
  const session = await start({}, FILES);
  const seen = listen(session);
  await session.open(MAIN, 'BAD BAD BAD');
  await expect.poll(seen.shown).toEqual({ [MAIN]: 3, [RX]: 2 });
  await session.open(RX, 'BAD');
  await expect.poll(seen.shown).toEqual({ [MAIN]: 3, [RX]: 1 });
  await close(session, RX);
  await expect.poll(seen.shown).toEqual({ [MAIN]: 3, [RX]: 2 });
  await close(session, MAIN);
  await expect.poll(seen.shown).toEqual({});
});

test('typing sends nothing of other files whose findings stay', async () => {
  const session = await start(PULLING, FILES);
  const seen = listen(session);
  await session.open(MAIN, 'BAD');
  await pull(session, MAIN);
  await expect.poll(seen.shown).toEqual({ [RX]: 2 });
  const before = seen.times();
  for (let version = 2; version < 6; version += 1) {
    await session.change(MAIN, 'BAD '.repeat(version), version);
    expect(await pull(session, MAIN)).toBe(version);
  }
  await session.open(HEADER, 'BAD');
  await pull(session, HEADER);
  await close(session, HEADER);
  await session.change(MAIN, 'fine', 6);
  await pull(session, MAIN);
  await close(session, MAIN);
  await expect.poll(seen.shown).toEqual({});
  expect(seen.times()).toBe(before + 1);
});

test('an analysis of folders says which drivers are shown already', async () => {
  const files = { [MAIN]: 'BAD page_pool', [ELSEWHERE]: 'BAD page_pool' };
  const session = await start(PULLING, files);
  await session.open(MAIN, 'BAD');
  await pull(session, MAIN);
  const folders = ['file:///tree/drivers/net'];
  const { drivers, shown } = await session.client.sendRequest<ScanResult>(SCAN_REQUEST, { folders });
  expect(drivers.map(({ driver }) => driver)).toEqual(['file:///tree/drivers/net/bar', DIRECTORY]);
  expect(shown).toEqual([DIRECTORY]);
});
