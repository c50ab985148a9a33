/** `netmem replay`: a page pool trace in, one JSON answer an operation out. */
import type { KernelRelease } from '../../simulator/core/kernel-release.ts';
import { replayTrace } from '../../simulator/trace-replay/replay.ts';

export interface ReplayOptions {
  readonly kernel: KernelRelease;
}

/**
 * Replays `input` and hands each answer to `out`; a line that cannot be parsed goes to `err` with its number.
 * Returns the exit code: 0, or 2 for such a line.
 */
export function replay(
  options: ReplayOptions,
  input: string,
  out: (line: string) => void,
  err: (line: string) => void,
): number {
  const error = replayTrace(options.kernel, input, out);
  if (error === null) return 0;
  err(`netmem replay: line ${error.line}: ${error.message}`);
  return 2;
}
