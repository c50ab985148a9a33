/** What was closed is forgotten: the heap after many drivers is the heap after a few. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, test } from 'vitest';
import type { DocumentDiagnosticReport } from 'vscode-languageserver';
import { DRIVER_MODEL_REQUEST } from '../../extension/server/protocol.ts';
import { analyserForTests } from '../analyzer/analyse.ts';
import { PULLING, type Session, start, stopAll } from './harness.ts';

const TEXT = readFileSync(join(import.meta.dirname, '../support/convertible.c'), 'utf8');
/** Makes a driver that is kept stand out: what is not closed must be seen. */
const AT_LEAST = 256 * 1024;
const DRIVER = `${TEXT}/* ${'x'.repeat(AT_LEAST)} */\n`;
const ROUNDS = 24;

afterEach(stopAll);

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes in use after everything that nobody holds is gone. */
async function heap(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await new Promise((done) => setTimeout(done, 5));
    collect();
  }
  return process.memoryUsage().heapUsed;
}

/** Opens one driver after the other, edits and asks, and closes them if `closes`. */
async function drivers(session: Session, name: string, closes: boolean): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const uri = `file:///tree/${name}${round}/foo.c`;
    await session.open(uri, `${DRIVER}/* ${name} ${round} */\n`);
    await session.change(uri, `${DRIVER}/* ${name} ${round}, edited */\nint x;\n`, 2);
    const report = await session.client.sendRequest<DocumentDiagnosticReport>('textDocument/diagnostic', {
      textDocument: { uri },
    });
    expect(report.kind === 'full' && report.items.length).toBeGreaterThan(0);
    await session.client.sendRequest(DRIVER_MODEL_REQUEST, { uri });
    if (closes) await session.client.sendNotification('textDocument/didClose', { textDocument: { uri } });
  }
}

test('memory comes back when files are closed, and this test would see if it did not', async () => {
  const session = await start(PULLING, {}, { analyzer: await analyserForTests() });
  await drivers(session, 'warm', true);
  const before = await heap();
  await drivers(session, 'closed', true);
  const closed = (await heap()) - before;
  await drivers(session, 'open', false);
  const open = (await heap()) - before - closed;
  expect(open).toBeGreaterThan(ROUNDS * AT_LEAST);
  expect(closed).toBeLessThan(open / 4);
}, 60_000);
