/** From where the functions of a driver are called. */
import type { CallGraph, FunctionRef, ResolvedCalls } from '../flow/call-graph.ts';
import type { SummaryCall } from '../flow/function-summary.ts';

/** A call of a function. */
export interface CallSite {
  readonly caller: FunctionRef;
  readonly call: SummaryCall;
}

/** By function, from where it is called: numbers of the caller and of the call in its summary, one after the other. */
type Callers = ReadonlyMap<number, readonly number[]>;

/** Most edits leave the calls alone. */
const known = new WeakMap<ResolvedCalls, Callers>();

export class CallSites {
  private readonly calls: CallGraph;
  private readonly sites = new Map<number, readonly CallSite[]>();

  constructor(calls: CallGraph) {
    this.calls = calls;
  }

  of({ id }: FunctionRef): readonly CallSite[] {
    let found = this.sites.get(id);
    if (found === undefined) this.sites.set(id, (found = this.find(id)));
    return found;
  }

  private find(id: number): readonly CallSite[] {
    const { functions, resolved } = this.calls;
    const numbers = callersIn(resolved).get(id) ?? [];
    const out: CallSite[] = [];
    for (let i = 0; i < numbers.length; i += 2) {
      const caller = functions[numbers[i] ?? -1];
      const call = caller?.summary.calls[numbers[i + 1] ?? -1];
      if (caller !== undefined && call !== undefined) out.push({ caller, call });
    }
    return out;
  }
}

function callersIn(resolved: ResolvedCalls): Callers {
  let callers = known.get(resolved);
  if (callers === undefined) known.set(resolved, (callers = invert(resolved)));
  return callers;
}

function invert({ callees }: ResolvedCalls): Callers {
  const out = new Map<number, number[]>();
  callees.forEach((calls, caller) => {
    calls.forEach((targets, call) => {
      for (const target of targets) {
        const list = out.get(target);
        if (list === undefined) out.set(target, [caller, call]);
        else list.push(caller, call);
      }
    });
  });
  return out;
}
