/** Addresses that are stored along with the length 0, which nothing unmaps, and numbers stored in place of an address. */
import type { CallExpr } from '../../syntax/ast.ts';
import type { FunctionGuards, Guarded } from './function-guards.ts';
import type { Guard } from './guard.ts';
import { constantText, subjectOf } from './subject.ts';

interface Lengths {
  /** The calls of the function by where they start. */
  readonly calls: ReadonlyMap<number, Guarded<CallExpr>>;
  /** Whether all lengths of a record are 0, by what they stand under. */
  readonly areZero: ReadonlyMap<Guard, ReadonlyMap<string | null, boolean>>;
}

const known = new WeakMap<FunctionGuards, Lengths>();

/** True if the call at `s` stores a constant, or an address whose record gets the length 0 under the same condition. */
export function storesNoAddress(flow: FunctionGuards, s: number): boolean {
  const { calls, areZero } = lengthsOf(flow);
  const store = calls.get(s);
  if (store === undefined) return false;
  const value = store.x.args.at(-1);
  if (value !== undefined && constantText(value, store.cx) !== null) return true;
  return areZero.get(store.guard)?.get(recordOf(store)) ?? false;
}

function lengthsOf(flow: FunctionGuards): Lengths {
  let found = known.get(flow);
  if (found === undefined) known.set(flow, (found = read(flow)));
  return found;
}

function read({ calls }: FunctionGuards): Lengths {
  const at = new Map<number, Guarded<CallExpr>>();
  const areZero = new Map<Guard, Map<string | null, boolean>>();
  for (const call of calls) {
    const { x, cx, guard } = call;
    if (!at.has(x.s)) at.set(x.s, call);
    if (x.fn.k !== 'id' || x.fn.name !== 'dma_unmap_len_set') continue;
    const isZero = x.args[2] !== undefined && constantText(x.args[2], cx) === '0';
    const record = recordOf(call);
    const records = areZero.get(guard) ?? new Map<string | null, boolean>();
    areZero.set(guard, records.set(record, isZero && (records.get(record) ?? true)));
  }
  return { calls: at, areZero };
}

function recordOf({ x, cx }: Guarded<CallExpr>): string | null {
  const [record] = x.args;
  return record === undefined ? null : (subjectOf(record, cx)?.id ?? null);
}
