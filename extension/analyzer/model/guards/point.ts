/** What is known at a point of a function, and where paths meet. */
import type { Stated } from './condition-context.ts';
import { either, type Guard } from './guard.ts';

/** What is known at one point. Never changed: a new one is made. */
export interface Point {
  readonly guard: Guard;
  /** Locals that stand for something else. */
  readonly values: ReadonlyMap<string, Stated>;
  /** Numbers of the values that locals and members of a name have; none for those at the entry. */
  readonly versions: ReadonlyMap<string, number>;
  /** Number of the last call that may have changed memory. */
  readonly memory: number;
}

/** What all paths that meet agree on. Null is a path that does not arrive. @param fresh a number for what differs */
export function joinPoints(points: readonly (Point | null)[], fresh: () => number): Point | null {
  const live = points.filter((p) => p !== null);
  const [first, ...rest] = live;
  if (first === undefined || rest.length === 0) return first ?? null;
  const guard = either(...live.map((p) => p.guard));
  const values = new Map<string, Stated>();
  const versions = new Map<string, number>();
  const names = new Set(live.flatMap((p) => [...p.versions.keys()]));
  for (const name of names) {
    const own = first.versions.get(name);
    const same = rest.every((p) => p.versions.get(name) === own);
    if (!same) versions.set(name, fresh());
    else if (own !== undefined) versions.set(name, own);
  }
  for (const [name, value] of first.values)
    if (rest.every((p) => p.versions.get(name) === first.versions.get(name) && p.values.has(name)))
      values.set(name, value);
  const memory = rest.every((p) => p.memory === first.memory) ? first.memory : fresh();
  return { guard, values, versions, memory };
}
