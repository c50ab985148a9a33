/**
 * What follows from the flows of all functions together, from one analysis to the next: calls, the linked graph, the
 * shapes of the buffer classes. It holds as long as every flow says the same: most of what is typed moves text only.
 */
import { type FunctionRef, resolveCalls, type ResolvedCalls } from './call-graph.ts';
import { type ClassShapes, shapeClasses } from './class-shapes.ts';
import { FactPlaces } from './classes.ts';
import { linkDriver, type LinkedDriver } from './link.ts';
import type { DriverSymbols } from './symbols.ts';
import { sameFlow } from './tape.ts';

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

export class LinkMemory {
  private last: Remembered | null = null;

  /** The links between the functions, made anew if any of them flows otherwise than before. */
  of(functions: readonly FunctionRef[], symbols: DriverSymbols, pointers: Pointers): Links {
    const { last } = this;
    const holds =
      last !== null && samePointers(last.pointers, pointers) && sameFunctions(last.functions, functions);
    const links = holds ? last : makeLinks(functions, symbols, pointers);
    const places = new FactPlaces(functions, links.linked, holds ? last.places : null);
    const { calls, linked, shapes } = links;
    this.last = { calls, linked, shapes, places, functions, pointers };
    return this.last;
  }
}

function makeLinks(
  functions: readonly FunctionRef[],
  symbols: DriverSymbols,
  pointers: Pointers,
): Omit<Links, 'places'> {
  const tapes = functions.map((f) => f.tape);
  const calls = resolveCalls(functions, symbols, pointers);
  const linked = linkDriver(tapes, calls);
  return { calls, linked, shapes: shapeClasses(linked, tapes, calls) };
}

function sameFunctions(a: readonly FunctionRef[], b: readonly FunctionRef[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ placed, tape }, i) => {
      const other = b[i];
      return (
        other !== undefined &&
        other.placed.item.name === placed.item.name &&
        other.placed.item.isStatic === placed.item.isStatic &&
        other.placed.file.path === placed.file.path &&
        sameFlow(tape, other.tape)
      );
    })
  );
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
