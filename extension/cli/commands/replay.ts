/** `netmem replay`: a page pool trace in, one JSON answer an operation out. */
import { resolve } from 'node:path';
import type { KernelRelease } from '../../../simulator/core/kernel-release.ts';
import { replayTrace } from '../../../simulator/trace-replay/replay.ts';
import { readInput } from '../../files/read-file.ts';
import { reasonOf } from '../../files/reason.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { MAX_INPUT_BYTES } from '../terminal.ts';
import type { Terminal } from '../terminal.ts';

export interface ReplayCommandOptions {
  readonly kernel: KernelRelease;
}

/** Answers written at once: a write for each line would take longer than the replay. */
const ANSWERS_A_WRITE = 256;

/**
 * Replays a trace; a line that cannot be parsed ends it, what came before is answered.
 * @param trace a file, or `-`
 */
export async function replayFile(
  trace: string,
  options: ReplayCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  let text: string;
  try {
    text =
      trace === '-'
        ? (await terminal.readStdin()).toString('utf8')
        : readInput(resolve(terminal.cwd, trace), MAX_INPUT_BYTES).toString('utf8');
  } catch (error) {
    terminal.message(`${trace}: ${reasonOf(error)}`);
    return EXIT.usage;
  }
  const waiting: string[] = [];
  const flush = (): void => {
    if (waiting.length > 0) terminal.out(`${waiting.splice(0).join('\n')}\n`);
  };
  const error = replayTrace(options.kernel, text, (answer) => {
    if (waiting.push(answer) === ANSWERS_A_WRITE) flush();
  });
  flush();
  if (error === null) return EXIT.clean;
  terminal.message(`${trace === '-' ? 'standard input' : trace}, line ${error.line}: ${error.message}`);
  return EXIT.usage;
}
