/** Where the kernel enters the driver: NAPI polls, ndo_start_xmit, the queue management operations. */
import type { PathKind } from '../../../../simulator/contract/driver-ir.ts';
import { TYPE } from '../../kernel/structures.ts';
import type { Expr } from '../../syntax/ast.ts';
import { visitExpression, visitExpressions } from '../../syntax/walk.ts';
import type { FunctionRef } from '../flow/call-graph.ts';
import { ownerOfMember, typeOf } from '../names/types.ts';
import type { DriverIndex, FunctionView } from './driver-index.ts';
import { surveyOf } from './survey.ts';

/**
 * Functions given to netif_napi_add() and its variants. A library registers what the drivers above it hand in: there
 * the functions that could be handed in are meant.
 */
export function napiPolls(index: DriverIndex): readonly FunctionRef[] {
  const registered = registeredPolls(index);
  return registered.length > 0 ? registered : index.facts.calls.functions.filter(isPoll);
}

/** `int poll(struct napi_struct *napi, int budget)` */
function isPoll({ placed: { item } }: FunctionRef): boolean {
  const [napi, budget, ...more] = item.params;
  if (napi === undefined || budget === undefined || more.length > 0) return false;
  const [first, second] = [typeOf(napi.type), typeOf(budget.type)];
  return first.base === TYPE.napi_struct && first.depth === 1 && second.base === 'int' && second.depth === 0;
}

function registeredPolls(index: DriverIndex): readonly FunctionRef[] {
  const found = new Set<FunctionRef>();
  for (const ref of index.facts.calls.functions) {
    for (const call of surveyOf(ref.placed.item).registrations) {
      const poll = call.args[2];
      if (poll !== undefined) for (const f of functionsIn(poll, index.view(ref), index, 0)) found.add(f);
    }
  }
  return [...found];
}

/** Functions that an expression may denote: named, chosen, stored in a field, or handed in as an argument. */
function functionsIn(x: Expr, view: FunctionView, index: DriverIndex, depth: number): readonly FunctionRef[] {
  const out: FunctionRef[] = [];
  visitExpression(x, (inner) => {
    if (inner.k === 'member') {
      const owner = ownerOfMember(inner.obj, inner.field, view.scope, index.facts.symbols);
      for (const name of index.facts.pointers.get(`${owner ?? ''}.${inner.field}`) ?? []) add(name);
    } else if (inner.k === 'id') {
      if (!view.locals.has(inner.name)) add(inner.name);
      else if (depth < 3) out.push(...handedIn(inner.name, view, index, depth));
    }
  });
  function add(name: string): void {
    const ref = index.functionNamed(name, view.file);
    if (ref !== null) out.push(ref);
  }
  return out;
}

/** A local's possible functions: assigned in the function, or passed by its callers. */
function handedIn(
  name: string,
  view: FunctionView,
  index: DriverIndex,
  depth: number,
): readonly FunctionRef[] {
  const out: FunctionRef[] = [];
  const position = view.ref.placed.item.params.findIndex((p) => p.name === name);
  const consider = (x: Expr, at: FunctionView): void => {
    out.push(...functionsIn(x, at, index, depth + 1));
  };
  forEachExpression(view.ref, (x) => {
    if (x.k === 'assign' && x.l.k === 'id' && x.l.name === name) consider(x.r, view);
  });
  if (position < 0) return out;
  for (const caller of index.facts.calls.functions) {
    const own = index.view(caller);
    forEachExpression(caller, (x) => {
      const arg = x.k === 'call' ? x.args[position] : undefined;
      if (x.k === 'call' && arg !== undefined && index.targets(own, x).includes(view.ref)) consider(arg, own);
    });
  }
  return out;
}

function forEachExpression(ref: FunctionRef, visit: (x: Expr) => void): void {
  visitExpressions(ref.placed.item.body, visit);
}

/** Functions in an operations table: `struct net_device_ops.ndo_start_xmit`. */
export function tableFunctions(key: string, index: DriverIndex): readonly FunctionRef[] {
  const names = index.facts.pointers.get(key);
  return names === undefined ? [] : index.facts.calls.functions.filter((f) => names.has(f.placed.item.name));
}

export const QUEUE_PATHS: readonly { readonly path: PathKind; readonly key: string }[] = [
  { path: 'queue-mem-alloc', key: 'struct netdev_queue_mgmt_ops.ndo_queue_mem_alloc' },
  { path: 'queue-mem-free', key: 'struct netdev_queue_mgmt_ops.ndo_queue_mem_free' },
  { path: 'queue-start', key: 'struct netdev_queue_mgmt_ops.ndo_queue_start' },
  { path: 'queue-stop', key: 'struct netdev_queue_mgmt_ops.ndo_queue_stop' },
];
