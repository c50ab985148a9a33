/** Which compiled program the machine runs on which occasion. */
import type { Compiled, CompiledProgram } from './compile.ts';

export interface Programs {
  readonly poll: CompiledProgram;
  readonly refill: CompiledProgram;
  readonly release: CompiledProgram;
  readonly xmit: CompiledProgram;
  readonly clean: CompiledProgram;
  /** The poll does not allocate by itself: the refill program follows it. */
  readonly refillAfterPoll: boolean;
}

export function choosePrograms(compiled: Compiled): Programs {
  const find = (path: CompiledProgram['path']): CompiledProgram => {
    const found = compiled.programs.find((program) => program.path === path);
    if (found === undefined) throw new Error(`no program for ${path}`);
    return found;
  };
  const poll = find('rx-poll');
  return {
    poll,
    refill: find('rx-refill'),
    release: find('rx-release'),
    xmit: find('tx-xmit'),
    clean: find('tx-complete'),
    refillAfterPoll: !poll.allocates,
  };
}
