/** Which function calls which, and the order in which helpers come before their users. */
import type { DriverSymbols, FileModel, PlacedFunction } from '../names/symbols.ts';
import type { FunctionSummary } from './function-summary.ts';

/** A function of the driver with its recorded flow. */
export interface FunctionRef {
  readonly id: number;
  readonly placed: PlacedFunction;
  readonly summary: FunctionSummary;
}

export interface CallGraph {
  readonly functions: readonly FunctionRef[];
  /** The calls by number; the same object as long as they hold. */
  readonly resolved: ResolvedCalls;
  /** Callees of each recorded call of a function, in the order of `summary.calls`. */
  callees(fn: FunctionRef): readonly (readonly FunctionRef[])[];
  /** Callees by name, or by the key of a field. */
  targets(fn: FunctionRef, callee: string, indirect: boolean): readonly FunctionRef[];
  /** Groups of mutually recursive functions, callees first. */
  readonly order: readonly (readonly FunctionRef[])[];
}

/** The calls of all functions by number. They hold as long as flows and heads of functions do, wherever the text is. */
export interface ResolvedCalls {
  /** By function, then by call in the order of `summary.calls`. */
  readonly callees: readonly (readonly (readonly number[])[])[];
  /** Groups of mutually recursive functions, callees first. */
  readonly order: readonly (readonly number[])[];
  /** The first call that is not followed because others lead to so many functions: function, and call in its summary. */
  readonly unfollowed: readonly [fn: number, call: number] | null;
}

/**
 * Most pairs of a call through a pointer and a function that it may reach: each costs a copy of what the function does, some
 * 0.5 ms. Drivers in the kernel have some thousands.
 */
export const MAX_INDIRECT = 20_000;

/** Finds callees by name; `pointers` maps keys of fields to names of functions stored there. */
class CalleeFinder {
  private readonly byPlace: ReadonlyMap<PlacedFunction, FunctionRef>;
  private readonly known = new Map<FileModel, Map<string, FunctionRef[]>>();
  private readonly symbols: DriverSymbols;
  private readonly pointers: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(
    functions: readonly FunctionRef[],
    symbols: DriverSymbols,
    pointers: ReadonlyMap<string, ReadonlySet<string>>,
  ) {
    this.byPlace = new Map(functions.map((f) => [f.placed, f]));
    this.symbols = symbols;
    this.pointers = pointers;
  }

  targets(file: FileModel, callee: string, indirect: boolean): readonly FunctionRef[] {
    let ofFile = this.known.get(file);
    if (ofFile === undefined) this.known.set(file, (ofFile = new Map<string, FunctionRef[]>()));
    // A field's key has a dot, a function's name has none.
    const found = ofFile.get(callee);
    if (found !== undefined) return found;
    const names = indirect ? (this.pointers.get(callee) ?? []) : [callee];
    const made: FunctionRef[] = [];
    for (const name of names) {
      const placed = this.symbols.functionFor(name, file);
      const fn = placed === null ? undefined : this.byPlace.get(placed);
      if (fn !== undefined) made.push(fn);
    }
    ofFile.set(callee, made);
    return made;
  }
}

/**
 * Resolves the calls of all functions.
 * @param before what is known of the same functions under the same pointers, some of which call others now
 */
export function resolveCalls(
  functions: readonly FunctionRef[],
  symbols: DriverSymbols,
  pointers: ReadonlyMap<string, ReadonlySet<string>>,
  before: { readonly functions: readonly FunctionRef[]; readonly calls: ResolvedCalls } | null,
): ResolvedCalls {
  const known = before?.calls.unfollowed === null ? before : null;
  const finder = new CalleeFinder(functions, symbols, pointers);
  const callees = functions.map(({ id, placed, summary }) => {
    return (
      (known?.functions[id]?.summary === summary ? known.calls.callees[id] : undefined) ??
      summary.calls.map(({ callee, indirect }) =>
        finder.targets(placed.file, callee, indirect).map((target) => target.id),
      )
    );
  });
  const within = bounded(functions, callees);
  return { ...within, order: stronglyConnected(within.callees) };
}

/** The callees up to the bound on those through pointers. */
function bounded(
  functions: readonly FunctionRef[],
  callees: readonly (readonly (readonly number[])[])[],
): Pick<ResolvedCalls, 'callees' | 'unfollowed'> {
  let left = MAX_INDIRECT;
  let unfollowed: ResolvedCalls['unfollowed'] = null;
  for (const { id, summary } of functions)
    for (const [call, { indirect }] of summary.calls.entries()) {
      if (!indirect) continue;
      left -= callees[id]?.[call]?.length ?? 0;
      if (left < 0) unfollowed ??= [id, call];
    }
  if (unfollowed === null) return { callees, unfollowed };
  const [last, first] = unfollowed;
  const kept = callees.map((lists, fn) =>
    lists.map((list, call) => {
      const follows = fn < last || (fn === last && call < first);
      return follows || functions[fn]?.summary.calls[call]?.indirect !== true ? list : [];
    }),
  );
  return { callees: kept, unfollowed };
}

/** The call graph of the functions as they stand, from their resolved calls. */
export function callGraph(
  functions: readonly FunctionRef[],
  resolved: ResolvedCalls,
  symbols: DriverSymbols,
  pointers: ReadonlyMap<string, ReadonlySet<string>>,
): CallGraph {
  const { callees, order } = resolved;
  let finder: CalleeFinder | null = null;
  const known = new Map<FunctionRef, readonly (readonly FunctionRef[])[]>();
  const named = (lists: readonly (readonly number[])[]): FunctionRef[][] =>
    lists.map((list) => list.flatMap((id) => functions[id] ?? []));
  return {
    ...{ functions, resolved },
    callees: (fn) => {
      let found = known.get(fn);
      if (found === undefined) known.set(fn, (found = named(callees[fn.id] ?? [])));
      return found;
    },
    get order() {
      return named(order);
    },
    targets: (fn, callee, indirect) => {
      finder ??= new CalleeFinder(functions, symbols, pointers);
      return finder.targets(fn.placed.file, callee, indirect);
    },
  };
}

/** Tarjan's algorithm, without recursion on the machine stack. */
function stronglyConnected(called: readonly (readonly (readonly number[])[])[]): number[][] {
  const count = called.length;
  const callees = called.map((calls) => calls.flat());
  const index = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const onStack = new Uint8Array(count);
  const stack: number[] = [];
  const groups: number[][] = [];
  let counter = 0;
  const enter = (v: number): void => {
    index[v] = low[v] = counter++;
    stack.push(v);
    onStack[v] = 1;
  };
  for (let start = 0; start < count; start++) {
    if (index[start] !== -1) continue;
    const work: { v: number; next: number }[] = [{ v: start, next: 0 }];
    enter(start);
    for (let frame = work[work.length - 1]; frame !== undefined; frame = work[work.length - 1]) {
      const { v } = frame;
      const w = callees[v]?.[frame.next++];
      if (w !== undefined) {
        if (index[w] === -1) {
          enter(w);
          work.push({ v: w, next: 0 });
        } else if (onStack[w] === 1) low[v] = Math.min(low[v] ?? 0, index[w] ?? 0);
        continue;
      }
      work.pop();
      const parent = work[work.length - 1];
      if (parent !== undefined) low[parent.v] = Math.min(low[parent.v] ?? 0, low[v] ?? 0);
      if (low[v] !== index[v]) continue;
      const group: number[] = [];
      for (let w2 = stack.pop(); w2 !== undefined; w2 = stack.pop()) {
        onStack[w2] = 0;
        group.push(w2);
        if (w2 === v) break;
      }
      groups.push(group);
    }
  }
  return groups;
}
