/** What a walk of a function gives: its expressions with the conditions under which they are evaluated. */
import type { AssignExpr, CallExpr, Expr, FunctionItem, Span } from '../../syntax/ast.ts';
import type { ConditionContext } from './condition-context.ts';
import { conditionOf } from './condition.ts';
import { ALWAYS, type Guard } from './guard.ts';
import { assignedValues } from './local-flags.ts';
import type { Places } from './places.ts';

/** A call or an assignment with what it stands under. */
export interface Guarded<X extends Expr> {
  readonly x: X;
  readonly guard: Guard;
  readonly cx: ConditionContext;
}

/** The guards of a function's expressions, in its own words. */
export interface FunctionGuards {
  /** Under which condition the expression at this place is evaluated. */
  at(span: Span): Guard;
  readonly calls: readonly Guarded<CallExpr>[];
  /** The call that starts and ends there, or null; the first of several. */
  callAt(s: number, e: number): Guarded<CallExpr> | null;
  /** Assignments to anything but locals, and bits taken from these. */
  readonly stores: readonly Guarded<AssignExpr>[];
  readonly returns: readonly Guarded<Expr>[];
  /** The assignment by which a member got its value with this number, or null. */
  writtenBy(version: number): Guarded<AssignExpr> | null;
  /** The values that a local is given, in the order of the text; null if it is changed in other ways, too. */
  valuesOf(name: string): readonly Guarded<Expr>[] | null;
  /** Guards of all parts that are evaluated under one condition. */
  readonly parts: readonly Guard[];
  /** True if something is evaluated or answered by what the kernel predicate that is called at `s` says. */
  isTested(s: number): boolean;
  /** Functions and globals that are mentioned without being called, with what they stand under. */
  readonly mentions: ReadonlyMap<string, Guard>;
}

/** What a walk has written down, in the order of the text. */
export interface Walked {
  readonly places: Places;
  readonly calls: readonly Guarded<CallExpr>[];
  readonly stores: readonly Guarded<AssignExpr>[];
  readonly returned: readonly Guarded<Expr>[];
  readonly mentions: ReadonlyMap<string, Guard>;
  readonly written: ReadonlyMap<number, Guarded<AssignExpr>>;
  /** A value that a local is given, where the walk has met it. */
  assignment(x: Expr): Guarded<Expr> | null;
}

export function guardsFrom(item: FunctionItem, walked: Walked): FunctionGuards {
  const { places, calls, stores, mentions, returned } = walked;
  let callsAt: ReadonlyMap<string, Guarded<CallExpr>> | null = null;
  let values: ReturnType<typeof assignedValues> | null = null;
  let tested: ReadonlySet<number> | null = null;
  return {
    ...{ calls, stores, mentions },
    returns: returned,
    callAt(s, e) {
      // Of two alike the first: what comes later is overwritten.
      callsAt ??= new Map([...calls].reverse().map((call) => [`${call.x.s}:${call.x.e}`, call]));
      return callsAt.get(`${s}:${e}`) ?? null;
    },
    get parts() {
      return places.guards;
    },
    isTested(s) {
      tested ??= testsIn(item.name, walked);
      return tested.has(s);
    },
    at: (span) => places.at(span) ?? ALWAYS,
    writtenBy: (version) => walked.written.get(version) ?? null,
    valuesOf(name) {
      values ??= assignedValues(item);
      const given = values.get(name)?.flatMap((x) => walked.assignment(x) ?? []);
      return given?.sort((a, b) => a.x.s - b.x.s) ?? null;
    },
  };
}

/** Where the kernel predicates stand that guards and answers speak of, of those that the function itself calls. */
function testsIn(fn: string, { places, returned }: Walked): ReadonlySet<number> {
  const out = new Set<number>();
  const answers = returned.map(({ x, cx }) => conditionOf(x, cx, true));
  for (const guard of new Set([...places.guards, ...answers]))
    for (const conjunction of guard)
      for (const { atom } of conjunction) if (atom.stated?.fn === fn) out.add(atom.stated.at.s);
  return out;
}
