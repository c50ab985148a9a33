/** Alias classes at their places in the text, from their shapes. */
import type { BufferRole } from '../../../../simulator/contract/driver-model.ts';
import type { FactIndex } from './address-origins.ts';
import { type AliasClass, type BufferFact, type HelperCall, type Holder, locate } from './alias-class.ts';
import type { FunctionRef } from '../flow/call-graph.ts';
import type { ClassShape, ClassShapes, FactShape } from './class-shapes.ts';
import { HolderFinder } from './holders.ts';
import type { LinkedDriver } from './link.ts';
import type { PoolCreation } from './pool-params.ts';
import type { DriverSymbols } from '../names/symbols.ts';

/** Facts at their places; one object a fact, however often it is asked for. */
export class FactPlaces {
  private readonly made: (BufferFact | undefined)[] = [];
  private readonly functions: readonly FunctionRef[];
  private readonly linked: LinkedDriver;
  private indices: Map<BufferFact, FactIndex> | null = null;

  /** @param before those of an analysis with the same shapes: what has not moved since stays the same object */
  constructor(functions: readonly FunctionRef[], linked: LinkedDriver, before: FactPlaces | null) {
    this.functions = functions;
    this.linked = linked;
    before?.made.forEach((fact, number) => {
      const fn = linked.factOwners[number] ?? -1;
      const now = functions[fn]?.placed;
      const then = before.functions[fn]?.placed;
      if (now?.item === then?.item && now?.base === then?.base) this.made[number] = fact;
    });
  }

  all(shapes: readonly FactShape[]): BufferFact[] {
    const out: BufferFact[] = [];
    for (const shape of shapes) {
      const fact = (this.made[shape.number] ??= this.place(shape));
      if (fact !== undefined) out.push(fact);
    }
    return out;
  }

  /** The function of a fact and its number in there; null for one that is not of these. */
  indexOf(fact: BufferFact): FactIndex | null {
    if (this.indices === null) {
      this.indices = new Map<BufferFact, FactIndex>();
      for (const [number, made] of this.made.entries()) {
        const fn = this.linked.factOwners[number] ?? -1;
        if (made !== undefined)
          this.indices.set(made, { fn, index: number - (this.linked.functions[fn]?.firstFact ?? 0) });
      }
    }
    return this.indices.get(fact) ?? null;
  }

  private place({ fn, index, madeBy }: FactShape): BufferFact | undefined {
    const owner = this.functions[fn];
    const fact = owner?.summary.facts[index];
    if (owner === undefined || fact === undefined) return undefined;
    const { file, base, item } = owner.placed;
    const { kind, api, source, direction, wholeBuffer, postedInto } = fact;
    return {
      ...{ kind, api, source, direction, wholeBuffer, madeBy, postedInto, fn: item.name },
      location: locate(file, base, fact.at),
      apiAt: locate(file, base, fact.apiAt),
    };
  }
}

class PlacedClass implements AliasClass {
  readonly id: string;
  readonly role: BufferRole;
  readonly reason: string;
  readonly evidence: readonly BufferFact[];
  readonly facts: readonly BufferFact[];
  readonly pools: readonly string[];
  readonly #nodes: readonly number[];
  readonly #finder: HolderFinder;
  #holders: readonly Holder[] | null = null;
  #arrays: readonly Holder[] | null = null;

  constructor(shape: ClassShape, pools: readonly PoolCreation[], places: FactPlaces, finder: HolderFinder) {
    this.id = shape.id;
    this.role = shape.decision.role;
    this.reason = shape.decision.reason;
    this.evidence = places.all(shape.decision.evidence);
    this.facts = places.all(shape.facts);
    this.pools = pools.map((p) => p.name);
    this.#nodes = shape.nodes;
    this.#finder = finder;
  }

  /** Only a rule or two look at them, and at those of few classes. */
  get holders(): readonly Holder[] {
    return (this.#holders ??= this.#finder.of(this.#nodes));
  }

  get arrays(): readonly Holder[] {
    return (this.#arrays ??= this.#finder.arraysOf(this.#nodes));
  }
}

export interface PlacedClasses {
  readonly classes: readonly AliasClass[];
  readonly helperCalls: () => readonly HelperCall[];
  /** What the pools that something is taken from serve. */
  readonly roles: ReadonlyMap<PoolCreation, BufferRole>;
}

export function placeClasses(
  shapes: ClassShapes,
  linked: LinkedDriver,
  functions: readonly FunctionRef[],
  symbols: DriverSymbols,
  creations: readonly PoolCreation[],
  places: FactPlaces,
): PlacedClasses {
  const holders = new HolderFinder(symbols, functions, linked);
  const usedBy = new Map<PoolCreation, Set<BufferRole>>();
  const numbers = new Map(functions.map(({ placed, id }) => [placed.item, id]));
  const keys = new Map(creations.map((c) => [c, `${numbers.get(c.fn.item)}:${c.call.s}`]));
  const classes = shapes.classes.map((shape): AliasClass => {
    const made = new Set(shape.creations.map((f) => creationKey(f, functions)));
    const pools = creations.filter((c) => made.has(keys.get(c) ?? ''));
    for (const p of pools) (usedBy.get(p) ?? usedBy.set(p, new Set()).get(p))?.add(shape.decision.role);
    return new PlacedClass(shape, pools, places, holders);
  });
  const roles = new Map([...usedBy].map(([p, set]) => [p, poolRole(set)]));
  return { classes, helperCalls: () => placeHelperCalls(shapes, functions, places), roles };
}

/** Names the call that the fact is about: its function by number, and where it stands in there. */
function creationKey({ fn, index }: FactShape, functions: readonly FunctionRef[]): string {
  return `${fn}:${functions[fn]?.summary.facts[index]?.at.s}`;
}

/** What the memory of a received packet goes through besides: no kind of buffer of its own. */
const PASSING: ReadonlySet<BufferRole> = new Set(['xdp', 'tx', 'private', 'unknown']);

/** A pool that serves payload among others is mixed; one that serves a single kind is of that kind. */
function poolRole(roles: ReadonlySet<BufferRole>): BufferRole {
  const received = [...roles].filter((r) => !PASSING.has(r));
  const known = received.length > 0 ? received : [...roles].filter((r) => r !== 'unknown');
  const [only] = known;
  if (only === undefined) return 'unknown';
  return known.length === 1 ? only : 'mixed';
}

function placeHelperCalls(
  { helperCalls }: ClassShapes,
  functions: readonly FunctionRef[],
  places: FactPlaces,
): HelperCall[] {
  return helperCalls.flatMap(({ fn, call, classId, facts, inObject }) => {
    const caller = functions[fn];
    const at = caller?.summary.calls[call];
    if (caller === undefined || at === undefined) return [];
    const { file, base, item } = caller.placed;
    return {
      callee: at.callee,
      location: locate(file, base, at.at),
      calleeAt: locate(file, base, at.calleeAt),
      fn: item.name,
      classId,
      facts: places.all(facts),
      inObject,
    };
  });
}
