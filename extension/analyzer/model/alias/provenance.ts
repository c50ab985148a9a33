/**
 * Provenance: what made a value, followed across calls: a parameter was made by the callers' arguments, a result by what the
 * helper returns. Tells an address of a fragment from one of a packet's head where both end in the same field.
 */
import type { ResolvedCalls } from '../flow/call-graph.ts';
import { PARAMETER, RESULT_OF, type FunctionSummary } from '../flow/function-summary.ts';

interface Caller {
  readonly fn: number;
  readonly argProvenance: readonly (readonly string[])[];
}

const DEPTH = 4;

export class Provenance {
  private readonly callers = new Map<number, Caller[]>();
  private readonly summaries: readonly FunctionSummary[];
  private readonly calls: ResolvedCalls;

  /** @param summaries by number of the function */
  constructor(summaries: readonly FunctionSummary[], calls: ResolvedCalls) {
    this.summaries = summaries;
    this.calls = calls;
    summaries.forEach((summary, fn) => {
      summary.calls.forEach(({ argProvenance }, i) => {
        for (const target of calls.callees[fn]?.[i] ?? []) {
          const list = this.callers.get(target);
          const caller = { fn, argProvenance };
          if (list === undefined) this.callers.set(target, [caller]);
          else list.push(caller);
        }
      });
    });
  }

  /** Names of kernel functions and members behind `names`, a provenance as seen in the function with the number `fn`. */
  resolve(fn: number, names: readonly string[], depth = 0): readonly string[] {
    if (names.length === 0) return NOBODY;
    const out = new Set<string>();
    for (const m of names) {
      if (m.startsWith(PARAMETER)) {
        if (depth >= DEPTH) continue;
        const index = Number(m.slice(PARAMETER.length));
        for (const c of this.callers.get(fn) ?? []) {
          for (const r of this.resolve(c.fn, c.argProvenance[index] ?? [], depth + 1)) out.add(r);
        }
      } else if (m.startsWith(RESULT_OF)) {
        if (depth >= DEPTH) continue;
        for (const target of this.called(fn, m.slice(RESULT_OF.length))) {
          for (const r of this.resolve(target, this.summaries[target]?.returns ?? [], depth + 1)) out.add(r);
        }
      } else out.add(m);
    }
    return [...out];
  }

  /** What a function calls under a name: the provenance of its values names only what it calls itself. */
  private called(fn: number, callee: string): readonly number[] {
    const i = this.summaries[fn]?.calls.findIndex((call) => call.callee === callee) ?? -1;
    return this.calls.callees[fn]?.[i] ?? [];
  }
}

const NOBODY: readonly string[] = [];
