/**
 * What made a value, followed across calls: a parameter was made by the callers' arguments, a result by what the
 * helper returns. Tells an address of a fragment from one of a packet's head where both end in the same field.
 */
import type { ResolvedCalls } from './call-graph.ts';
import { PARAMETER, RESULT_OF, type Tape } from './tape.ts';

interface Caller {
  readonly fn: number;
  readonly argMakers: readonly (readonly string[])[];
}

const DEPTH = 4;

export class Makers {
  private readonly callers = new Map<number, Caller[]>();
  private readonly tapes: readonly Tape[];
  private readonly calls: ResolvedCalls;

  /** @param tapes by number of the function */
  constructor(tapes: readonly Tape[], calls: ResolvedCalls) {
    this.tapes = tapes;
    this.calls = calls;
    tapes.forEach((tape, fn) => {
      tape.calls.forEach(({ argMakers }, i) => {
        for (const target of calls.callees[fn]?.[i] ?? []) {
          const list = this.callers.get(target);
          const caller = { fn, argMakers };
          if (list === undefined) this.callers.set(target, [caller]);
          else list.push(caller);
        }
      });
    });
  }

  /** Names of kernel functions and members behind `makers` as seen in the function with the number `fn`. */
  resolve(fn: number, makers: readonly string[], depth = 0): readonly string[] {
    if (makers.length === 0) return NOBODY;
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
        for (const target of this.called(fn, m.slice(RESULT_OF.length))) {
          for (const r of this.resolve(target, this.tapes[target]?.returns ?? [], depth + 1)) out.add(r);
        }
      } else out.add(m);
    }
    return [...out];
  }

  /** What a function calls under a name: its makers name only what it calls itself. */
  private called(fn: number, callee: string): readonly number[] {
    const i = this.tapes[fn]?.calls.findIndex((call) => call.callee === callee) ?? -1;
    return this.calls.callees[fn]?.[i] ?? [];
  }
}

const NOBODY: readonly string[] = [];
