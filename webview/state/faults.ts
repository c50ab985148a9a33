/** Moments of a run at which something was wrong: where the handle rests, and what the next-fault button goes through. */
import type { Verdict } from '../../simulator/contract/verdict.ts';

/** Machine steps of the faults, ascending, each once; evidence without a moment has none. */
export function faultSteps(verdict: Verdict | undefined): readonly number[] {
  const steps = verdict?.requirements.flatMap(({ evidence }) =>
    evidence.flatMap(({ seq, step }) => (seq === null ? [] : [step])),
  );
  return [...new Set(steps)].sort((a, b) => a - b);
}

/** The first fault behind `step`, else the first of all; null if there is none. */
export function nextFault(verdict: Verdict | undefined, step: number): number | null {
  const steps = faultSteps(verdict);
  return steps.find((at) => at > step) ?? steps[0] ?? null;
}
