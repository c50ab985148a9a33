/**
 * The driver's value graph: a union-find over value nodes. Each value points to the buffer it denotes (`buffer`) and
 * to what its memory holds (`pointee`); joining two values joins those too. Facts hang on buffers. A node that a
 * structure field or global reaches is *shared*: there is one of it, whichever function is looked at.
 */
import type { FunctionRef } from './call-graph.ts';
import type { Fact } from './facts.ts';

/** A fact in the function where it was found. */
export interface PlacedFact {
  readonly fact: Fact;
  readonly fn: FunctionRef;
  /** Node of the pool concerned, or -1. */
  readonly pool: number;
}

/** A holder of values: a variable of a function, or a named field or global. */
export interface PlacedHolder {
  readonly fn: FunctionRef;
  readonly variable: number;
}

/** Lists shared between instances of a helper: leaves are facts, inner nodes are the instances' own lists. */
interface Rope<T> {
  readonly own: T[];
  readonly parts: Rope<T>[];
}

function rope<T>(): Rope<T> {
  return { own: [], parts: [] };
}

function flatten<T>(list: Rope<T> | null, into: Set<T>, seen: Set<Rope<T>>): void {
  if (list === null || seen.has(list)) return;
  seen.add(list);
  for (const item of list.own) into.add(item);
  for (const part of list.parts) flatten(part, into, seen);
}

export class Graph {
  private readonly parent: number[] = [];
  private readonly bufferOf: number[] = [];
  private readonly pointeeOf: number[] = [];
  private readonly origins: number[][] = [];
  /** Pools a buffer was taken from or given back to. */
  private readonly pools: number[][] = [];
  private readonly shared: boolean[] = [];
  private readonly facts: (Rope<PlacedFact> | null)[] = [];
  private readonly holders: (Rope<PlacedHolder> | null)[] = [];
  private readonly keys: string[][] = [];
  private readonly byKey = new Map<string, number>();

  node(): number {
    const n = this.parent.length;
    this.parent.push(n);
    this.bufferOf.push(-1);
    this.pointeeOf.push(-1);
    this.origins.push(NO_NODES);
    this.pools.push(NO_NODES);
    this.shared.push(false);
    this.facts.push(null);
    this.holders.push(null);
    this.keys.push(NO_KEYS);
    return n;
  }

  key(key: string): number {
    const known = this.byKey.get(key);
    if (known !== undefined) return this.find(known);
    const n = this.node();
    this.keys[n] = [key];
    this.shared[n] = true;
    this.byKey.set(key, n);
    return n;
  }

  hasKey(key: string): boolean {
    return this.byKey.has(key);
  }

  allKeys(): IterableIterator<string> {
    return this.byKey.keys();
  }

  find(n: number): number {
    let root = n;
    for (let p = this.parent[root]; p !== undefined && p !== root; p = this.parent[root]) root = p;
    let at = n;
    while (at !== root) {
      const next = this.parent[at] ?? root;
      this.parent[at] = root;
      at = next;
    }
    return root;
  }

  /** The buffer a value denotes. */
  buffer(n: number): number {
    const root = this.find(n);
    const known = this.bufferOf[root] ?? -1;
    if (known >= 0) return this.find(known);
    const made = this.node();
    this.bufferOf[root] = made;
    if (this.shared[root] === true) this.share(made);
    return made;
  }

  /** What the memory behind a pointer holds. */
  pointee(n: number): number {
    const root = this.find(n);
    const known = this.pointeeOf[root] ?? -1;
    if (known >= 0) return this.find(known);
    const made = this.node();
    this.pointeeOf[root] = made;
    if (this.shared[root] === true) this.share(made);
    return made;
  }

  setBuffer(n: number, buffer: number): void {
    const root = this.find(n);
    const known = this.bufferOf[root] ?? -1;
    if (known >= 0) this.unify(known, buffer);
    else {
      this.bufferOf[root] = buffer;
      if (this.shared[root] === true) this.share(buffer);
    }
  }

  addOrigin(n: number, from: number): void {
    const root = this.find(n);
    this.origins[root] = [...(this.origins[root] ?? []), from];
    if (this.shared[root] === true) this.share(from);
  }

  addFact(buffer: number, fact: PlacedFact): void {
    const root = this.find(buffer);
    (this.facts[root] ??= rope()).own.push(fact);
    if (fact.pool < 0) return;
    this.pools[root] = [...(this.pools[root] ?? NO_NODES), fact.pool];
    if (this.shared[root] === true) this.share(fact.pool);
  }

  addHolder(n: number, holder: PlacedHolder): void {
    const root = this.find(n);
    (this.holders[root] ??= rope()).own.push(holder);
  }

  unify(a: number, b: number): void {
    const work: [number, number][] = [[a, b]];
    for (let pair = work.pop(); pair !== undefined; pair = work.pop()) {
      const x = this.find(pair[0]);
      const y = this.find(pair[1]);
      if (x === y) continue;
      this.parent[y] = x;
      this.absorb(x, y, work);
    }
  }

  private absorb(x: number, y: number, work: [number, number][]): void {
    const sharedNow = this.shared[x] === true || this.shared[y] === true;
    const change = sharedNow && this.shared[x] !== this.shared[y];
    for (const table of [this.bufferOf, this.pointeeOf]) {
      const from = table[y] ?? -1;
      const to = table[x] ?? -1;
      if (from < 0) continue;
      if (to < 0) table[x] = from;
      else work.push([to, from]);
    }
    const origins = this.origins[y] ?? NO_NODES;
    if (origins.length > 0) this.origins[x] = [...(this.origins[x] ?? NO_NODES), ...origins];
    const pools = this.pools[y] ?? NO_NODES;
    if (pools.length > 0) this.pools[x] = [...(this.pools[x] ?? NO_NODES), ...pools];
    const keys = this.keys[y] ?? NO_KEYS;
    if (keys.length > 0) this.keys[x] = [...(this.keys[x] ?? NO_KEYS), ...keys];
    this.facts[x] = joinRopes(this.facts[x] ?? null, this.facts[y] ?? null);
    this.holders[x] = joinRopes(this.holders[x] ?? null, this.holders[y] ?? null);
    if (change) {
      this.shared[x] = false;
      this.share(x);
    }
  }

  /** Marks a node and everything behind it as one of its kind in the driver. */
  share(n: number): void {
    const work = [n];
    for (let at = work.pop(); at !== undefined; at = work.pop()) {
      const root = this.find(at);
      if (this.shared[root] === true) continue;
      this.shared[root] = true;
      const buffer = this.bufferOf[root] ?? -1;
      const pointee = this.pointeeOf[root] ?? -1;
      if (buffer >= 0) work.push(buffer);
      if (pointee >= 0) work.push(pointee);
      work.push(...(this.origins[root] ?? NO_NODES), ...(this.pools[root] ?? NO_NODES));
    }
  }

  isShared(n: number): boolean {
    return this.shared[this.find(n)] === true;
  }

  keysOf(n: number): readonly string[] {
    return this.keys[this.find(n)] ?? NO_KEYS;
  }

  originsOf(n: number): readonly number[] {
    return (this.origins[this.find(n)] ?? NO_NODES).map((o) => this.find(o));
  }

  poolsOf(n: number): readonly number[] {
    return [...new Set((this.pools[this.find(n)] ?? NO_NODES).map((o) => this.find(o)))];
  }

  /** Buffer of a value if it has one, else -1. Does not make one. */
  bufferIfAny(n: number): number {
    const b = this.bufferOf[this.find(n)] ?? -1;
    return b < 0 ? -1 : this.find(b);
  }

  pointeeIfAny(n: number): number {
    const p = this.pointeeOf[this.find(n)] ?? -1;
    return p < 0 ? -1 : this.find(p);
  }

  factsOf(buffer: number): Set<PlacedFact> {
    const out = new Set<PlacedFact>();
    flatten(this.facts[this.find(buffer)] ?? null, out, new Set());
    return out;
  }

  holdersOf(n: number): Set<PlacedHolder> {
    const out = new Set<PlacedHolder>();
    flatten(this.holders[this.find(n)] ?? null, out, new Set());
    return out;
  }

  /**
   * A copy of everything behind `n` that is not shared: what a helper does to its arguments, for one call of it.
   * Facts and holders are referred to, not copied.
   */
  instance(n: number, made: Map<number, number>): number {
    const root = this.find(n);
    if (this.shared[root] === true) return root;
    const known = made.get(root);
    if (known !== undefined) return known;
    const copy = this.node();
    made.set(root, copy);
    const facts = this.facts[root] ?? null;
    const holders = this.holders[root] ?? null;
    if (facts !== null) this.facts[copy] = { own: [], parts: [facts] };
    if (holders !== null) this.holders[copy] = { own: [], parts: [holders] };
    const buffer = this.bufferOf[root] ?? -1;
    const pointee = this.pointeeOf[root] ?? -1;
    if (buffer >= 0) this.bufferOf[copy] = this.instance(buffer, made);
    if (pointee >= 0) this.pointeeOf[copy] = this.instance(pointee, made);
    const origins = this.origins[root] ?? NO_NODES;
    if (origins.length > 0) this.origins[copy] = origins.map((o) => this.instance(o, made));
    const pools = this.pools[root] ?? NO_NODES;
    if (pools.length > 0) this.pools[copy] = pools.map((o) => this.instance(o, made));
    return copy;
  }

  get size(): number {
    return this.parent.length;
  }
}

const NO_NODES: number[] = [];
const NO_KEYS: string[] = [];

function joinRopes<T>(a: Rope<T> | null, b: Rope<T> | null): Rope<T> | null {
  if (a === null) return b;
  if (b === null) return a;
  a.parts.push(b);
  return a;
}
