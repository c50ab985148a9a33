/** Which functions matter to which paths: those that touch their buffers, and all that lead to such. */
import type { FunctionRef } from '../call-graph.ts';
import type { Mapping } from '../transmit-mapping.ts';
import type { DriverIndex } from './driver-index.ts';
import type { RingClass } from './receive.ts';
import type { StackEffect } from './stack-calls.ts';
import { surveyOf } from './survey.ts';

const RECEIVES: ReadonlySet<StackEffect> = new Set([
  'deliver',
  'mark-for-recycle',
  'napi-get-frags',
  'run-xdp',
]);
const QUEUES: ReadonlySet<StackEffect> = new Set(['pool-destroy', 'napi-enable', 'napi-disable']);

export class Relevance {
  readonly receive: ReadonlySet<FunctionRef>;
  readonly transmit: ReadonlySet<FunctionRef>;
  readonly queue: ReadonlySet<FunctionRef>;
  private readonly index: DriverIndex;
  private readonly callees: ReadonlyMap<FunctionRef, readonly FunctionRef[]>;
  /** Functions that take a ring's buffers from where they come from, and that give them back. */
  private readonly allocating: ReadonlySet<FunctionRef>;
  private readonly releasing: ReadonlySet<FunctionRef>;

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
      for (const fact of c.facts) {
        const f = byName.get(`${fact.location.file}:${fact.fn}`);
        if (f === undefined) continue;
        if (ring.has(i)) receives.add(f);
        if (ring.has(i) && fact.kind === 'allocate') allocates.add(f);
        if (ring.has(i) && (fact.kind === 'release' || fact.kind === 'put-page')) releases.add(f);
        if (sent.has(i)) transmits.add(f);
        if (fact.kind === 'create-pool') creates.add(f);
      }
    });
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

  /** Candidates for a refill function of its own: the nearest loops around the allocations. */
  fillers(): readonly FunctionRef[] {
    return this.loopsOver(this.allocating);
  }

  /** Candidates for the function that empties a ring. */
  releasers(): readonly FunctionRef[] {
    return this.loopsOver(this.releasing);
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

function calleesOf(f: FunctionRef, index: DriverIndex): readonly FunctionRef[] {
  const out = new Set<FunctionRef>();
  for (const op of f.tape.ops)
    if (op.op === 'call')
      for (const t of index.facts.calls.targets(f, op.call.callee, op.call.indirect)) out.add(t);
  return [...out];
}
