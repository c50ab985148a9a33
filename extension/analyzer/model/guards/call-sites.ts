/** From where the functions of a driver are called. */
import type { CallGraph, FunctionRef } from '../call-graph.ts';
import type { TapeCall } from '../tape.ts';

/** A call of a function. */
export interface CallSite {
  readonly caller: FunctionRef;
  readonly call: TapeCall;
}

export class CallSites {
  private readonly calls: CallGraph;
  private sites: Map<number, CallSite[]> | null = null;

  constructor(calls: CallGraph) {
    this.calls = calls;
  }

  of(fn: FunctionRef): readonly CallSite[] {
    return (this.sites ??= this.find()).get(fn.id) ?? [];
  }

  private find(): Map<number, CallSite[]> {
    const out = new Map<number, CallSite[]>();
    for (const caller of this.calls.functions) {
      if (caller.tape.calls.length === 0) continue;
      const callees = this.calls.callees(caller);
      caller.tape.calls.forEach((call, i) => {
        for (const target of callees[i] ?? []) {
          const list = out.get(target.id);
          if (list === undefined) out.set(target.id, [{ caller, call }]);
          else list.push({ caller, call });
        }
      });
    }
    return out;
  }
}
