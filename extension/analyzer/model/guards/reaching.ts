/**
 * Values that reach a place in a function, each with the condition under which it is the one that does: the condition of its
 * assignment, and of no later one. Members that the function has just written are read as what was written.
 */
import type { Expr } from '../../syntax/ast.ts';
import type { Literal } from './atom.ts';
import { conditionOf } from './condition.ts';
import type { FunctionGuards, Guarded } from './function-guards.ts';
import { ALWAYS, both, either, type Guard, negated, NEVER } from './guard.ts';
import { subjectOf } from './subject.ts';

/** How many names for names are looked through. */
const DEEPEST = 6;

/** The given ones of which each replaces the others, without what later ones replace. Expects the order of the text. */
export function inForce<X extends Expr>(given: readonly Guarded<X>[], guard: Guard): Guarded<X>[] {
  const out: Guarded<X>[] = [];
  let open = guard;
  for (let i = given.length - 1; i >= 0 && open !== NEVER; i--) {
    const one = given[i];
    if (one === undefined) continue;
    const here = both(open, one.guard);
    if (here !== NEVER) out.push({ ...one, guard: here });
    if (i > 0) open = both(open, negated(one.guard));
  }
  return out;
}

/** What a value may be: behind casts, by the branches of choices, and what the locals in it were given. */
export function reachingValues(value: Guarded<Expr>, flow: FunctionGuards, depth = 0): Guarded<Expr>[] {
  const { x, guard, cx } = value;
  const go = (y: Expr, under: Guard): Guarded<Expr>[] =>
    reachingValues({ x: y, guard: under, cx }, flow, depth + 1);
  if (depth > DEEPEST) return [];
  switch (x.k) {
    case 'cast':
      return go(x.x, guard);
    case 'assign':
      return x.op === '=' ? go(x.r, guard) : [];
    case 'cond':
      return [x.a, x.b].flatMap((y) => (y === null ? [] : go(y, both(guard, flow.at(y)))));
    case 'id': {
      if (!cx.isLocal(x.name) || cx.isParameter(x.name)) return [value];
      const given = flow.valuesOf(x.name)?.filter((v) => v.x.e <= x.s) ?? [];
      return inForce(given, guard).flatMap((v) => reachingValues(v, flow, depth + 1));
    }
    default:
      return [value];
  }
}

/** The guard with what is known of members that the function itself has written before. */
export function withWritten(g: Guard, flow: FunctionGuards, depth = 0): Guard {
  if (depth > DEEPEST || !g.some((c) => c.some(hasVersion))) return g;
  return either(
    ...g.map((c): Guard => {
      let out: Guard = [c];
      for (const l of c) if (hasVersion(l)) out = both(out, asWritten(l, flow, depth));
      return out;
    }),
  );
}

const VERSION = /\.(\d+)$/;
const MOMENT = /~\d+|\.\d+\b/g;

/** The identity of a place, whenever it is looked at. */
export function withoutMoment(id: string): string {
  return id.replace(MOMENT, '');
}

function hasVersion({ atom: { subject } }: Literal): boolean {
  return subject.root === 'member' && VERSION.test(subject.id);
}

/** What a member that is set, or is not, says of the values it was written with. */
function asWritten({ atom, holds }: Literal, flow: FunctionGuards, depth: number): Guard {
  const version = VERSION.exec(atom.subject.id)?.[1];
  const store = version === undefined ? null : flow.writtenBy(Number(version));
  if (store === null || (atom.compare.is !== 'set' && atom.compare.is !== 'has-pool')) return ALWAYS;
  const { x, cx } = store;
  const own = subjectOf(x.l, cx)?.id;
  if (own === undefined || withoutMoment(own) !== withoutMoment(atom.subject.id)) return ALWAYS;
  const given = conditionOf(x.r, cx, holds);
  const before = (): Guard => withWritten(conditionOf(x.l, cx, holds), flow, depth + 1);
  switch (x.op) {
    case '=':
      return withWritten(given, flow, depth + 1);
    case '|=':
      return holds ? either(given, before()) : both(given, before());
    case '&=':
      return holds ? both(given, before()) : ALWAYS;
    default:
      return ALWAYS;
  }
}
