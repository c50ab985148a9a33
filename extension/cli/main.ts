/** Entry of the `netmem` command. Also the entry of its own worker threads. */
import { isMainThread } from 'node:worker_threads';
import { EXIT } from './exit-code.ts';
import { runProgram } from './program.ts';
import { reasonOf } from './source-files.ts';
import { processTerminal } from './terminal.ts';
import { runWorker } from './worker.ts';

async function main(): Promise<void> {
  const terminal = processTerminal();
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // `netmem … | head` ends early, and that is fine.
    if (error.code === 'EPIPE') process.exit(EXIT.clean);
    terminal.message(`standard output: ${reasonOf(error)}; what was printed is not complete`);
    process.exit(EXIT.internal);
  });
  // Nobody is left to be told.
  process.stderr.on('error', () => undefined);
  try {
    process.exitCode = await runProgram(process.argv.slice(2), terminal);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    terminal.message(`internal error: ${text.split('\n', 1)[0] ?? ''} (NETMEM_DEBUG=1 shows where)`);
    if (process.env['NETMEM_DEBUG'] !== undefined && error instanceof Error)
      terminal.message(error.stack ?? '');
    process.exitCode = EXIT.internal;
  }
}

if (isMainThread) void main();
else runWorker();
