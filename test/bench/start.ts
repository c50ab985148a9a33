/** From nothing to an answer: the command, and the language server, beside a Node that does nothing. */
import { spawn, spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { median, report, type Row, wallTime } from './row.ts';

const RUNS = 9;
const DIST = resolve(process.env['NETMEM_DIST'] ?? 'dist');
const COMMAND = join(DIST, 'netmem.cjs');
const EXAMPLE = resolve('extension/example');

function node(args: readonly string[]): { readonly out: string; readonly time: number } {
  let out = '';
  const time = wallTime(() => {
    out = spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout;
  });
  return { out, time };
}

function measure(
  name: string,
  args: readonly string[],
  agrees: (out: string) => boolean,
  check: string,
): Row {
  const times: number[] = [];
  const floors: number[] = [];
  let out = '';
  for (let i = 0; i < RUNS; i++) {
    const run = node([COMMAND, ...args]);
    out = run.out;
    times.push(run.time);
    floors.push(node(['-e', '0']).time);
  }
  const against = { name: 'node -e 0', value: median(floors) };
  return {
    name: `start: ${name}`,
    value: median(times),
    unit: 'ms',
    against,
    bound: null,
    check,
    agrees: agrees(out),
  };
}

/** Starts the server and asks it to initialise; the time to its answer, and whether it can give diagnostics. */
async function server(): Promise<{ readonly time: number; readonly able: boolean }> {
  const before = performance.now();
  const child = spawn(process.execPath, [join(DIST, 'server.cjs'), '--stdio']);
  const reader = new StreamMessageReader(child.stdout);
  const connection = createProtocolConnection(reader, new StreamMessageWriter(child.stdin));
  connection.listen();
  const answer = await connection.sendRequest<{ capabilities: { diagnosticProvider?: unknown } }>(
    'initialize',
    {
      ...{ processId: process.pid, rootUri: null },
      capabilities: { textDocument: { diagnostic: {} } },
    },
  );
  const time = performance.now() - before;
  connection.dispose();
  child.kill();
  return { time, able: answer.capabilities.diagnosticProvider !== undefined };
}

async function serverRow(): Promise<Row> {
  const times: number[] = [];
  const floors: number[] = [];
  let able = true;
  for (let i = 0; i < RUNS; i++) {
    const started = await server();
    times.push(started.time);
    able &&= started.able;
    floors.push(node(['-e', '0']).time);
  }
  return {
    ...{ name: 'start: language server', value: median(times), unit: 'ms', bound: null },
    against: { name: 'node -e 0', value: median(floors) },
    ...{ check: 'it answers initialize and offers diagnostics', agrees: able },
  };
}

async function rows(): Promise<Row[]> {
  return [
    measure('netmem --version', ['--version'], (out) => /^\d+\.\d+\.\d+\n$/.test(out), 'prints a version'),
    measure('netmem check example', ['check', EXAMPLE], (out) => /\[rx\d/.test(out), 'prints findings'),
    await serverRow(),
  ];
}

void rows().then(report);
