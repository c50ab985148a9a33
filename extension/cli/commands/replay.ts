/** `netmem replay`: reads the trace and writes the answers; the replaying itself is `replay.ts`. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { KernelRelease } from '../../../simulator/core/kernel-release.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { replay } from '../replay.ts';
import { reasonOf } from '../source-files.ts';
import type { Terminal } from '../terminal.ts';

export interface ReplayCommandOptions {
  readonly kernel: KernelRelease;
}

/** @param trace a file, or `-` */
export async function replayFile(
  trace: string,
  options: ReplayCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  let text: string;
  try {
    text = trace === '-' ? await terminal.readStdin() : readFileSync(resolve(terminal.cwd, trace), 'utf8');
  } catch (error) {
    terminal.message(`${trace}: ${reasonOf(error)}`);
    return EXIT.usage;
  }
  const code = replay(
    options,
    text,
    (line) => terminal.out(`${line}\n`),
    (line) => terminal.message(line.replace(/^netmem replay/, trace === '-' ? 'standard input' : trace)),
  );
  return code === 0 ? EXIT.clean : EXIT.usage;
}
