/** Whether a run was about the memory that it asked for. */
import type { Verdict } from './verdict.ts';

/**
 * `bound`: every bind request of the run was granted, or it made none. `as if bound`: one was refused, and the run went on
 * as if it had not been, so that what happens behind it is hypothetical. `not bound`: it ran on pages of the system.
 */
export const BINDINGS = ['bound', 'as if bound', 'not bound'] as const;
export type Binding = (typeof BINDINGS)[number];

/** @param explores whether the run goes on past refusals (`RunConfig.explore`) */
export function bindingOf({ bind, bindTx }: Pick<Verdict, 'bind' | 'bindTx'>, explores: boolean): Binding {
  const asked = [bind, bindTx].filter(({ request }) => request !== 'none');
  if (asked.every(({ accepted }) => accepted)) return 'bound';
  return explores ? 'as if bound' : 'not bound';
}

/** What is said in front of packets that were counted; empty where there is nothing to add. */
export const BINDING_NOTES: Readonly<Record<Binding, string>> = {
  bound: '',
  'as if bound': 'as if bound',
  'not bound': 'not bound: ran on pages',
};
