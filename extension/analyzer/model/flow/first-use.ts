/** Locals that something unknown made, a scatterlist for one: from their first use on they are the same. */
import type { Expr } from '../../syntax/ast.ts';
import type { SummaryWriter } from './function-summary.ts';

/** Gives the local `x` a node and returns it; -1 if `x` is no local. */
export function firstUse(
  x: Expr,
  locals: { lookup(name: string): number; set(variable: number, node: number): void },
  summary: SummaryWriter,
): number {
  const variable = x.k === 'id' ? locals.lookup(x.name) : -1;
  if (variable < 0) return -1;
  const n = summary.node();
  locals.set(variable, n);
  return n;
}
