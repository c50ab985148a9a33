/** Which function calls which, and the order in which helpers come before their users. */
import type { DriverSymbols, FileModel, PlacedFunction } from './symbols.ts';
import type { Tape } from './tape.ts';

/** A function of the driver with its recorded flow. */
export interface FunctionRef {
  readonly id: number;
  readonly placed: PlacedFunction;
  readonly tape: Tape;
}

export interface CallGraph {
  readonly functions: readonly FunctionRef[];
  /** Callees of each recorded call of a function, in the order of `tape.calls`. */
  callees(fn: FunctionRef): readonly (readonly FunctionRef[])[];
  /** Callees by name, or by the key of a field. */
  targets(fn: FunctionRef, callee: string, indirect: boolean): readonly FunctionRef[];
  /** Groups of mutually recursive functions, callees first. */
  readonly order: readonly (readonly FunctionRef[])[];
}

/** Builds the call graph; `pointers` maps keys of fields to names of functions stored there. */
export function buildCallGraph(
  functions: readonly FunctionRef[],
  symbols: DriverSymbols,
  pointers: ReadonlyMap<string, ReadonlySet<string>>,
): CallGraph {
  const byPlace = new Map(functions.map((f) => [f.placed, f]));
  const resolve = (name: string, from: FunctionRef): FunctionRef | null => {
    const placed = symbols.functionFor(name, from.placed.file);
    return placed === null ? null : (byPlace.get(placed) ?? null);
  };
  const known = new Map<FileModel, Map<string, FunctionRef[]>>();
  const targets = (fn: FunctionRef, callee: string, indirect: boolean): FunctionRef[] => {
    const { file } = fn.placed;
    const ofFile = known.get(file) ?? new Map<string, FunctionRef[]>();
    if (ofFile.size === 0) known.set(file, ofFile);
    // A field's key has a dot, a function's name has none.
    const found = ofFile.get(callee);
    if (found !== undefined) return found;
    const names = indirect ? [...(pointers.get(callee) ?? [])] : [callee];
    const made = names.map((n) => resolve(n, fn)).filter((f) => f !== null);
    ofFile.set(callee, made);
    return made;
  };
  const callees = functions.map((fn) =>
    fn.tape.calls.map(({ callee, indirect }) => targets(fn, callee, indirect)),
  );
  return {
    ...{ functions, targets, callees: (fn) => callees[fn.id] ?? [] },
    order: stronglyConnected(functions, callees),
  };
}

/** Tarjan's algorithm, without recursion on the machine stack. */
function stronglyConnected(
  functions: readonly FunctionRef[],
  called: readonly (readonly (readonly FunctionRef[])[])[],
): FunctionRef[][] {
  const callees = called.map((calls) => {
    const out: number[] = [];
    for (const targets of calls) for (const t of targets) out.push(t.id);
    return out;
  });
  const index = new Array<number>(functions.length).fill(-1);
  const low = new Array<number>(functions.length).fill(0);
  const onStack = new Array<boolean>(functions.length).fill(false);
  const stack: number[] = [];
  const groups: FunctionRef[][] = [];
  let counter = 0;
  const enter = (v: number): void => {
    index[v] = low[v] = counter++;
    stack.push(v);
    onStack[v] = true;
  };
  for (const start of functions) {
    if (index[start.id] !== -1) continue;
    const work: { v: number; next: number }[] = [{ v: start.id, next: 0 }];
    enter(start.id);
    for (let frame = work[work.length - 1]; frame !== undefined; frame = work[work.length - 1]) {
      const { v } = frame;
      const w = callees[v]?.[frame.next++];
      if (w !== undefined) {
        if (index[w] === -1) {
          enter(w);
          work.push({ v: w, next: 0 });
        } else if (onStack[w] === true) low[v] = Math.min(low[v] ?? 0, index[w] ?? 0);
        continue;
      }
      work.pop();
      const parent = work[work.length - 1];
      if (parent !== undefined) low[parent.v] = Math.min(low[parent.v] ?? 0, low[v] ?? 0);
      if (low[v] !== index[v]) continue;
      const group: FunctionRef[] = [];
      for (let w2 = stack.pop(); w2 !== undefined; w2 = stack.pop()) {
        onStack[w2] = false;
        const f = functions[w2];
        if (f !== undefined) group.push(f);
        if (w2 === v) break;
      }
      groups.push(group);
    }
  }
  return groups;
}
