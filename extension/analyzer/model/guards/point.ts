/** What is known at a point of a function, and where paths meet. */
import { either, type Guard } from './guard.ts';
import type { KnownNames } from './known-names.ts';

/** What is known at one point. Never changed: a new one is made. */
export interface Point {
  readonly guard: Guard;
  /** Locals, and members by their name. */
  readonly known: KnownNames;
  /** Number of the last place at which everything that the function assigns to was forgotten: older versions are none. */
  readonly forgotten: number;
  /** Number of the last call that may have changed memory. */
  readonly memory: number;
}

/**
 * What all paths that meet agree on. Null is a path that does not arrive.
 * @param fresh a number for what differs
 * @param whole the guard where they meet, if it is known
 */
export function joinPoints(
  points: readonly (Point | null)[],
  fresh: () => number,
  whole: Guard | null = null,
): Point | null {
  const live = points.filter((p) => p !== null);
  const [first, ...rest] = live;
  if (first === undefined || rest.length === 0) return first ?? null;
  const guard = whole ?? either(...live.map((p) => p.guard));
  // Paths come in the order of the text, where neighbours have most in common.
  const differing = new Set<number>();
  let before = first;
  for (const p of rest) {
    before.known.differences(p.known, (id) => differing.add(id));
    before = p;
  }
  let { known } = first;
  for (const id of differing) known = known.with(id, { version: fresh(), value: null });
  const forgotten = rest.every((p) => p.forgotten === first.forgotten) ? first.forgotten : fresh();
  const memory = rest.every((p) => p.memory === first.memory) ? first.memory : fresh();
  return { guard, known, forgotten, memory };
}
