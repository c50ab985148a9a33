/** Addresses of which only the distance to another one in the same memory is taken: it is the same from NULL. */
import type { Expr } from '../../syntax/ast.ts';
import { visitExpressions } from '../../syntax/walk.ts';
import type { BufferFact } from './alias-class.ts';
import type { DriverSymbols } from '../names/symbols.ts';

/** True if the address that the fact takes is subtracted from another: `at - (u64)skb_frag_address(frag)`. */
export function isDistance({ fn, location: { file, range } }: BufferFact, symbols: DriverSymbols): boolean {
  const own = symbols.functions.get(fn)?.find((placed) => placed.file.path === file);
  if (own === undefined) return false;
  let found = false;
  visitExpressions(own.item.body, (x) => {
    if (x.k === 'binary' && x.op === '-' && own.base + withoutCasts(x.r).s === range.start) found = true;
  });
  return found;
}

function withoutCasts(x: Expr): Expr {
  return x.k === 'cast' ? withoutCasts(x.x) : x;
}
