/**
 * Hours at the keyboard, in short: the packaged language server as another editor starts it, drivers opened, edited,
 * asked for everything that editor and panel ask for, requests cancelled, files closed again. What is measured is the
 * memory of the server's process; standard error gets its curve. SOAK_MINUTES says how long, 1 if not set.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  CancellationTokenSource,
  createProtocolConnection,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { DRIVER_MODEL_REQUEST } from '../../extension/server/protocol.ts';
import { Random } from '../../simulator/core/random.ts';
import { driverFiles, KERNEL_TREE } from './drivers.ts';
import { median, report, type Row } from './row.ts';

const MINUTES = Number(process.env['SOAK_MINUTES'] ?? '1');
const DIST = resolve(process.env['NETMEM_DIST'] ?? 'dist');
const ROOT = KERNEL_TREE ?? resolve('extension');
const DRIVERS =
  KERNEL_TREE === null
    ? ['example']
    : ['broadcom/bnxt', 'google/gve', 'meta/fbnic', 'engleder', 'stmicro/stmmac'].map(
        (name) => `drivers/net/ethernet/${name}`,
      );
/** Edits between opening a driver's files and closing them. */
const EDITS = 60;
const OPEN_FILES = 4;
/** Requests that a newer keystroke makes needless end in an error; that is no failure. */
const IGNORED: ReadonlySet<unknown> = new Set([-32800, -32801, -32802]);

interface Sample {
  readonly minute: number;
  readonly megabytes: number;
}

interface OpenFile {
  readonly uri: string;
  readonly lines: string[];
  version: number;
}

const samples: Sample[] = [];
const began = performance.now();
let edits = 0;
let requests = 0;
let failures = 0;

function minutes(): number {
  return (performance.now() - began) / 60_000;
}

/** Resident memory of a process. */
function megabytesOf({ pid }: ChildProcess): number {
  return Number(spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).stdout) / 1024;
}

/** Sends a request; `cancel` takes it back before an answer can come. */
async function ask(
  client: ProtocolConnection,
  method: string,
  params: object,
  cancel = false,
): Promise<unknown> {
  requests += 1;
  const source = new CancellationTokenSource();
  const answer = client.sendRequest<unknown>(method, params, source.token);
  if (cancel) source.cancel();
  try {
    return await answer;
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    if (!IGNORED.has(code)) {
      failures += 1;
      process.stderr.write(`${method}: ${String(error)}\n`);
    }
    return null;
  } finally {
    source.dispose();
  }
}

function open(client: ProtocolConnection, directory: string): OpenFile[] {
  const files = driverFiles(ROOT, directory).filter(({ path }) => path.endsWith('.c'));
  files.sort((a, b) => b.text.length - a.text.length);
  return files.slice(0, OPEN_FILES).map(({ path, text }) => {
    const uri = pathToFileURL(path).href;
    void client.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'c', version: 1, text },
    });
    return { uri, lines: text.split('\n'), version: 1 };
  });
}

/** Types a statement at the end of some line, or takes back what such an edit typed. */
async function type(client: ProtocolConnection, file: OpenFile, random: Random): Promise<void> {
  let line = random.below(file.lines.length);
  for (let i = 0; i < file.lines.length && !/^\t.*;/.test(file.lines[line] ?? ''); i++)
    line = (line + 1) % file.lines.length;
  const before = file.lines[line] ?? '';
  const typed = before.indexOf(' x');
  const [from, text] = typed > 0 ? [typed, ''] : [before.length, ` x${edits} = {;`.slice(0, random.below(8))];
  file.lines[line] = before.slice(0, from) + text;
  file.version += 1;
  edits += 1;
  await client.sendNotification('textDocument/didChange', {
    textDocument: { uri: file.uri, version: file.version },
    contentChanges: [
      { range: { start: { line, character: from }, end: { line, character: before.length } }, text },
    ],
  });
}

async function close(client: ProtocolConnection, files: readonly OpenFile[]): Promise<void> {
  for (const { uri } of files)
    await client.sendNotification('textDocument/didClose', { textDocument: { uri } });
}

/** Findings of the driver's largest file as it lies on disk. */
async function asOnDisk(client: ProtocolConnection, directory: string): Promise<string> {
  const files = open(client, directory);
  const said: unknown[] = [];
  for (const { uri } of files) {
    // The second answer is about the driver read whole.
    await ask(client, DRIVER_MODEL_REQUEST, { uri });
    const answer = await ask(client, 'textDocument/diagnostic', { textDocument: { uri } });
    said.push(answer !== null && typeof answer === 'object' && 'items' in answer ? answer.items : answer);
  }
  await close(client, files);
  return JSON.stringify(said);
}

async function work(client: ProtocolConnection, directory: string, random: Random): Promise<void> {
  const files = open(client, directory);
  for (let i = 0; i < EDITS; i++) {
    const file = files[random.below(files.length)];
    if (file === undefined) throw new Error(`${directory} has no C files`);
    await type(client, file, random);
    const textDocument = { uri: file.uri };
    const start = { line: random.below(file.lines.length), character: 0 };
    const range = { start, end: start };
    const pending = [ask(client, 'textDocument/diagnostic', { textDocument }, i % 7 === 3)];
    if (i % 4 === 0) pending.push(ask(client, DRIVER_MODEL_REQUEST, { uri: file.uri }, i % 8 === 0));
    if (i % 3 === 0)
      pending.push(
        ask(client, 'textDocument/codeAction', { textDocument, range, context: { diagnostics: [] } }),
      );
    if (i % 5 === 0) pending.push(ask(client, 'textDocument/hover', { textDocument, position: start }));
    // Every now and then the next keystroke does not wait.
    if (i % 6 !== 0) await Promise.all(pending);
  }
  await close(client, files);
}

/** Megabytes an hour, by least squares. */
function slope(of: readonly Sample[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
  const x = mean(of.map(({ minute }) => minute));
  const y = mean(of.map(({ megabytes }) => megabytes));
  const up = of.reduce((sum, s) => sum + (s.minute - x) * (s.megabytes - y), 0);
  const down = of.reduce((sum, s) => sum + (s.minute - x) ** 2, 0);
  return (up / down) * 60;
}

async function soak(): Promise<Row[]> {
  const server = spawn(process.execPath, [resolve(DIST, 'netmem.cjs'), 'lsp', '--stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const client = createProtocolConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  client.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) => items.map(() => null));
  client.listen();
  await client.sendRequest('initialize', {
    ...{ processId: process.pid, rootUri: pathToFileURL(ROOT).href },
    capabilities: { textDocument: { diagnostic: {}, codeAction: {} } },
  });
  await client.sendNotification('initialized', {});
  const [first = ''] = DRIVERS;
  const before = await asOnDisk(client, first);
  const random = new Random(1);
  let round = 0;
  while (minutes() < MINUTES || round < 4) {
    await work(client, DRIVERS[round % DRIVERS.length] ?? first, random);
    const sample = { minute: minutes(), megabytes: megabytesOf(server) };
    samples.push(sample);
    round += 1;
    process.stderr.write(
      `${sample.minute.toFixed(1)} min  ${sample.megabytes.toFixed(0)} MB  ${edits} edits  ${requests} requests\n`,
    );
  }
  const after = await asOnDisk(client, first);
  await client.sendRequest('shutdown');
  await client.sendNotification('exit');
  const quarter = Math.ceil(samples.length / 4);
  const early = samples.slice(quarter, 2 * quarter);
  const late = samples.slice(-quarter);
  const grown = slope(samples.slice(quarter));
  process.stderr.write(`slope after the first quarter: ${grown.toFixed(1)} MB an hour\n`);
  const agrees = before === after && failures === 0;
  return [
    {
      name: 'soak: memory of the server',
      value: median(late.map(({ megabytes }) => megabytes)),
      unit: 'MB',
      against: { name: 'second quarter', value: median(early.map(({ megabytes }) => megabytes)) },
      bound: { of: 'ratio', atMost: 1.25 },
      check: `after ${edits} edits and ${requests} requests ${agrees ? 'the first driver has the findings it had' : `${failures} failed, or findings differ`}`,
      agrees,
    },
  ];
}

void soak().then(report);
