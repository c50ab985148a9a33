/** What a run that explores meets behind a refused request: faults that the driver would have if it had been granted. */
import type { Evidence, Verdict } from '../contract/verdict.ts';

/** Said of the request or of the source, whether or not anything ran. */
const BEFORE: ReadonlySet<Evidence['consequence']> = new Set(['refused', 'past-pool']);

/** Faults of the run itself, oldest first. */
export function faultsOf(evidence: readonly Evidence[]): readonly Evidence[] {
  return evidence.filter(({ consequence }) => !BEFORE.has(consequence)).sort((a, b) => a.step - b.step);
}

/** Whether the verdict is about a request that was turned down. */
export function isRefused({ bind, bindTx }: Pick<Verdict, 'bind' | 'bindTx'>): boolean {
  return !bind.accepted || !bindTx.accepted;
}

/** The faults behind the refusal of a run that explored, oldest first; none of any other run. */
export function pastRefusal(verdict: Verdict): readonly Evidence[] {
  return isRefused(verdict) ? faultsOf(verdict.requirements.flatMap(({ evidence }) => evidence)) : [];
}
