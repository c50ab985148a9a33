/** Reading of arguments that are no values: field names of the unmap macros, DMA directions. */
import type { CallExpr, Expr } from '../../syntax/ast.ts';
import type { Direction } from './facts.ts';

/** `INDIRECT_CALL_2(f, f1, f2, args…)`: how many arguments of the macro come before those of the callee, else 0. */
export function indirectPrefix(x: CallExpr): number {
  const match = x.fn.k === 'id' ? /^INDIRECT_CALL_([1-4])$/.exec(x.fn.name) : null;
  return match === null ? 0 : Number(match[1]) + 1;
}

/** The arguments that the callee gets. */
export function calleeArguments(x: CallExpr): readonly Expr[] {
  return x.args.slice(indirectPrefix(x));
}

/** The member expression that `dma_unmap_addr(obj, field)` stands for; the field may be indexed. */
export function fieldOf(obj: Expr, field: Expr): Expr | null {
  if (field.k === 'id')
    return {
      k: 'member',
      s: obj.s,
      e: field.e,
      obj,
      field: field.name,
      fieldAt: { s: field.s, e: field.e },
      arrow: true,
    };
  if (field.k === 'index') {
    const inner = fieldOf(obj, field.obj);
    return inner === null ? null : { ...field, obj: inner };
  }
  if (field.k === 'member') {
    const inner = fieldOf(obj, field.obj);
    return inner === null ? null : { ...field, obj: inner, arrow: false };
  }
  return null;
}

export function directionOf(x: Expr): Direction {
  if (x.k !== 'id') return 'unknown';
  switch (x.name) {
    case 'DMA_TO_DEVICE':
    case 'PCI_DMA_TODEVICE':
      return 'to-device';
    case 'DMA_FROM_DEVICE':
    case 'PCI_DMA_FROMDEVICE':
      return 'from-device';
    case 'DMA_BIDIRECTIONAL':
      return 'both';
    default:
      return 'unknown';
  }
}
