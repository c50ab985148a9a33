/**
 * Alias classes before they have a place in the text: which facts and values belong together, and the role that
 * follows. Like the linked driver, they hold as long as the flows of all functions say the same.
 */
import { AddressFinder, type AddressOrigins, type FactIndex } from './address-origins.ts';
import { effectsOf } from '../../kernel/table.ts';
import type { ResolvedCalls } from '../flow/call-graph.ts';
import type { AliasGraph } from './alias-graph.ts';
import type { LinkedDriver } from './link.ts';
import { Provenance } from './provenance.ts';
import { besidePayload, decideRole, hasSplit, type RoleDecision, type RoleFact } from './roles.ts';
import type { FunctionSummary } from '../flow/function-summary.ts';

/** A fact of a function: what it says besides its place. */
export interface FactShape extends RoleFact {
  readonly number: number;
  /** Number of the function. */
  readonly fn: number;
  /** Index in the function's summary. */
  readonly index: number;
}

export interface ClassShape {
  readonly id: string;
  readonly decision: RoleDecision<FactShape>;
  readonly facts: readonly FactShape[];
  /** Values that denote the buffer. */
  readonly nodes: readonly number[];
  /** The calls that make the pools it was taken from or given back to. */
  readonly creations: readonly FactShape[];
}

/** A call of a driver's own helper that hands a buffer of a class in or out. */
export interface HelperCallShape {
  readonly fn: number;
  /** Index in the function's summary. */
  readonly call: number;
  readonly classId: string;
  /** What the helper does to the buffer. */
  readonly facts: readonly FactShape[];
  /** True if the buffer lies in a structure that is handed over, not handed over itself. */
  readonly inObject: boolean;
}

export interface ClassShapes {
  readonly classes: readonly ClassShape[];
  readonly helperCalls: readonly HelperCallShape[];
  /** Where the address that a fact is about was mapped. */
  readonly mappedBy: (fact: FactIndex) => AddressOrigins & { readonly into: string };
  /** A fact of a function. */
  readonly factOf: (fact: FactIndex) => FactShape | undefined;
}

/** One object a fact, however often it is asked for. */
class FactShapes {
  private readonly made: (FactShape | undefined)[] = [];
  private readonly lists = new Map<number, readonly FactShape[]>();
  private readonly provenance: Provenance;
  private readonly linked: LinkedDriver;
  private readonly summaries: readonly FunctionSummary[];

  constructor(linked: LinkedDriver, summaries: readonly FunctionSummary[], calls: ResolvedCalls) {
    this.provenance = new Provenance(summaries, calls);
    this.linked = linked;
    this.summaries = summaries;
  }

  /** All about a buffer. */
  of(buffer: number): readonly FactShape[] {
    const root = this.linked.graph.find(buffer);
    let found = this.lists.get(root);
    if (found === undefined) this.lists.set(root, (found = this.list(root)));
    return found;
  }

  numbered(n: number): FactShape | undefined {
    return (this.made[n] ??= this.make(n));
  }

  private list(buffer: number): FactShape[] {
    const out: FactShape[] = [];
    for (const n of this.linked.graph.factsOf(buffer)) {
      const shape = this.numbered(n);
      if (shape !== undefined) out.push(shape);
    }
    return out;
  }

  private make(number: number): FactShape | undefined {
    const fn = this.linked.factOwners[number] ?? -1;
    const index = number - (this.linked.functions[fn]?.firstFact ?? 0);
    const fact = this.summaries[fn]?.facts[index];
    if (fact === undefined) return undefined;
    const { kind, api, source, direction, madeBy } = fact;
    const intoPacket = kind === 'copy-from' && this.copiesIntoPacket(fn, index);
    const made = this.provenance.resolve(fn, madeBy);
    return { number, fn, index, kind, api, source, direction, madeBy: made, intoPacket };
  }

  /** True if what the call copies gets into the memory of a socket buffer. */
  private copiesIntoPacket(fn: number, index: number): boolean {
    const facts = this.summaries[fn]?.facts;
    const [to, from] = [facts?.[index - 1], facts?.[index]];
    if (to?.kind !== 'copy-to' || to.at.s !== from?.at.s || to.at.e !== from.at.e) return false;
    return this.provenance.resolve(fn, to.madeBy).some(isOfPacket);
  }
}

/** True for what makes a socket buffer, or its memory. */
function isOfPacket(name: string): boolean {
  return name === 'skb-linear' || effectsOf(name)?.some(({ source }) => source === 'skb') === true;
}

interface Draft {
  readonly buffer: number;
  readonly facts: readonly FactShape[];
  readonly nodes: number[];
  decision: RoleDecision<FactShape>;
}

/** All classes of a driver that say anything, and the helper calls that pass their buffers. */
export function shapeClasses(
  linked: LinkedDriver,
  summaries: readonly FunctionSummary[],
  calls: ResolvedCalls,
): ClassShapes {
  const { graph } = linked;
  const facts = new FactShapes(linked, summaries, calls);
  const abstract = abstractBuffers(linked);
  const drafts = new Map<number, Draft>();
  for (let n = 0; n < graph.size; n++) {
    if (graph.find(n) !== n) continue;
    const buffer = graph.bufferIfAny(n);
    if (buffer < 0 || !graph.hasFacts(buffer) || abstract.has(buffer)) continue;
    let draft = drafts.get(buffer);
    if (draft === undefined) {
      const own = facts.of(buffer);
      const originFacts = allOrigins(graph, buffer).flatMap((o) => facts.of(o));
      draft = { buffer, facts: own, nodes: [], decision: decideRole({ facts: own, originFacts }) };
      drafts.set(buffer, draft);
    }
    draft.nodes.push(n);
  }
  const live = [...drafts.values()];
  if (hasSplit(live.map((d) => ({ role: d.decision.role, facts: d.facts }))))
    for (const d of live) d.decision = besidePayload(d.decision, d.facts);
  const ids = new Map<number, string>();
  const classes = live.map(({ buffer, decision, facts: own, nodes }, i): ClassShape => {
    const id = `buffer-${i + 1}`;
    ids.set(buffer, id);
    const creations = graph
      .poolsOf(buffer)
      .flatMap((pool) => facts.of(pool).filter((f) => f.kind === 'create-pool'));
    return { id, decision, facts: own, nodes, creations };
  });
  const addresses = new AddressFinder(summaries, calls);
  return {
    classes,
    helperCalls: findHelperCalls(linked, summaries, calls, ids, facts),
    mappedBy: ({ fn, index }) => {
      const { from = [], into = '' } = summaries[fn]?.facts[index] ?? {};
      return { ...addresses.of(fn, from), into: addresses.fieldAt(fn, into) };
    },
    factOf: ({ fn, index }) => facts.numbered((linked.functions[fn]?.firstFact ?? 0) + index),
  };
}

/** Buffers of helpers as seen from inside, which every caller has its own copy of. */
function abstractBuffers({ graph, called, functions }: LinkedDriver): Set<number> {
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
    for (const field of graph.fieldsOf(n).values()) visit(field, depth + 1);
  };
  for (const fn of called) {
    const own = functions[fn];
    if (own === undefined) continue;
    for (const p of own.params) visit(p, 0);
    if (own.result >= 0) visit(own.result, 0);
  }
  return out;
}

function allOrigins(graph: AliasGraph, buffer: number): number[] {
  const seen = new Set<number>();
  const work = [...graph.originsOf(buffer)];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    if (seen.has(at) || seen.size > 32) continue;
    seen.add(at);
    work.push(...graph.originsOf(at));
  }
  return [...seen];
}

function findHelperCalls(
  { graph, functions, nodes }: LinkedDriver,
  summaries: readonly FunctionSummary[],
  calls: ResolvedCalls,
  ids: ReadonlyMap<number, string>,
  places: FactShapes,
): HelperCallShape[] {
  const out: HelperCallShape[] = [];
  const hasClass = (n: number): boolean => n >= 0 && buffersOf(graph, n, n).some((b) => ids.has(b.of));
  summaries.forEach((summary, fn) => {
    const from = functions[fn]?.from ?? 0;
    const own = (n: number): number => (n < 0 ? -1 : (nodes[from + n] ?? -1));
    const passes = (n: number): boolean => hasClass(own(n));
    summary.calls.forEach(({ result, args }, call) => {
      if (!passes(result) && !args.some(passes)) return;
      for (const target of calls.callees[fn]?.[call] ?? []) {
        const inner = functions[target];
        if (inner === undefined) continue;
        const pairs: [number, number][] = args.map((a, i) => [a, inner.params[i] ?? -1]);
        pairs.push([result, inner.result]);
        for (const [a, p] of pairs) {
          const here = own(a);
          if (here < 0 || p < 0) continue;
          for (const { of: x, inHelper: y, inObject } of buffersOf(graph, here, p)) {
            const classId = x < 0 ? undefined : ids.get(x);
            if (classId === undefined || y < 0 || graph.isShared(y)) continue;
            const facts = places.of(y);
            if (facts.length > 0) out.push({ fn, call, classId, facts, inObject });
          }
        }
      }
    });
  });
  return out;
}

/** The same buffer as the caller of a helper sees it and as the helper does; -1 if there is none. */
interface BufferPair {
  readonly of: number;
  readonly inHelper: number;
  readonly inObject: boolean;
}

/** How many structures lie between a helper's argument and the buffer at most. */
const NESTED = 3;

/**
 * Buffers that the values `a` of a caller and `b` of the helper it calls denote, in pairs: the value's own, the one
 * behind it, those in the fields of the object it points to.
 */
function buffersOf(graph: AliasGraph, a: number, b: number, level = 0): BufferPair[] {
  const inObject = level > 0;
  const out: BufferPair[] = [
    { of: graph.bufferIfAny(a), inHelper: graph.bufferIfAny(b), inObject },
    { of: bufferBehind(graph, a), inHelper: bufferBehind(graph, b), inObject },
  ];
  if (level === NESTED) return out;
  const fields = graph.fieldsOf(a);
  for (const [key, field] of graph.fieldsOf(b)) {
    const own = fields.get(key);
    if (own !== undefined) out.push(...buffersOf(graph, own, field, level + 1));
  }
  return out;
}

function bufferBehind(graph: AliasGraph, n: number): number {
  const p = graph.pointeeIfAny(n);
  return p < 0 ? -1 : graph.bufferIfAny(p);
}
