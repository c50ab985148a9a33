/**
 * Where DMA addresses were mapped, followed backwards from where a mapping ends: through locals, fields and elements of
 * records and descriptors, parameters, results and out-parameters of the driver's own functions.
 */
import type { ResolvedCalls } from '../flow/call-graph.ts';
import { SOURCE, type Sources, type FunctionSummary } from '../flow/function-summary.ts';

/** A fact by its function and its number in there. */
export interface FactIndex {
  readonly fn: number;
  readonly index: number;
}

/** What an address was made by. */
export interface AddressOrigins {
  /** The mappings that it may come from. */
  readonly mappings: readonly FactIndex[];
  /** Kernel functions that it comes from besides: of coherent memory, of pools. */
  readonly others: readonly string[];
  /** The fields that it is read from itself, by their keys: not those that it was in before. */
  readonly fields: readonly string[];
  /** False if a value was met of which nobody knows where it comes from. */
  readonly isComplete: boolean;
}

/** Steps of one search at most: no driver of the kernel needs a tenth of it. */
const MAX_STEPS = 20_000;

interface Step {
  readonly fn: number;
  readonly source: string;
}

export class AddressFinder {
  private readonly summaries: readonly FunctionSummary[];
  private readonly calls: ResolvedCalls;
  private fields: Map<string, { readonly fn: number; readonly from: Sources }[]> | null = null;
  /** Calls of each function: caller, and number of the call in its summary. */
  private callers: Map<number, { readonly fn: number; readonly call: number }[]> | null = null;

  /** @param summaries by number of the function */
  constructor(summaries: readonly FunctionSummary[], calls: ResolvedCalls) {
    this.summaries = summaries;
    this.calls = calls;
  }

  /** Where an address comes from that the function with the number `fn` has from `sources`. */
  of(fn: number, sources: Sources): AddressOrigins {
    const mappings: FactIndex[] = [];
    const fields = this.readFrom(fn, sources);
    const others = new Set<string>();
    const seen = new Set<string>();
    let isComplete = sources.length > 0;
    const work: Step[] = [];
    const go = (to: number, more: Sources): void => {
      // A value of which nothing is known: one way may still lead to a mapping.
      if (more.length === 0) isComplete = false;
      for (const source of more) {
        const key = source.startsWith(SOURCE.field) ? source : `${to} ${source}`;
        if (seen.has(key)) continue;
        seen.add(key);
        work.push({ fn: to, source });
      }
    };
    go(fn, sources);
    for (let step = work.pop(); step !== undefined; step = work.pop()) {
      if (seen.size > MAX_STEPS) return { mappings, others: [...others], fields, isComplete: false };
      const { source } = step;
      const word = source.slice(0, source.indexOf(' ') + 1);
      const rest = source.slice(word.length);
      if (word === SOURCE.map) mappings.push({ fn: step.fn, index: Number(rest) });
      else if (word === SOURCE.kernel) others.add(rest);
      else {
        const before = this.before(step.fn, word, rest);
        if (before.length === 0) isComplete = false;
        for (const { fn: to, from } of before) go(to, from);
      }
    }
    return { mappings, others: [...others], fields, isComplete };
  }

  /** The field that an address is put into, as a key or as a source that points there; '' if it may be one of several. */
  fieldAt(fn: number, into: string): string {
    if (!into.startsWith(SOURCE.result)) return into;
    const [field, ...others] = this.readFrom(fn, [into]);
    return field === undefined || others.length > 0 ? '' : field;
  }

  /** The first fields on the ways back. */
  private readFrom(fn: number, sources: Sources): readonly string[] {
    const fields = new Set<string>();
    const seen = new Set<string>();
    const work: Step[] = sources.map((source) => ({ fn, source }));
    for (let step = work.pop(); step !== undefined && seen.size < MAX_STEPS; step = work.pop()) {
      const { source } = step;
      const key = `${step.fn} ${source}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const word = source.slice(0, source.indexOf(' ') + 1);
      const rest = source.slice(word.length);
      if (word === SOURCE.field) fields.add(rest);
      else
        for (const { fn: to, from } of this.before(step.fn, word, rest))
          for (const more of from) work.push({ fn: to, source: more });
    }
    return [...fields];
  }

  /** What the value of a source was taken from. */
  private before(
    fn: number,
    word: string,
    rest: string,
  ): readonly { readonly fn: number; readonly from: Sources }[] {
    switch (word) {
      case SOURCE.field:
        return (this.fields ??= this.findFields()).get(rest) ?? [];
      case SOURCE.parameter: {
        const position = Number(rest);
        // What a caller hands on as a number is no address.
        return ((this.callers ??= this.findCallers()).get(fn) ?? [])
          .map(({ fn: caller, call }) => ({
            fn: caller,
            from: this.summaries[caller]?.calls[call]?.argSources[position] ?? [],
          }))
          .filter(({ from }) => from.length > 0);
      }
      case SOURCE.result:
        return this.targets(fn, Number(rest)).map((to) => ({
          fn: to,
          from: this.summaries[to]?.returnSources ?? [],
        }));
      case SOURCE.given: {
        const [call, position] = rest.split(' ').map(Number);
        return this.targets(fn, call ?? -1).flatMap((to) =>
          (this.summaries[to]?.given ?? [])
            .filter(([parameter]) => parameter === position)
            .map(([, from]) => ({ fn: to, from })),
        );
      }
      default:
        return [];
    }
  }

  private targets(fn: number, call: number): readonly number[] {
    return this.calls.callees[fn]?.[call] ?? [];
  }

  private findFields(): Map<string, { readonly fn: number; readonly from: Sources }[]> {
    const out = new Map<string, { readonly fn: number; readonly from: Sources }[]>();
    const add = (key: string, fn: number, from: Sources): void => {
      const list = out.get(key);
      if (list === undefined) out.set(key, [{ fn, from }]);
      else list.push({ fn, from });
    };
    this.summaries.forEach(({ kept, put }, fn) => {
      for (const [key, from] of kept) add(key, fn, from);
      for (const [result, from] of put) for (const key of this.readFrom(fn, [result])) add(key, fn, from);
    });
    return out;
  }

  private findCallers(): Map<number, { readonly fn: number; readonly call: number }[]> {
    const out = new Map<number, { readonly fn: number; readonly call: number }[]>();
    this.calls.callees.forEach((lists, fn) => {
      lists.forEach((targets, call) => {
        for (const target of targets) {
          const list = out.get(target);
          if (list === undefined) out.set(target, [{ fn, call }]);
          else list.push({ fn, call });
        }
      });
    });
    return out;
  }
}
