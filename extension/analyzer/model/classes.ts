/** From the linked graph to buffer classes: facts and holders grouped by buffer, roles decided. */
import type { Location, OffsetRange } from '../text/range.ts';
import type { Span } from '../syntax/ast.ts';
import type { BufferClass, BufferFact, Holder } from './buffer-class.ts';
import type { FunctionRef } from './call-graph.ts';
import type { HelperCall } from './driver-facts.ts';
import type { BufferRole } from '../../../simulator/driver-model/driver-model.ts';
import type { Graph, PlacedFact } from './graph.ts';
import type { PoolCreation } from './pool-params.ts';
import { Makers } from './makers.ts';
import { type LinkedDriver, RETURN_VALUE } from './link.ts';
import type { CallGraph } from './call-graph.ts';
import { besidePayload, decideRole, hasSplit, type RoleDecision } from './roles.ts';
import type { DriverSymbols, FileModel } from './symbols.ts';
import { isPageType, resolved, typeOf } from './types.ts';

export function locate(file: FileModel, base: number, span: Span): Location {
  const range: OffsetRange = { start: base + span.s, end: base + span.e };
  return { file: file.path, range };
}

/** Turns facts of functions into facts at places; one object a fact, however often it is asked for. */
export class FactPlaces {
  private readonly made = new Map<PlacedFact, BufferFact>();
  private readonly makers: Makers;

  constructor(calls: CallGraph) {
    this.makers = new Makers(calls);
  }

  place(p: PlacedFact): BufferFact {
    let found = this.made.get(p);
    if (found === undefined) {
      const { file, base, item } = p.fn.placed;
      const { kind, api, source, direction, wholeBuffer, madeBy } = p.fact;
      found = {
        kind,
        api,
        source,
        direction,
        wholeBuffer,
        madeBy: this.makers.resolve(p.fn, madeBy),
        fn: item.name,
        location: locate(file, base, p.fact.at),
        apiAt: locate(file, base, p.fact.apiAt),
      };
      this.made.set(p, found);
    }
    return found;
  }
}

/** Buffers of helpers as seen from inside, which every caller has its own copy of. */
function abstractBuffers(linked: LinkedDriver): Set<number> {
  const { graph } = linked;
  const out = new Set<number>();
  const visit = (n: number, depth: number): void => {
    if (n < 0 || depth > 4 || graph.isShared(n)) return;
    const buffer = graph.bufferIfAny(n);
    if (buffer >= 0 && !graph.isShared(buffer)) {
      out.add(buffer);
      for (const o of graph.originsOf(buffer)) if (!graph.isShared(o)) out.add(o);
    }
    const pointee = graph.pointeeIfAny(n);
    if (pointee >= 0) visit(pointee, depth + 1);
  };
  for (const fn of linked.called) {
    const nodes = linked.nodes.get(fn);
    if (nodes === undefined) continue;
    for (const p of nodes.params.values()) visit(p, 0);
    if (nodes.result >= 0) visit(nodes.result, 0);
  }
  return out;
}

interface Draft {
  readonly buffer: number;
  readonly facts: BufferFact[];
  /** Values that denote the buffer. */
  readonly nodes: number[];
  readonly originFacts: BufferFact[];
  decision: RoleDecision;
}

/** All classes of a driver that say anything, and the helper calls that pass their buffers. */
export function collectClasses(
  linked: LinkedDriver,
  calls: CallGraph,
  symbols: DriverSymbols,
  creations: readonly PoolCreation[],
): { classes: BufferClass[]; helperCalls: HelperCall[]; roles: Map<PoolCreation, BufferRole> } {
  const { graph } = linked;
  const places = new FactPlaces(calls);
  const abstract = abstractBuffers(linked);
  const drafts = new Map<number, Draft>();
  const holders = new HolderFinder(symbols);
  for (let n = 0; n < graph.size; n++) {
    if (graph.find(n) !== n) continue;
    const buffer = graph.bufferIfAny(n);
    if (buffer < 0 || abstract.has(buffer)) continue;
    if (!graph.hasFacts(buffer)) continue;
    let draft = drafts.get(buffer);
    if (draft === undefined) {
      const facts = [...graph.factsOf(buffer)].map((f) => places.place(f));
      const originFacts = allOrigins(graph, buffer).flatMap((o) =>
        [...graph.factsOf(o)].map((f) => places.place(f)),
      );
      draft = { buffer, facts, nodes: [], originFacts, decision: decideRole({ facts, originFacts }) };
      drafts.set(buffer, draft);
    }
    draft.nodes.push(n);
  }
  const live = [...drafts.values()];
  if (hasSplit(live.map((d) => ({ role: d.decision.role, facts: d.facts }))))
    for (const d of live) d.decision = besidePayload(d.decision, d.facts);
  const ids = new Map<number, string>();
  const usedBy = new Map<PoolCreation, Set<BufferRole>>();
  const classes = live.map((d, i): BufferClass => {
    const id = `buffer-${i + 1}`;
    ids.set(d.buffer, id);
    const { role, reason, evidence } = d.decision;
    let found: readonly Holder[] | null = null;
    const pools = creationsOf(graph, d.buffer, creations);
    for (const p of pools) (usedBy.get(p) ?? usedBy.set(p, new Set()).get(p))?.add(role);
    return {
      id,
      role,
      reason,
      evidence,
      facts: d.facts,
      // Only a rule or two look at them, and at those of few classes.
      get holders() {
        return (found ??= holders.of(graph, d.nodes));
      },
      pools: pools.map((p) => `${p.fn.item.name}/${p.holder}`),
    };
  });
  const roles = new Map([...usedBy].map(([p, set]) => [p, poolRole(set)]));
  return { classes, helperCalls: findHelperCalls(linked, calls, ids, places), roles };
}

/** The creations whose pools a buffer was taken from or given back to. */
function creationsOf(graph: Graph, buffer: number, creations: readonly PoolCreation[]): PoolCreation[] {
  const facts = graph
    .poolsOf(buffer)
    .flatMap((p) => [...graph.factsOf(p)].filter((f) => f.fact.kind === 'create-pool'));
  return creations.filter((c) =>
    facts.some((f) => f.fn.placed.item === c.fn.item && f.fact.at.s === c.call.s),
  );
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

function allOrigins(graph: LinkedDriver['graph'], buffer: number): number[] {
  const seen = new Set<number>();
  const work = [...graph.originsOf(buffer)];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    if (seen.has(at) || seen.size > 32) continue;
    seen.add(at);
    work.push(...graph.originsOf(at));
  }
  return [...seen];
}

/** Holders by what the graph knows of them; the same declaration is the same object. */
class HolderFinder {
  private readonly symbols: DriverSymbols;
  private readonly named = new Map<string, Holder[]>();
  private readonly local = new Map<FunctionRef, Map<number, Holder[]>>();

  constructor(symbols: DriverSymbols) {
    this.symbols = symbols;
  }

  /** All that hold one of the values. */
  of(graph: Graph, nodes: readonly number[]): Holder[] {
    const out = new Set<Holder>();
    for (const n of nodes) {
      for (const key of graph.keysOf(n)) for (const h of this.ofKey(key)) out.add(h);
      for (const { fn, variable } of graph.holdersOf(n))
        for (const h of this.ofVariable(fn, variable)) out.add(h);
    }
    return [...out];
  }

  private ofKey(key: string): Holder[] {
    return remember(this.named, key, () => {
      const dot = key.lastIndexOf('.');
      const global = dot < 0 ? this.symbols.globals.get(key.slice('global '.length)) : undefined;
      if (global !== undefined)
        return [this.declared('global', '', -1, global.file, global.base, global.item)];
      const info = this.symbols.structs.get(key.slice(0, dot));
      const field = info?.fields.get(key.slice(dot + 1));
      return info === undefined || field === undefined
        ? []
        : [this.declared('field', key.slice(0, dot), -1, info.file, info.base, field)];
    });
  }

  private declared(
    kind: Holder['kind'],
    owner: string,
    index: number,
    file: FileModel,
    base: number,
    d: {
      readonly name: string;
      readonly s: number;
      readonly e: number;
      readonly nameAt: Span;
      readonly baseAt: Span;
      readonly type: {
        readonly base: string;
        readonly stars: number;
        readonly dims: number;
        readonly fn: boolean;
      };
    },
  ): Holder {
    const type = resolved(typeOf({ ...d.type, s: 0, e: 0 }), this.symbols);
    return {
      kind,
      name: d.name,
      owner,
      index,
      type,
      location: locate(file, base, d),
      nameAt: locate(file, base, d.nameAt),
      baseAt: locate(file, base, d.baseAt),
      page: type.base === 'struct page' || type.base === 'netmem_ref' || isPageType(type),
    };
  }

  private ofVariable(fn: FunctionRef, variable: number): Holder[] {
    let own = this.local.get(fn);
    if (own === undefined) this.local.set(fn, (own = new Map<number, Holder[]>()));
    return remember(own, variable, () =>
      variable === RETURN_VALUE ? this.ofReturn(fn) : this.ofLocal(fn, variable),
    );
  }

  private ofLocal(fn: FunctionRef, variable: number): Holder[] {
    const { file, base, item } = fn.placed;
    const v = fn.tape.variables[variable];
    if (v === undefined) return [];
    const own: Holder = {
      kind: v.parameter >= 0 ? 'parameter' : 'local',
      name: v.name,
      owner: item.name,
      index: v.parameter,
      type: v.type,
      location: locate(file, base, v.declarator),
      nameAt: locate(file, base, v.nameAt),
      baseAt: locate(file, base, v.baseAt),
      page: v.type.base === 'struct page' || v.type.base === 'netmem_ref',
    };
    if (v.parameter < 0) return [own];
    const prototypes = (this.symbols.prototypes.get(item.name) ?? []).flatMap((p) => {
      const d = p.item.params?.[v.parameter];
      return d === undefined
        ? []
        : [this.declared('prototype-parameter', item.name, v.parameter, p.file, p.base, d)];
    });
    return [own, ...prototypes];
  }

  private ofReturn(fn: FunctionRef): Holder[] {
    const { file, base, item } = fn.placed;
    const d = {
      name: item.name,
      s: item.nameAt.s,
      e: item.nameAt.e,
      nameAt: item.nameAt,
      baseAt: item.returnBaseAt,
      type: item.returns,
    };
    return [
      this.declared('return', item.name, -1, file, base, d),
      ...(this.symbols.prototypes.get(item.name) ?? []).map((p) =>
        this.declared('prototype-return', item.name, -1, p.file, p.base, p.item),
      ),
    ];
  }
}

function remember<K, V>(made: Map<K, V>, key: K, make: () => V): V {
  let found = made.get(key);
  if (found === undefined) made.set(key, (found = make()));
  return found;
}

function findHelperCalls(
  linked: LinkedDriver,
  calls: CallGraph,
  ids: ReadonlyMap<number, string>,
  places: FactPlaces,
): HelperCall[] {
  const { graph } = linked;
  const out: HelperCall[] = [];
  const hasClass = (n: number): boolean =>
    n >= 0 && (ids.has(graph.bufferIfAny(n)) || ids.has(bufferBehind(graph, n)));
  for (const fn of calls.functions) {
    const own = linked.nodes.get(fn);
    if (own === undefined) continue;
    const callees = calls.callees(fn);
    const passes = (n: number): boolean => n >= 0 && hasClass(own.nodes[n] ?? -1);
    for (const [i, call] of fn.tape.calls.entries()) {
      if (!passes(call.result) && !call.args.some(passes)) continue;
      for (const target of callees[i] ?? []) {
        const inner = linked.nodes.get(target);
        if (inner === undefined) continue;
        const pairs: [number, number][] = call.args.map((a, i) => [a, inner.params.get(i) ?? -1]);
        pairs.push([call.result, inner.result]);
        for (const [a, p] of pairs) {
          const here = a < 0 ? -1 : (own.nodes[a] ?? -1);
          if (here < 0 || p < 0) continue;
          for (const [x, y] of [
            [graph.bufferIfAny(here), graph.bufferIfAny(p)],
            [bufferBehind(graph, here), bufferBehind(graph, p)],
          ] as const) {
            const classId = x < 0 ? undefined : ids.get(x);
            if (classId === undefined || y < 0 || graph.isShared(y)) continue;
            const facts = [...graph.factsOf(y)].map((f) => places.place(f));
            if (facts.length === 0) continue;
            const { file, base, item } = fn.placed;
            out.push({
              callee: call.callee,
              location: locate(file, base, call.at),
              calleeAt: locate(file, base, call.calleeAt),
              fn: item.name,
              classId,
              facts,
            });
          }
        }
      }
    }
  }
  return out;
}

function bufferBehind(graph: LinkedDriver['graph'], n: number): number {
  const p = graph.pointeeIfAny(n);
  return p < 0 ? -1 : graph.bufferIfAny(p);
}
