/** Entry of the `netmem` command. Also the entry of its own worker threads. */
import { isMainThread } from 'node:worker_threads';
import { optimizeLate } from '../server/late-optimizer.ts';
import { EXIT } from './exit-code.ts';
import { limitHeapGrowth } from './heap-growth.ts';
import { lowMemory } from './low-memory.ts';
import { runProgram } from './program.ts';
import { reasonOf } from '../files/reason.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import { runWorker } from './worker.ts';

async function main(): Promise<void> {
  const cwd = workingDirectory();
  if (cwd === null) {
    process.stderr.write('netmem: the directory this runs in is gone; change to another one\n');
    process.exitCode = EXIT.usage;
    return;
  }
  const terminal = processTerminal(cwd);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // `netmem … | head` ends early, and that is fine.
    if (error.code === 'EPIPE') process.exit(EXIT.clean);
    terminal.message(`standard output: ${reasonOf(error)}; what was printed is not complete`);
    process.exit(EXIT.internal);
  });
  // Nobody is left to be told.
  process.stderr.on('error', () => undefined);
  process.on('uncaughtException', (error) => {
    sayInternal(error, terminal);
    process.exit(EXIT.internal);
  });
  try {
    process.exitCode = await runProgram(process.argv.slice(2), terminal);
  } catch (error) {
    sayInternal(error, terminal);
    process.exitCode = EXIT.internal;
  }
}

function workingDirectory(): string | null {
  try {
    return process.cwd();
  } catch {
    return null;
  }
}

function sayInternal(error: unknown, terminal: Terminal): void {
  const text = error instanceof Error ? error.message : String(error);
  const advice = lowMemory(text);
  if (advice !== null) terminal.message(advice);
  else terminal.message(`internal error: ${text.split('\n', 1)[0] ?? ''} (NETMEM_DEBUG=1 shows where)`);
  if (process.env['NETMEM_DEBUG'] !== undefined && error instanceof Error)
    for (const line of (error.stack ?? '').split('\n')) terminal.message(line);
}

if (isMainThread) {
  optimizeLate();
  limitHeapGrowth();
  void main();
} else runWorker();
