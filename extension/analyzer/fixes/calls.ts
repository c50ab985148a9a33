/** Finds the call behind a fact, in the tree of the function around it. */
import type { CallExpr, Expr, FunctionItem } from '../syntax/ast.ts';
import { visitExpressions } from '../syntax/walk.ts';
import type { DriverFacts } from '../model/driver-facts.ts';
import type { FileModel } from '../model/symbols.ts';
import type { Location } from '../text/range.ts';

/** A call in its place. */
export interface PlacedCall {
  readonly call: CallExpr;
  /** What the call is part of, or null. */
  readonly parent: Expr | null;
  readonly fn: FunctionItem;
  readonly base: number;
  readonly file: FileModel;
}

/** The function around a place, or null. */
export function functionAt(
  facts: DriverFacts,
  at: Location,
): { readonly file: FileModel; readonly base: number; readonly fn: FunctionItem } | null {
  const file = facts.files.find((f) => f.path === at.file);
  for (const { base, item } of file?.items ?? [])
    if (
      file !== undefined &&
      item.k === 'function' &&
      base <= at.range.start &&
      at.range.end <= base + item.e
    )
      return { file, base, fn: item };
  return null;
}

/** All calls of a function by name, in order. */
export function callsOf(
  fn: FunctionItem,
  name: string,
): { readonly call: CallExpr; readonly parent: Expr | null }[] {
  const out: { call: CallExpr; parent: Expr | null }[] = [];
  visitExpressions(fn.body, (x, parent) => {
    if (x.k === 'call' && x.fn.k === 'id' && x.fn.name === name) out.push({ call: x, parent });
  });
  return out.sort((a, b) => a.call.s - b.call.s);
}

/** The call whose whole expression stands at `at`. */
export function callAt(facts: DriverFacts, at: Location): PlacedCall | null {
  const around = functionAt(facts, at);
  if (around === null) return null;
  let found: PlacedCall | null = null;
  visitExpressions(around.fn.body, (x, parent) => {
    if (x.k === 'call' && around.base + x.s === at.range.start && around.base + x.e === at.range.end)
      found = { call: x, parent, ...around };
  });
  return found;
}

/** Source text of an expression. */
export function textOf(
  { file, base }: Pick<PlacedCall, 'file' | 'base'>,
  x: { readonly s: number; readonly e: number },
): string {
  return file.text.slice(base + x.s, base + x.e);
}
