/** Numbers for the small values that a program hands on. Functions do not nest in themselves, so each has one set. */
import type { CallExpr, Expr } from '../../syntax/ast.ts';
import type { FunctionRef } from '../call-graph.ts';
import type { Instance } from './instance.ts';

export class Variables {
  readonly names: string[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly results = new Map<CallExpr, number>();

  private number(key: string, name: string): number {
    let known = this.numbers.get(key);
    if (known === undefined) {
      known = this.names.push(name) - 1;
      this.numbers.set(key, known);
    }
    return known;
  }

  /** A local or a parameter. */
  local(ref: FunctionRef, name: string): number {
    return this.number(`${ref.id} ${name}`, name);
  }

  /** What a function returns. */
  result(ref: FunctionRef): number {
    return this.number(`${ref.id}`, `${ref.placed.item.name}()`);
  }

  /** Remembers where the result of a call is found. */
  bind(call: CallExpr, variable: number): void {
    this.results.set(call, variable);
  }

  /** A variable for a call with several possible callees. */
  site(ref: FunctionRef, call: CallExpr, name: string): number {
    return this.number(`${ref.id} @${call.s}`, name);
  }

  /** The variable that an expression names, or null. */
  of(x: Expr, inst: Instance): number | null {
    if (x.k === 'id') return inst.view.locals.has(x.name) ? this.local(inst.view.ref, x.name) : null;
    if (x.k === 'call') return this.results.get(x) ?? null;
    return x.k === 'assign' ? this.of(x.l, inst) : null;
  }
}
