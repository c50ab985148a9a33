/**
 * Structures of one type side by side in another one, as the rings for headers and for payload are in a queue: a pointer
 * to such a structure says little, which of the two it points to says all.
 */
import type { Expr } from '../../syntax/ast.ts';
import type { ConditionContext } from '../guards/condition-context.ts';
import type { DriverSymbols } from '../names/symbols.ts';
import { ownerOfMember } from '../names/types.ts';

const DEEPEST = 12;

/** `struct foo_queue.rx_headers` for what leads to that member of a structure with another one like it; else null. */
export function twinOf(x: Expr, cx: ConditionContext, symbols: DriverSymbols, depth = 0): string | null {
  if (depth > DEEPEST) return null;
  switch (x.k) {
    case 'cast':
    case 'addr':
    case 'deref':
      return twinOf(x.x, cx, symbols, depth + 1);
    case 'id': {
      const stated = cx.standsFor(x.name);
      return stated === null ? null : twinOf(stated.x, stated.cx, symbols, depth + 1);
    }
    case 'member': {
      const owner = ownerOfMember(x.obj, x.field, cx, cx.names);
      const found = owner === null ? null : symbols.field(owner, x.field);
      if (found === null) return null;
      const { type } = found.field;
      if (type.stars + type.dims > 0) return null;
      const alike = [...found.info.fields.values()].filter(
        (f) => f.type.base === type.base && f.type.stars + f.type.dims === 0,
      );
      return alike.length > 1 ? `${found.owner}.${x.field}` : null;
    }
    default:
      return null;
  }
}
