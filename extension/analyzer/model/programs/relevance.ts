/** Which functions matter to which paths: those that touch their buffers, and all that lead to such. */
import type { PacketEffect } from '../../kernel/entry/effect.ts';
import { TYPE } from '../../kernel/structures.ts';
import type { FunctionRef } from '../flow/call-graph.ts';
import type { AliasClass, BufferFact } from '../alias/alias-class.ts';
import type { Mapping } from '../transmit/transmit-mapping.ts';
import type { DriverIndex } from './driver-index.ts';
import { isOwnMemory, isUnfollowed, type RingClass } from './receive.ts';
import { surveyOf } from './survey.ts';

const RECEIVES: ReadonlySet<PacketEffect> = new Set([
  'deliver',
  'mark-for-recycle',
  'napi-get-frags',
  'pull-headers',
  'run-xdp',
  'build-from-xdp',
]);
const QUEUES: ReadonlySet<PacketEffect> = new Set(['pool-destroy', 'napi-enable', 'napi-disable']);

const MOST_CANDIDATES = 3;
const DELIVERY = 20;

export class Relevance {
  readonly receive: ReadonlySet<FunctionRef>;
  readonly transmit: ReadonlySet<FunctionRef>;
  readonly queue: ReadonlySet<FunctionRef>;
  private readonly index: DriverIndex;
  private readonly callees: ReadonlyMap<FunctionRef, readonly FunctionRef[]>;
  /** Functions that take a ring's buffers from where they come from, and that give them back. */
  private readonly allocating: ReadonlySet<FunctionRef>;
  private readonly releasing: ReadonlySet<FunctionRef>;
  /** What each function does to buffers: `pool-allocate 3` for class 3 from its pool, `allocate 4` for one without. */
  private readonly ringFacts = new Map<FunctionRef, Set<string>>();
  private readonly sentFacts = new Map<FunctionRef, Set<string>>();

  constructor(index: DriverIndex, ring: ReadonlyMap<number, RingClass>, sent: ReadonlyMap<number, Mapping>) {
    this.index = index;
    const { functions } = index.facts.calls;
    this.callees = new Map(functions.map((f) => [f, calleesOf(f, index)]));
    const byName = new Map<string, FunctionRef>();
    for (const f of functions) byName.set(`${f.placed.file.path}:${f.placed.item.name}`, f);
    const receives = new Set<FunctionRef>();
    const transmits = new Set<FunctionRef>();
    const creates = new Set<FunctionRef>();
    const allocates = new Set<FunctionRef>();
    const releases = new Set<FunctionRef>();
    index.classes.forEach((c, i) => {
      const pooled = c.facts.some((fact) => isFromPool(fact));
      for (const fact of c.facts) {
        const f = byName.get(`${fact.location.file}:${fact.fn}`);
        if (f === undefined) continue;
        if (ring.has(i) || isUnfollowed(fact, c) || copiesIntoPacket(fact, c, f)) receives.add(f);
        if (ring.has(i) && fact.kind === 'allocate') allocates.add(f);
        if (ring.has(i) && (fact.kind === 'release' || fact.kind === 'put-page')) releases.add(f);
        if (sent.has(i)) transmits.add(f);
        if (ring.has(i)) note(this.ringFacts, f, `${kindOf(fact, pooled)} ${i}`);
        if (sent.has(i)) note(this.sentFacts, f, `${fact.kind} ${i}`);
        if (fact.kind === 'create-pool') creates.add(f);
      }
    });
    // Who is handed a buffer may put it into a slot, which is no fact.
    for (const { index: n } of ring.values()) {
      for (const h of index.classes[n]?.holders ?? []) {
        const f = h.kind === 'parameter' ? byName.get(`${h.location.file}:${h.owner}`) : undefined;
        if (f !== undefined) receives.add(f);
      }
    }
    for (const f of functions) {
      const { effects } = surveyOf(f.placed.item);
      for (const e of effects) {
        if (RECEIVES.has(e)) receives.add(f);
        if (QUEUES.has(e)) creates.add(f);
      }
    }
    this.receive = this.leadingTo(receives);
    this.transmit = this.leadingTo(transmits);
    this.queue = this.leadingTo(new Set([...receives, ...creates]));
    this.allocating = allocates;
    this.releasing = releases;
  }

  /** The functions and all that call them, directly or not. */
  private leadingTo(seeds: ReadonlySet<FunctionRef>): ReadonlySet<FunctionRef> {
    const out = new Set<FunctionRef>();
    for (const group of this.index.facts.calls.order)
      for (const round of [group, group])
        for (const f of round)
          if (seeds.has(f) || this.callees.get(f)?.some((g) => out.has(g)) === true) out.add(f);
    return out;
  }

  /** Candidates for a refill function of its own: the nearest loops around the allocations; likeliest first. */
  fillers(): readonly FunctionRef[] {
    return this.likeliest(this.loopsOver(this.allocating), 'allocate');
  }

  /** Functions that take one buffer for each of the rings, where no loop of the driver's calls them for all slots. */
  slotFillers(): readonly FunctionRef[] {
    const callers = new Set(this.leadingTo(this.allocating));
    return this.likeliest([...callers], 'allocate');
  }

  /** Candidates for the function that empties a ring, likeliest first. */
  releasers(): readonly FunctionRef[] {
    return this.likeliest(this.loopsOver(this.releasing), 'release');
  }

  /**
   * The entries that reach most of what is done to buffers, and of those the ones that reach most functions; writing the
   * tree of each would take long.
   */
  richest(entries: readonly FunctionRef[], sent: boolean): readonly FunctionRef[] {
    return entries
      .map((entry) => ({ entry, worth: this.reach(entry, sent).size, size: this.reached(entry).size }))
      .filter(({ worth }) => worth > 0)
      .sort((a, b) => b.worth - a.worth || b.size - a.size)
      .map(({ entry }) => entry);
  }

  /** Kinds of facts by class that the function and its callees state, and what they ask of the stack. */
  private reach(entry: FunctionRef, sent: boolean): ReadonlySet<string> {
    const out = new Set<string>();
    for (const f of this.reached(entry)) {
      for (const item of (sent ? this.sentFacts : this.ringFacts).get(f) ?? []) out.add(item);
      if (!sent)
        for (const e of surveyOf(f.placed.item).effects)
          if (RECEIVES.has(e) && e !== 'pull-headers') weigh(out, e);
    }
    return out;
  }

  /** The functions and all that they call, directly or not. */
  closure(entries: readonly FunctionRef[]): ReadonlySet<FunctionRef> {
    const seen = new Set(entries);
    for (const f of seen) for (const g of this.callees.get(f) ?? []) seen.add(g);
    return seen;
  }

  /** The entry and all that it calls, directly or not. */
  private reached(entry: FunctionRef): ReadonlySet<FunctionRef> {
    return this.closure([entry]);
  }

  /** Those that do it for most classes first, pools before all, then those that do little else; none that handles packets. */
  private likeliest(found: readonly FunctionRef[], kind: 'allocate' | 'release'): readonly FunctionRef[] {
    return found
      .map((f) => ({ f, reach: this.reach(f, false) }))
      .filter(({ reach }) => !reach.has('deliver'))
      .map(({ f, reach }) => {
        const items = [...reach];
        const some = (start: string): number => items.filter((item) => item.startsWith(start)).length;
        return { f, pooled: some(`pool-${kind} `), classes: some(`${kind} `), size: reach.size };
      })
      .sort((a, b) => b.pooled - a.pooled || b.classes - a.classes || a.size - b.size)
      .slice(0, MOST_CANDIDATES)
      .map(({ f }) => f);
  }

  /**
   * Functions with a loop that reaches one of `seeds` through helpers without loops, and functions that call several
   * of them: a ring each for headers and payload.
   */
  private loopsOver(seeds: ReadonlySet<FunctionRef>): readonly FunctionRef[] {
    const inner = new Set(seeds);
    const found = new Set<FunctionRef>();
    for (const group of this.index.facts.calls.order)
      for (const f of group) {
        const callees = this.callees.get(f) ?? [];
        if (callees.filter((g) => found.has(g)).length > 1) found.add(f);
        if (!inner.has(f) && !callees.some((g) => inner.has(g))) continue;
        if (surveyOf(f.placed.item).loops) found.add(f);
        else inner.add(f);
      }
    return [...found];
  }
}

/** A poll that delivers is worth more than one that only looks at buffers. */
function weigh(out: Set<string>, effect: PacketEffect): void {
  out.add(effect);
  if (effect === 'deliver') for (let i = 0; i < DELIVERY; i++) out.add(`deliver ${i}`);
}

function isFromPool({ kind, source }: BufferFact): boolean {
  return kind === 'allocate' && (source === 'pool' || source === 'pool-address');
}

/** Headers come out of memory of the driver's own in a helper that does nothing else. */
function copiesIntoPacket({ kind }: BufferFact, c: AliasClass, f: FunctionRef): boolean {
  return (
    kind === 'copy-from' &&
    isOwnMemory(c) &&
    f.summary.variables.some(({ type }) => type.base === TYPE.sk_buff)
  );
}

/** Pages from elsewhere, for a class that has a pool, belong to a mode of their own. */
function kindOf(fact: BufferFact, pooled: boolean): string {
  const { kind } = fact;
  if (kind === 'release') return pooled ? 'pool-release' : 'release';
  if (kind === 'put-page') return pooled ? 'release-past' : 'release';
  if (kind !== 'allocate' || !pooled) return kind;
  return isFromPool(fact) ? 'pool-allocate' : 'allocate-past';
}

function note(map: Map<FunctionRef, Set<string>>, f: FunctionRef, item: string): void {
  const known = map.get(f);
  if (known === undefined) map.set(f, new Set([item]));
  else known.add(item);
}

function calleesOf(f: FunctionRef, index: DriverIndex): readonly FunctionRef[] {
  return [...new Set(index.facts.calls.callees(f).flat())];
}
