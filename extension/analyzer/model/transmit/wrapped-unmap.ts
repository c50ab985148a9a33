/** What callers say of an unmapping whose size and direction are parameters: compatibility headers wrap one. */
import type { CallExpr } from '../../syntax/ast.ts';
import { visitExpressions } from '../../syntax/walk.ts';
import type { BufferFact } from '../alias/alias-class.ts';
import { directionOf } from '../flow/call-arguments.ts';
import { isConstant } from '../flow/kernel-call.ts';
import { mentions } from '../names/mentions.ts';
import type { DriverSymbols } from '../names/symbols.ts';
import { parameterOf, unmapCall } from './unmap-call.ts';

/** True if every caller unmaps a whole receive buffer: by a constant size, or in the direction from the device. */
export function unmapsOnlyReceived(f: BufferFact, symbols: DriverSymbols): boolean {
  if (f.direction !== 'unknown') return false;
  const found = unmapCall(f, symbols);
  if (found === null) return false;
  const { args } = found.call;
  const direction = parameterOf(args[found.direction], found.fn);
  const size = parameterOf(args[found.address + 1], found.fn);
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
