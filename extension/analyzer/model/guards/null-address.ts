/**
 * Where a function computes with an address that a call gave. `netmem_address()` is NULL for memory that the CPU cannot read, and
 * NULL with an offset is not NULL: whoever tests the sum finds nothing.
 */
import type { Expr, FunctionItem, Span } from '../../syntax/ast.ts';
import { visitExpressions } from '../../syntax/walk.ts';
import { assignedValues } from './local-flags.ts';

/** Sums and elements made of the address that the call at `call` gives, also by way of a local that holds nothing else. */
export function computedFrom(item: FunctionItem, call: Span): readonly Span[] {
  const isCall = (x: Expr): boolean => x.s === call.s && x.e === call.e;
  const holders = new Set<string>();
  for (const [name, values] of assignedValues(item)) {
    const [only] = values ?? [];
    if (values?.length === 1 && only !== undefined && isCall(plain(only))) holders.add(name);
  }
  const isAddress = (x: Expr): boolean => {
    const inner = plain(x);
    return isCall(inner) || (inner.k === 'id' && holders.has(inner.name));
  };
  const out: Span[] = [];
  visitExpressions(item.body, (x) => {
    const isSum = x.k === 'binary' && (x.op === '+' || x.op === '-') && (isAddress(x.l) || isAddress(x.r));
    if (isSum || (x.k === 'index' && isAddress(x.obj))) out.push({ s: x.s, e: x.e });
  });
  return out;
}

/** The value without its casts. */
function plain(x: Expr): Expr {
  return x.k === 'cast' ? plain(x.x) : x;
}
