/** What a walk of a function gives: its expressions with the conditions under which they are evaluated. */
import type { AssignExpr, CallExpr, Expr, Span } from '../../syntax/ast.ts';
import type { ConditionContext } from './condition-context.ts';
import type { Guard } from './guard.ts';

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
  /** Guards of all parts that are evaluated under one condition. */
  readonly parts: readonly Guard[];
  /** True if something is evaluated or answered by what the kernel predicate that is called at `s` says. */
  isTested(s: number): boolean;
  /** Functions and globals that are mentioned without being called, with what they stand under. */
  readonly mentions: ReadonlyMap<string, Guard>;
}
