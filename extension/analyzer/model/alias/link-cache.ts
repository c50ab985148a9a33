/**
 * What follows from the flows of all functions together, from one analysis to the next: calls, the linked graph, the
 * shapes of the alias classes. It holds as long as every flow says the same: most of what is typed moves text only.
 */
import { type FunctionRef, resolveCalls, type ResolvedCalls } from '../flow/call-graph.ts';
import { type ClassShapes, shapeClasses } from './class-shapes.ts';
import { FactPlaces } from './alias-classes.ts';
import { linkDriver, type LinkedDriver } from './link.ts';
import type { DriverSymbols } from '../names/symbols.ts';
import { sameFlow } from '../flow/function-summary.ts';

/** Names of functions stored in fields, by `struct tag.field`. */
export type Pointers = ReadonlyMap<string, ReadonlySet<string>>;

export interface Links {
  readonly calls: ResolvedCalls;
  readonly linked: LinkedDriver;
  readonly shapes: ClassShapes;
  readonly places: FactPlaces;
}

interface Remembered extends Links {
  readonly functions: readonly FunctionRef[];
  readonly pointers: Pointers;
}

export class LinkCache {
  private last: Remembered | null = null;

  /** The links between the functions, made anew if any of them flows otherwise than before. */
  of(functions: readonly FunctionRef[], symbols: DriverSymbols, pointers: Pointers): Links {
    const { last } = this;
    const before =
      last !== null && samePointers(last.pointers, pointers) && sameHeads(last.functions, functions)
        ? last
        : null;
    const kept = before !== null && sameFlows(before.functions, functions) ? before : null;
    const { calls, linked, shapes } = kept ?? makeLinks(functions, symbols, pointers, before);
    const places = new FactPlaces(functions, linked, kept?.places ?? null);
    this.last = { calls, linked, shapes, places, functions, pointers };
    return this.last;
  }
}

function makeLinks(
  functions: readonly FunctionRef[],
  symbols: DriverSymbols,
  pointers: Pointers,
  before: Remembered | null,
): Omit<Links, 'places'> {
  const summaries = functions.map((f) => f.summary);
  const calls = resolveCalls(functions, symbols, pointers, before);
  const linked = linkDriver(summaries, calls);
  return { calls, linked, shapes: shapeClasses(linked, summaries, calls) };
}

/** True if calls reach the same functions, by number. */
function sameHeads(a: readonly FunctionRef[], b: readonly FunctionRef[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ placed: { item, file } }, i) => {
      const other = b[i]?.placed;
      return (
        other?.item.name === item.name &&
        other.item.isStatic === item.isStatic &&
        other.file.path === file.path
      );
    })
  );
}

function sameFlows(a: readonly FunctionRef[], b: readonly FunctionRef[]): boolean {
  return a.every(({ summary }, i) => {
    const other = b[i]?.summary;
    return other !== undefined && sameFlow(summary, other);
  });
}

function samePointers(a: Pointers, b: Pointers): boolean {
  if (a.size !== b.size) return false;
  for (const [key, names] of a) {
    const others = b.get(key);
    // The order counts too: facts are told in the order in which callees are linked.
    if (others?.size !== names.size || [...names].join() !== [...others].join()) return false;
  }
  return true;
}
