/**
 * What made a value, followed across calls: a parameter was made by the callers' arguments, a result by what the
 * helper returns. Tells an address of a fragment from one of a packet's head where both end in the same field.
 */
import type { CallGraph, FunctionRef } from './call-graph.ts';
import { PARAMETER, RESULT_OF } from './tape.ts';

interface Caller {
  readonly fn: FunctionRef;
  readonly argMakers: readonly (readonly string[])[];
}

const DEPTH = 4;

export class Makers {
  private readonly callers = new Map<FunctionRef, Caller[]>();
  private readonly calls: CallGraph;

  constructor(calls: CallGraph) {
    this.calls = calls;
    for (const fn of calls.functions) {
      const callees = calls.callees(fn);
      for (const [i, { argMakers }] of fn.tape.calls.entries()) {
        for (const target of callees[i] ?? []) {
          const list = this.callers.get(target);
          const caller = { fn, argMakers };
          if (list === undefined) this.callers.set(target, [caller]);
          else list.push(caller);
        }
      }
    }
  }

  /** Names of kernel functions and members behind `makers` as seen in `fn`. */
  resolve(fn: FunctionRef, makers: readonly string[], depth = 0): string[] {
    const out = new Set<string>();
    for (const m of makers) {
      if (m.startsWith(PARAMETER)) {
        if (depth >= DEPTH) continue;
        const index = Number(m.slice(PARAMETER.length));
        for (const c of this.callers.get(fn) ?? []) {
          for (const r of this.resolve(c.fn, c.argMakers[index] ?? [], depth + 1)) out.add(r);
        }
      } else if (m.startsWith(RESULT_OF)) {
        if (depth >= DEPTH) continue;
        const callee = m.slice(RESULT_OF.length);
        for (const target of this.calls.targets(fn, callee, callee.includes('.'))) {
          for (const r of this.resolve(target, target.tape.returns, depth + 1)) out.add(r);
        }
      } else out.add(m);
    }
    return [...out];
  }
}
