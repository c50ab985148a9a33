import type {
  CodeAction,
  DocumentDiagnosticReport,
  PublishDiagnosticsParams,
  WorkspaceEdit,
} from 'vscode-languageserver';
import type { Analyzer } from '../../extension/analyzer/analyzer.ts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  DRIVER_CHANGED_NOTIFICATION,
  DRIVER_MODEL_REQUEST,
  type DriverModelResult,
  FIXES_REQUEST,
  OPENING_NOTIFICATION,
  SCAN_REQUEST,
  SHOW_IN_SIMULATOR_COMMAND,
  type ScanResult,
} from '../../extension/server/protocol.ts';
import { unpackData } from '../../simulator/contract/packed.ts';
import type { FileAccess } from '../../extension/server/host.ts';
import { DIRECTORY, MAIN, PULLING, type Session, start, stopAll } from './harness.ts';

// The server's own waits can be let pass at once (`tenSeconds`); else the clock goes as it does.
beforeEach(() => void vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => {
  stopAll();
  vi.useRealTimers();
});

const HEADER = MAIN.replace('main.c', 'hw.h');
const WHOLE = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };

function pull(session: Session, uri: string): Promise<DocumentDiagnosticReport> {
  return session.client.sendRequest('textDocument/diagnostic', { textDocument: { uri } });
}

async function messages(session: Session, uri: string): Promise<string[]> {
  const report = await pull(session, uri);
  return report.kind === 'full' ? report.items.map((item) => String(item.code)) : ['unchanged'];
}

async function actions(session: Session, uri: string, only?: string[]): Promise<CodeAction[]> {
  return session.client.sendRequest('textDocument/codeAction', {
    textDocument: { uri },
    range: WHOLE,
    context: { diagnostics: [], ...(only !== undefined && { only }) },
  });
}

function published(session: Session): PublishDiagnosticsParams[] {
  const seen: PublishDiagnosticsParams[] = [];
  session.client.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
    seen.push(params);
  });
  return seen;
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400 && !condition(); tries += 1)
    await new Promise((done) => setTimeout(done, 10));
  expect(condition()).toBe(true);
}

/** Longer than the server waits for anything, after it has taken in all that was sent to it. */
async function tenSeconds(session: Session): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) {
    await session.client.sendRequest('netmem/nothing').catch(() => undefined);
    await vi.advanceTimersByTimeAsync(10_000);
  }
}

test('a client that pulls gets the findings of the text it has, not of the disk', async () => {
  const session = await start(PULLING, { [MAIN]: 'BAD' });
  expect(session.initialized.capabilities.diagnosticProvider).toMatchObject({ interFileDependencies: true });
  await session.open(MAIN, 'int x;\nBAD BAD\n');
  const report = await pull(session, MAIN);
  expect(report).toMatchObject({
    kind: 'full',
    items: [
      { code: 'rx3-bad', source: 'netmem', severity: 2, range: { start: { line: 1, character: 0 } } },
      { code: 'rx3-bad', range: { start: { line: 1, character: 4 } } },
    ],
  });
});

test('a client that pulls is never pushed to', async () => {
  const session = await start(PULLING, {});
  const seen = published(session);
  await session.open(MAIN, 'BAD');
  await pull(session, MAIN);
  await session.client.sendNotification('textDocument/didClose', { textDocument: { uri: MAIN } });
  await pull(session, MAIN);
  expect(seen).toEqual([]);
});

test('a client that cannot pull is pushed to, with the version, and cleared on close', async () => {
  const session = await start({}, {});
  expect(session.initialized.capabilities.diagnosticProvider).toBeUndefined();
  const seen = published(session);
  await session.open(MAIN, 'BAD');
  await until(() => seen.length === 1);
  await session.change(MAIN, 'fine', 2);
  await until(() => seen.length === 2);
  await session.client.sendNotification('textDocument/didClose', { textDocument: { uri: MAIN } });
  await until(() => seen.length === 3);
  expect(seen.map(({ version, diagnostics }) => [version, diagnostics.length])).toEqual([
    [1, 1],
    [2, 0],
    [undefined, 0],
  ]);
});

test('an unchanged driver is answered without the items and without an analysis', async () => {
  const session = await start(PULLING, {});
  await session.open(MAIN, 'BAD');
  const first = await pull(session, MAIN);
  // The first look, then the whole driver, which shows the same here.
  await until(() => session.runs() === 2);
  const again = await session.client.sendRequest<DocumentDiagnosticReport>('textDocument/diagnostic', {
    textDocument: { uri: MAIN },
    previousResultId: first.resultId,
  });
  expect(again).toEqual({ kind: 'unchanged', resultId: first.resultId });
  expect(session.runs()).toBe(2);
});

test('the first findings do not wait for the rest of the driver, which follows', async () => {
  const session = await start({}, {});
  const seen = published(session);
  await session.open(MAIN, 'BAD and FAR BAD');
  await until(() => seen.length === 2);
  expect(seen.map(({ version, diagnostics }) => [version, diagnostics.length])).toEqual([
    [1, 1],
    [1, 2],
  ]);
});

test('a driver that the editor is about to open is read by then', async () => {
  const session = await start(PULLING, { [MAIN]: 'BAD', [HEADER]: 'BAD' });
  await session.client.sendNotification(OPENING_NOTIFICATION, { uri: MAIN });
  await until(() => session.runs() === 1);
  await session.open(MAIN, 'BAD');
  expect(await messages(session, MAIN)).toEqual(['rx3-bad']);
  // No second first look: the next analysis is that of the whole driver.
  expect(session.runs()).toBe(1);
  await until(() => session.runs() === 2);
});

test('the driver that the editor was opened on is read before a file is', async () => {
  const watching = { ...PULLING.workspace, didChangeWatchedFiles: { dynamicRegistration: true } };
  const session = await start({ ...PULLING, workspace: watching }, { [MAIN]: 'BAD' }, { folder: DIRECTORY });
  await until(() => session.runs() === 1);
  await session.open(MAIN, 'BAD');
  expect(await messages(session, MAIN)).toEqual(['rx3-bad']);
  expect(session.runs()).toBe(1);
});

test('one above it is not searched for drivers until that is asked for', async () => {
  const watching = { ...PULLING.workspace, didChangeWatchedFiles: { dynamicRegistration: true } };
  const above = DIRECTORY.replace(/\/[^/]+$/, '');
  const session = await start({ ...PULLING, workspace: watching }, { [MAIN]: 'BAD' }, { folder: above });
  await tenSeconds(session);
  expect(session.runs()).toBe(0);
});

test('if the editor then shows another text, that one counts', async () => {
  const session = await start(PULLING, { [MAIN]: 'BAD' });
  await session.client.sendNotification(OPENING_NOTIFICATION, { uri: MAIN });
  await until(() => session.runs() === 1);
  await session.open(MAIN, 'BAD BAD');
  expect(await messages(session, MAIN)).toEqual(['rx3-bad', 'rx3-bad']);
});

test('the rest of the driver waits until the editor has asked for the first findings', async () => {
  const session = await start(PULLING, {});
  const analysed = new Promise((done) =>
    session.client.onNotification(DRIVER_CHANGED_NOTIFICATION, () => done('analysed')),
  );
  await session.open(MAIN, 'BAD and FAR BAD');
  await analysed;
  // An editor that loads a large file asks late.
  await tenSeconds(session);
  expect(session.runs()).toBe(1);
  expect(await messages(session, MAIN)).toEqual(['rx3-bad']);
  await until(() => session.runs() === 2);
});

/** A disk whose reads of one file, from the `from`th on, wait until they are let go. */
function slowDisk(slow: string, from = 1): { access: FileAccess; reads: () => number; letGo: () => void } {
  let letGo: () => void = () => undefined;
  const gate = new Promise<void>((open) => (letGo = open));
  let reads = 0;
  const readFile = async (uri: string): Promise<string | null> => {
    if (uri !== slow) return null;
    reads += 1;
    if (reads >= from) await gate;
    return '';
  };
  const staysIn = (): Promise<boolean> => Promise.resolve(true);
  return {
    access: { readFile, readDirectory: () => Promise.resolve([]), staysIn },
    reads: () => reads,
    letGo,
  };
}

test('a setting that changes while the settings are being read counts', async () => {
  const disk = slowDisk(`${DIRECTORY}/.netmemrc.json`);
  const session = await start(
    PULLING,
    {},
    { access: disk.access, settings: { rules: { 'rx3-bad': 'off' } } },
  );
  await session.open(MAIN, 'BAD');
  await until(() => disk.reads() > 0);
  session.client.onRequest('workspace/configuration', () => [{}]);
  await session.client.sendNotification('workspace/didChangeConfiguration', { settings: null });
  const answer = messages(session, MAIN);
  await tenSeconds(session);
  disk.letGo();
  expect(await answer).toEqual(['rx3-bad']);
});

test('a keystroke while the files are being read counts', async () => {
  const disk = slowDisk(`${DIRECTORY}/slow.h`);
  const session = await start(PULLING, {}, { access: disk.access });
  await session.open(MAIN, '#include "slow.h"\nBAD');
  await until(() => disk.reads() > 0);
  await session.change(MAIN, '#include "slow.h"\nfine', 2);
  const answer = messages(session, MAIN);
  await tenSeconds(session);
  disk.letGo();
  expect(await answer).toEqual([]);
});

test('nobody is answered with the state before while a change is taken in', async () => {
  const disk = slowDisk(`${DIRECTORY}/slow.h`, 2);
  const session = await start(PULLING, {}, { access: disk.access, settings: {} });
  await session.open(MAIN, '#include "slow.h"\nBAD');
  expect(await messages(session, MAIN)).toEqual(['rx3-bad']);
  await until(() => session.runs() === 2);
  session.client.onRequest('workspace/configuration', () => [{ rules: { 'rx3-bad': 'off' } }]);
  await session.client.sendNotification('workspace/didChangeConfiguration', { settings: null });
  await until(() => disk.reads() === 2);
  const answer = messages(session, MAIN);
  await tenSeconds(session);
  disk.letGo();
  expect(await answer).toEqual([]);
});

test('what must know the whole driver waits for it', async () => {
  const session = await start(PULLING, {});
  await session.open(MAIN, 'FAR BAD');
  expect((await actions(session, MAIN)).map(({ title }) => title)).toContain('Make it GOOD');
});

test('typing costs one analysis, not one a keystroke', async () => {
  const session = await start({}, {});
  const seen = published(session);
  await session.open(MAIN, 'BAD');
  await until(() => seen.length === 1 && session.runs() === 2);
  const runs = session.runs();
  for (let version = 2; version < 12; version += 1) await session.change(MAIN, 'x'.repeat(version), version);
  await until(() => seen.at(-1)?.version === 11);
  expect(session.runs()).toBe(runs + 1);
});

test('the driver is the directory: other files are read from disk', async () => {
  const session = await start(PULLING, { [HEADER]: 'BAD' });
  await session.open(MAIN, 'fine');
  await session.open(HEADER, 'BAD and BAD');
  expect(await messages(session, HEADER)).toHaveLength(2);
  await session.client.sendNotification('textDocument/didClose', { textDocument: { uri: HEADER } });
  expect(await messages(session, HEADER)).toHaveLength(1);
});

test('a quick fix is offered without its edit and resolved to a versioned one', async () => {
  const session = await start(PULLING, {});
  await session.open(MAIN, 'int BAD;', 7);
  const [action] = await actions(session, MAIN);
  expect(action).toMatchObject({ title: 'Make it GOOD', kind: 'quickfix', isPreferred: true });
  expect(action?.edit).toBeUndefined();
  const resolved = await session.client.sendRequest<CodeAction>('codeAction/resolve', action);
  expect(resolved.edit).toEqual({
    documentChanges: [
      {
        textDocument: { uri: MAIN, version: 7 },
        edits: [
          {
            range: { start: { line: 0, character: 4 }, end: { line: 0, character: 7 } },
            newText: 'GOOD',
          },
        ],
      },
    ],
  } satisfies WorkspaceEdit);
});

test('the light bulb of VS Code: fix, simulate, explain, accept, each once and for its finding', async () => {
  const session = await start(PULLING, {});
  await session.open(MAIN, 'int BAD;');
  const offered = await actions(session, MAIN);
  expect(offered.map(({ title }) => title)).toEqual([
    'Make it GOOD',
    'Show RX3 in the simulator',
    'Explain rx3-bad',
    'Accept rx3-bad…',
  ]);
  // VS Code puts actions without a finding behind all others.
  for (const action of offered) expect(action.diagnostics).toHaveLength(1);
  const [, show] = offered;
  expect(show?.command).toMatchObject({ command: SHOW_IN_SIMULATOR_COMMAND, arguments: [MAIN, 'RX3'] });
});

test('two findings of one rule at one place are explained and accepted by one entry', async () => {
  const session = await start(PULLING, {});
  await session.open(MAIN, 'BAD BAD');
  const titles = (await actions(session, MAIN)).map(({ title }) => title);
  expect(titles).toEqual([
    'Make it GOOD',
    'Make it GOOD',
    'Show RX3 in the simulator',
    'Explain rx3-bad',
    'Accept rx3-bad…',
  ]);
});

test('the panel is told which of its places have a fix', async () => {
  const session = await start(PULLING, {});
  await session.open(MAIN, 'int BAD;\nint fine;\n');
  const places = [0, 1].map((line) => ({ uri: MAIN, position: { line, character: 5 } }));
  const answer = await session.client.sendRequest(FIXES_REQUEST, { uri: MAIN, places });
  expect(answer).toEqual([true, false]);
});

test('a fix that was offered for older text is refused', async () => {
  const session = await start(PULLING, {});
  await session.open(MAIN, 'int BAD;');
  const [action] = await actions(session, MAIN);
  await session.change(MAIN, 'long BAD;', 2);
  await expect(session.client.sendRequest('codeAction/resolve', action)).rejects.toThrow(/has changed since/);
});

test.each([
  ['touched: the fix still holds', 'int other;', false],
  ['written anew: the fix is refused', 'long other;', true],
])('a file of the driver on disk is %s', async (_, text, refused) => {
  const other = `${DIRECTORY}/other.c`;
  const files: Record<string, string> = { [other]: 'int other;' };
  const session = await start(PULLING, files);
  await session.open(MAIN, 'int BAD;');
  const [action] = await actions(session, MAIN);
  files[other] = text;
  await session.client.sendNotification('workspace/didChangeWatchedFiles', {
    changes: [{ uri: other, type: 2 }],
  });
  const resolving = session.client.sendRequest<CodeAction>('codeAction/resolve', action);
  if (refused) await expect(resolving).rejects.toThrow(/has changed since/);
  else expect((await resolving).edit).toBeDefined();
});

test('a client that cannot resolve gets the edit at once, unversioned', async () => {
  const session = await start({}, {});
  await session.open(MAIN, 'BAD');
  const [action] = await actions(session, MAIN);
  expect(Object.keys(action?.edit?.changes ?? {})).toEqual([MAIN]);
});

test('fix-all is offered when asked for, and takes every safe fix of the file', async () => {
  const session = await start(PULLING, {});
  await session.open(MAIN, 'BAD BAD BAD');
  expect((await actions(session, MAIN)).map((action) => action.kind)).not.toContain('source.fixAll.netmem');
  const [all] = await actions(session, MAIN, ['source.fixAll']);
  const resolved = await session.client.sendRequest<CodeAction>('codeAction/resolve', all);
  expect(resolved.edit?.documentChanges?.[0]).toMatchObject({ edits: [{}, {}, {}] });
});

test('a crash of the analysis is reported once, and the next change is analysed again', async () => {
  const session = await start(PULLING, {});
  const log: string[] = [];
  session.client.onNotification('window/logMessage', ({ message }: { message: string }) => {
    log.push(message);
  });
  await session.open(MAIN, 'BAD CRASH');
  expect(await messages(session, MAIN)).toEqual([]);
  await session.change(MAIN, 'BAD CRASH again', 2);
  expect(await messages(session, MAIN)).toEqual([]);
  await session.change(MAIN, 'BAD', 3);
  expect(await messages(session, MAIN)).toEqual(['rx3-bad']);
  expect(log.filter((line) => line.includes('met its match'))).toHaveLength(1);
});

test.each([
  ['started again by a client that does so', false, 1],
  ['left alone by any other, which would have none', true, 0],
])('a server whose parser is broken is %s', async (_, foreign, restarts) => {
  const memory = Object.assign(new Error('memory access out of bounds'), { name: 'RuntimeError' });
  const broken: Analyzer = {
    openDriver: () => {
      throw memory;
    },
  };
  const session = await start(PULLING, {}, { analyzer: broken, foreign });
  const log: string[] = [];
  session.client.onNotification('window/logMessage', ({ message }: { message: string }) => {
    log.push(message);
  });
  await session.open(MAIN, 'BAD');
  expect(await messages(session, MAIN)).toEqual([]);
  await session.change(MAIN, 'BAD again', 2);
  expect(await messages(session, MAIN)).toEqual([]);
  expect(session.restarts()).toBe(restarts);
  expect(log.filter((line) => line.includes('analysis of this driver failed'))).toHaveLength(1);
});

test('the panel gets the driver model, also for a driver that is not open', async () => {
  const session = await start(PULLING, { [MAIN]: 'fine' });
  const result = await session.client.sendRequest<DriverModelResult>(DRIVER_MODEL_REQUEST, { uri: MAIN });
  expect(result).toMatchObject({ ok: true, name: 'foo' });
  expect(unpackData((result.ok && result.packed) || '')).toMatchObject({ name: 'foo' });
});

test('a model that the panel has is not sent again, another one is', async () => {
  const session = await start(PULLING, { [MAIN]: 'fine' });
  const ask = (known?: string) =>
    session.client.sendRequest<DriverModelResult>(DRIVER_MODEL_REQUEST, { uri: MAIN, known });
  const first = await ask();
  if (!first.ok) throw new Error(first.error);
  await session.open(MAIN, 'fine');
  await session.change(MAIN, 'as fine', 2);
  expect(await ask(first.id)).toEqual({ ...first, packed: null });
  expect(await ask()).toEqual(first);
  await session.change(MAIN, 'XDP', 3);
  const second = await ask(first.id);
  expect(second).toMatchObject({ ok: true, packed: expect.stringContaining('"foo"') as unknown });
  expect(second.ok && second.id).not.toBe(first.id);
});

test('a scan finds the drivers below a folder and leaves the rest unread by the analyser', async () => {
  const net = 'file:///tree/drivers/net';
  const session = await start(PULLING, {
    [`${net}/foo/foo.c`]: 'page_pool_create(BAD);',
    [`${net}/bar/bar.c`]: 'int BAD;',
    [`${net}/bar/sub/baz.c`]: 'page_pool_create(GOOD);',
  });
  const result = await session.client.sendRequest<ScanResult>(SCAN_REQUEST, { folders: [net] });
  expect(result.filesRead).toBe(3);
  expect(result.drivers.map(({ driver }) => driver)).toEqual([`${net}/foo`]);
  expect(session.runs()).toBe(2);
});
