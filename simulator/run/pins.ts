/** Answers that the user gives instead of the search: a mode of the driver, pinned. */
import { ok, refuse, type Result } from '../core/result.ts';
import type { Compiled } from '../program/compile.ts';
import type { CompiledQuestion } from '../program/questions.ts';
import type { Pin } from './simulation.ts';

/** Names for the answer that is none of those known. */
const NONE: ReadonlySet<string> = new Set(['no', 'none']);

/**
 * @returns numbers of the questions and answers that are pinned; a refusal for a question that the driver does not ask, or
 * an answer that it does not tell apart
 */
export function pinned(
  { questions }: Compiled,
  pins: readonly Pin[],
): Result<readonly (readonly [question: number, answer: number])[]> {
  const found: (readonly [number, number])[] = [];
  for (const { question, answer } of pins) {
    const number = questions.findIndex(({ key, text }) => key === question || text === question);
    if (number < 0) return refuse(null, `the driver does not ask ${question}`);
    const { answers, rest, open } = questions[number];
    const index = answers.indexOf(answer);
    if (index < 0 && !(open && (NONE.has(answer) || answer === rest))) {
      const known = [...answers, ...(open ? [rest ?? 'no'] : [])].join(', ');
      return refuse(null, `${question} is not answered by ${answer}; known are ${known}`);
    }
    found.push([number, index]);
  }
  return ok(found);
}

/** What makes modes of a driver: configuration, and which of several programs a path has. */
export function modesOf({ questions }: Compiled): readonly CompiledQuestion[] {
  return questions.filter(({ about }) => about === 'mode');
}
