/** Which compiled program the machine runs on which occasion. */
import type { Answers } from './answers.ts';
import type { Compiled, CompiledProgram } from './compile.ts';

export interface Programs {
  readonly poll: CompiledProgram;
  readonly refill: CompiledProgram;
  readonly release: CompiledProgram;
  readonly xmit: CompiledProgram;
  readonly clean: CompiledProgram;
  /** ndo_queue_mem_alloc, or null. */
  readonly setUp: CompiledProgram | null;
  /** The poll does not allocate by itself: the refill program follows it. */
  readonly refillAfterPoll: boolean;
}

/** The programs of a run: where a path has several, the one that the answers name. */
export function choosePrograms({ programs, questions }: Compiled, answers: Answers): Programs {
  const find = (path: CompiledProgram['path']): CompiledProgram => {
    const question = questions.findIndex(({ key }) => key === path);
    if (question >= 0) answers.consulted(question, null);
    const entry = question < 0 ? undefined : questions[question].answers.at(answers.of(question));
    const own = programs.filter((program) => program.path === path);
    const found = own.find((program) => program.entry === entry) ?? own.at(0);
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
    setUp: programs.find(({ path }) => path === 'queue-mem-alloc') ?? null,
    refillAfterPoll: !poll.allocates,
  };
}
