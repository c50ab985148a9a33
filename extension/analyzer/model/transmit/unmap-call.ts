/** The call that an unmapping is, in the text of its function: where the flow of addresses is not enough. */
import { effectsOf } from '../../kernel/table.ts';
import type { CallExpr, Expr } from '../../syntax/ast.ts';
import { visitExpressions } from '../../syntax/walk.ts';
import type { BufferFact } from '../alias/alias-class.ts';
import { isConstant } from '../flow/kernel-call.ts';
import type { DriverSymbols, PlacedFunction } from '../names/symbols.ts';

export interface UnmapCall {
  readonly fn: PlacedFunction;
  readonly call: CallExpr;
  /** Positions of the address and the direction among the arguments; the size follows the address. */
  readonly address: number;
  readonly direction: number;
}

/** The call of the unmapping `f`; null if it is none of a function of the kernel. */
export function unmapCall(f: BufferFact, symbols: DriverSymbols): UnmapCall | null {
  const effect = effectsOf(f.api)?.find(({ fact }) => fact === 'unmap');
  const fn = symbols.functions
    .get(f.fn)
    ?.find(
      ({ file, base, item }) => file.path === f.apiAt.file && isWithin(f.apiAt.range.start - base, item),
    );
  if (effect === undefined || fn === undefined) return null;
  const calls: CallExpr[] = [];
  const at = f.apiAt.range.start - fn.base;
  visitExpressions(fn.item.body, (x) => {
    if (x.k === 'call' && x.fn.s === at) calls.push(x);
  });
  const [call] = calls;
  return call === undefined ? null : { fn, call, address: effect.arg, direction: effect.direction };
}

/** True if any element of an array of the function's own may be unmapped, as in a loop: not its first one only. */
export function unmapsAnyElement(f: BufferFact, symbols: DriverSymbols): boolean {
  const found = unmapCall(f, symbols);
  const address = found?.call.args[found.address];
  return (
    found !== null &&
    address?.k === 'index' &&
    address.obj.k === 'id' &&
    parameterOf(address.obj, found.fn) < 0 &&
    !isConstant(address.index)
  );
}

/** Which parameter the expression is, or -1. */
export function parameterOf(x: Expr | undefined, { item }: PlacedFunction): number {
  return x?.k === 'id' ? item.params.findIndex(({ name }) => name === x.name) : -1;
}

function isWithin(at: number, { s, e }: { readonly s: number; readonly e: number }): boolean {
  return at >= s && at < e;
}
