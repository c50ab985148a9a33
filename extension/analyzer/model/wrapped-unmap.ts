/** What callers say of an unmapping whose size and direction are parameters: compatibility headers wrap one. */
import { effectsOf } from '../kernel/table.ts';
import type { CallExpr, Expr } from '../syntax/ast.ts';
import { visitExpressions } from '../syntax/walk.ts';
import type { BufferFact } from './buffer-class.ts';
import { directionOf } from './call-arguments.ts';
import { isConstant } from './kernel-call.ts';
import { mentions } from './mentions.ts';
import type { DriverSymbols, PlacedFunction } from './symbols.ts';

/** True if every caller unmaps a whole receive buffer: by a constant size, or in the direction from the device. */
export function unmapsOnlyReceived(f: BufferFact, symbols: DriverSymbols): boolean {
  if (f.direction !== 'unknown') return false;
  const effect = effectsOf(f.api)?.find(({ fact }) => fact === 'unmap');
  const fn = symbols.functions
    .get(f.fn)
    ?.find(
      ({ file, base, item }) => file.path === f.apiAt.file && isWithin(f.apiAt.range.start - base, item),
    );
  if (effect === undefined || fn === undefined) return false;
  const calls: CallExpr[] = [];
  const at = f.apiAt.range.start - fn.base;
  visitExpressions(fn.item.body, (x) => {
    if (x.k === 'call' && x.fn.s === at) calls.push(x);
  });
  const [call] = calls;
  if (call === undefined) return false;
  const { args } = call;
  const direction = parameterOf(args[effect.direction], fn);
  const size = parameterOf(args[effect.arg + 1], fn);
  if (direction < 0) return false;
  const callers = callsOf(f.fn, symbols);
  return (
    callers.length > 0 &&
    callers.every(({ args: given }) => {
      const to = given[direction];
      return isConstant(given[size]) || (to !== undefined && directionOf(to) === 'from-device');
    })
  );
}

function isWithin(at: number, { s, e }: { readonly s: number; readonly e: number }): boolean {
  return at >= s && at < e;
}

/** Which parameter the expression is, or -1. */
function parameterOf(x: Expr | undefined, { item }: PlacedFunction): number {
  return x?.k === 'id' ? item.params.findIndex(({ name }) => name === x.name) : -1;
}

function callsOf(name: string, symbols: DriverSymbols): CallExpr[] {
  const out: CallExpr[] = [];
  for (const fn of [...symbols.functions.values()].flat()) {
    if (!mentions(fn, name)) continue;
    visitExpressions(fn.item.body, (x) => {
      if (x.k === 'call' && x.fn.k === 'id' && x.fn.name === name) out.push(x);
    });
  }
  return out;
}
