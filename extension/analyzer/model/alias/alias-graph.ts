/**
 * The alias graph of a driver: unification-based points-to analysis (Steensgaard), a union-find over value nodes. Each
 * value points to the buffer it denotes (`buffer`) and to what its memory holds (`pointee`); joining two values joins
 * those too. Facts hang on buffers, holders on values, both as numbers that the linked driver gives out. A node that a
 * structure field or global reaches is *shared*: there is one of it, whichever function is looked at.
 */

/** Lists shared between instances of a helper: leaves are numbers, inner nodes are the instances' own lists. */
interface Rope {
  own: number[] | null;
  parts: Rope[] | null;
}

/** All that the list leads to, in the order of a depth-first walk; a chain of helpers makes lists as deep as it is long. */
function flatten(list: Rope): Set<number> {
  const out = new Set<number>();
  const seen = new Set<Rope>();
  const work = [list];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    if (at.own !== null) for (const item of at.own) out.add(item);
    if (at.parts !== null) for (const part of at.parts.toReversed()) work.push(part);
  }
  return out;
}

/** One list a node at most; most nodes have none. */
class Ropes {
  private at: Int32Array;
  private readonly ropes: Rope[] = [];

  constructor(capacity: number) {
    this.at = new Int32Array(capacity);
  }

  grow(size: number): void {
    const { at } = this;
    (this.at = new Int32Array(size)).set(at);
  }

  /** Counted from one; 0 is none. */
  private rope(n: number): Rope | undefined {
    return this.ropes[(this.at[n] ?? 0) - 1];
  }

  has(n: number): boolean {
    return this.at[n] !== 0;
  }

  add(n: number, item: number): void {
    const known = this.rope(n);
    if (known === undefined) this.at[n] = this.ropes.push({ own: [item], parts: null });
    else if (known.own === null) known.own = [item];
    else known.own.push(item);
  }

  /** What `y` has belongs to `x` too. */
  join(x: number, y: number): void {
    const more = this.rope(y);
    if (more === undefined) return;
    const known = this.rope(x);
    if (known === undefined) this.at[x] = this.at[y] ?? 0;
    else if (known.parts === null) known.parts = [more];
    else known.parts.push(more);
  }

  /** `copy`, which has nothing yet, gets whatever `n` has or will have. */
  refer(copy: number, n: number): void {
    const known = this.rope(n);
    if (known !== undefined) this.at[copy] = this.ropes.push({ own: null, parts: [known] });
  }

  all(n: number): ReadonlySet<number> {
    const list = this.rope(n);
    return list === undefined ? new Set() : list.parts === null ? new Set(list.own) : flatten(list);
  }
}

const NOBODY = -1;

/** From so many names on, a set finds doubles sooner than a search. */
const MANY_KEYS = 8;

/** A copy of a node, and what is left of what the node leads to. */
interface Copying {
  readonly root: number;
  readonly copy: number;
  readonly fields: readonly (readonly [key: string, node: number])[];
  readonly lists: readonly { readonly table: Map<number, number[]>; readonly node: number }[];
  next: number;
}

export class AliasGraph {
  private count = 0;
  // One number a node: most nodes have nothing else, and there are many.
  private parent: Int32Array;
  private bufferOf: Int32Array;
  private pointeeOf: Int32Array;
  private shared: Uint8Array;
  private readonly origins = new Map<number, number[]>();
  /** Pools a buffer was taken from or given back to. */
  private readonly pools = new Map<number, number[]>();
  private readonly facts: Ropes;
  private readonly holders: Ropes;
  private readonly keys = new Map<number, string[]>();
  /** Fields of an object that is told apart from others of its type, by name. */
  private readonly fields = new Map<number, Map<string, number>>();
  /** Objects that a stored pointer may point to. */
  private readonly targets = new Map<number, number[]>();
  /** Every node that was made for a field, by the name of the field. */
  private readonly fieldNodes = new Map<string, number[]>();
  private readonly byKey = new Map<string, number>();
  /** Copy of each node, if the number of its round is that of the round now. */
  private copies: Int32Array;
  private rounds: Int32Array;
  private round = 0;
  /** Pairs of nodes to be joined: first, second, first, second. */
  private readonly work: number[] = [];

  /** Copies being made, each with the number of its next step. */
  private readonly copying: Copying[] = [];

  /** @param capacity number of nodes that there is room for at first */
  constructor(capacity: number) {
    const size = Math.max(64, capacity);
    this.parent = new Int32Array(size);
    this.bufferOf = new Int32Array(size);
    this.pointeeOf = new Int32Array(size);
    this.shared = new Uint8Array(size);
    this.copies = new Int32Array(size);
    this.rounds = new Int32Array(size);
    this.facts = new Ropes(size);
    this.holders = new Ropes(size);
  }

  node(): number {
    const n = this.count++;
    if (n === this.parent.length) this.grow();
    this.parent[n] = n;
    this.bufferOf[n] = NOBODY;
    this.pointeeOf[n] = NOBODY;
    return n;
  }

  private grow(): void {
    const { parent, bufferOf, pointeeOf, shared, copies, rounds } = this;
    const size = parent.length * 2;
    this.facts.grow(size);
    this.holders.grow(size);
    (this.copies = new Int32Array(size)).set(copies);
    (this.rounds = new Int32Array(size)).set(rounds);
    (this.parent = new Int32Array(size)).set(parent);
    (this.bufferOf = new Int32Array(size)).set(bufferOf);
    (this.pointeeOf = new Int32Array(size)).set(pointeeOf);
    (this.shared = new Uint8Array(size)).set(shared);
  }

  key(key: string): number {
    const known = this.byKey.get(key);
    if (known !== undefined) return this.find(known);
    const n = this.node();
    this.keys.set(n, [key]);
    this.shared[n] = 1;
    this.byKey.set(key, n);
    return n;
  }

  find(n: number): number {
    const { parent } = this;
    let root = n;
    for (let p = parent[root]; p !== undefined && p !== root; p = parent[root]) root = p;
    let at = n;
    while (at !== root) {
      const next = parent[at] ?? root;
      parent[at] = root;
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
    if (this.shared[root] === 1) this.share(made);
    return made;
  }

  /** What the memory behind a pointer holds. */
  pointee(n: number): number {
    const root = this.find(n);
    const known = this.pointeeOf[root] ?? -1;
    if (known >= 0) return this.find(known);
    const made = this.node();
    this.pointeeOf[root] = made;
    if (this.shared[root] === 1) this.share(made);
    return made;
  }

  /** The field with the name `key` of the object that `object` points to. */
  field(object: number, key: string): number {
    const root = this.find(object);
    let own = this.fields.get(root);
    if (own === undefined) this.fields.set(root, (own = new Map<string, number>()));
    const known = own.get(key);
    if (known !== undefined) return this.find(known);
    const made = this.node();
    own.set(key, made);
    this.keys.set(made, [key]);
    append(this.fieldNodes, key, [made]);
    if (this.shared[root] === 1) this.share(made);
    return made;
  }

  /** A stored pointer may point to the object. */
  addTarget(pointer: number, object: number): void {
    const root = this.find(pointer);
    append(this.targets, root, [object]);
    if (this.shared[root] === 1) this.share(object);
  }

  /**
   * Makes one of the fields that are reached through an object from out of sight (its node has a name that begins with
   * `unplaced`) and the same fields of all objects of its type; and of those reached through a stored pointer and the
   * same fields of the objects that it may point to. Other fields of these objects stay apart.
   */
  mergeFields(unplaced: string): void {
    for (const [key, object] of this.byKey) {
      if (!key.startsWith(unplaced)) continue;
      for (const [field, n] of [...this.fieldsOf(object)])
        for (const other of this.fieldNodes.get(field) ?? NO_NODES) this.unify(n, other);
    }
    // Fields may be reached through a pointer that is reached through a pointer.
    for (let before = -1; before !== this.count;) {
      before = this.count;
      for (const [pointer, objects] of [...this.targets])
        for (const [field, n] of [...this.fieldsOf(pointer)])
          for (const object of objects) this.unify(n, this.field(object, field));
    }
  }

  /** The fields of an object that were asked for. */
  fieldsOf(object: number): ReadonlyMap<string, number> {
    return this.fields.get(this.find(object)) ?? NO_FIELDS;
  }

  setBuffer(n: number, buffer: number): void {
    const root = this.find(n);
    const known = this.bufferOf[root] ?? -1;
    if (known >= 0) this.unify(known, buffer);
    else {
      this.bufferOf[root] = buffer;
      if (this.shared[root] === 1) this.share(buffer);
    }
  }

  addOrigin(n: number, from: number): void {
    const root = this.find(n);
    append(this.origins, root, [from]);
    if (this.shared[root] === 1) this.share(from);
  }

  /** @param pool node of the pool that the fact concerns, or -1 */
  addFact(buffer: number, fact: number, pool: number): void {
    const root = this.find(buffer);
    this.facts.add(root, fact);
    if (pool < 0) return;
    append(this.pools, root, [pool]);
    if (this.shared[root] === 1) this.share(pool);
  }

  addHolder(n: number, holder: number): void {
    this.holders.add(this.find(n), holder);
  }

  unify(a: number, b: number): void {
    const { work } = this;
    work.push(a, b);
    while (work.length > 0) {
      const y = this.find(work.pop() ?? NOBODY);
      const x = this.find(work.pop() ?? NOBODY);
      if (x === y) continue;
      this.parent[y] = x;
      this.absorb(x, y);
    }
  }

  private absorb(x: number, y: number): void {
    const change = this.shared[x] !== this.shared[y];
    this.absorbLink(this.bufferOf, x, y);
    this.absorbLink(this.pointeeOf, x, y);
    append(this.origins, x, this.origins.get(y));
    append(this.pools, x, this.pools.get(y));
    append(this.targets, x, this.targets.get(y));
    this.absorbKeys(x, y);
    this.absorbFields(x, y);
    this.facts.join(x, y);
    this.holders.join(x, y);
    if (change) {
      this.shared[x] = 0;
      this.share(x);
    }
  }

  private absorbKeys(x: number, y: number): void {
    const from = this.keys.get(y);
    if (from === undefined) return;
    const to = this.keys.get(x);
    // The same name comes twice where the same field of two objects does.
    if (to === undefined) this.keys.set(x, from);
    else if (from.length > MANY_KEYS) this.keys.set(x, [...new Set([...to, ...from])]);
    else for (const key of from) if (!to.includes(key)) to.push(key);
  }

  private absorbFields(x: number, y: number): void {
    const from = this.fields.get(y);
    if (from === undefined) return;
    const to = this.fields.get(x);
    if (to === undefined) {
      this.fields.set(x, from);
      return;
    }
    for (const [key, n] of from) {
      const known = to.get(key);
      if (known === undefined) to.set(key, n);
      else this.work.push(known, n);
    }
  }

  private absorbLink(table: Int32Array, x: number, y: number): void {
    const from = table[y] ?? NOBODY;
    const to = table[x] ?? NOBODY;
    if (from < 0) return;
    if (to < 0) table[x] = from;
    else this.work.push(to, from);
  }

  /** Marks a node and everything behind it as one of its kind in the driver. */
  share(n: number): void {
    const work = [n];
    for (let at = work.pop(); at !== undefined; at = work.pop()) {
      const root = this.find(at);
      if (this.shared[root] === 1) continue;
      this.shared[root] = 1;
      const buffer = this.bufferOf[root] ?? NOBODY;
      const pointee = this.pointeeOf[root] ?? NOBODY;
      if (buffer >= 0) work.push(buffer);
      if (pointee >= 0) work.push(pointee);
      for (const from of this.origins.get(root) ?? NO_NODES) work.push(from);
      for (const pool of this.pools.get(root) ?? NO_NODES) work.push(pool);
      for (const field of this.fields.get(root)?.values() ?? NO_NODES) work.push(field);
      for (const target of this.targets.get(root) ?? NO_NODES) work.push(target);
    }
  }

  isShared(n: number): boolean {
    return this.shared[this.find(n)] === 1;
  }

  keysOf(n: number): readonly string[] {
    return this.keys.get(this.find(n)) ?? NO_KEYS;
  }

  originsOf(n: number): readonly number[] {
    return (this.origins.get(this.find(n)) ?? NO_NODES).map((o) => this.find(o));
  }

  poolsOf(n: number): readonly number[] {
    return [...new Set((this.pools.get(this.find(n)) ?? NO_NODES).map((o) => this.find(o)))];
  }

  /** Buffer of a value if it has one, else -1. Does not make one. */
  bufferIfAny(n: number): number {
    const b = this.bufferOf[this.find(n)] ?? NOBODY;
    return b < 0 ? NOBODY : this.find(b);
  }

  pointeeIfAny(n: number): number {
    const p = this.pointeeOf[this.find(n)] ?? NOBODY;
    return p < 0 ? NOBODY : this.find(p);
  }

  /** True if `factsOf` has any. */
  hasFacts(buffer: number): boolean {
    return this.facts.has(this.find(buffer));
  }

  factsOf(buffer: number): ReadonlySet<number> {
    return this.facts.all(this.find(buffer));
  }

  /** True if `holdersOf` has any, which are not looked at: a chain of helpers has as many again at each link. */
  hasHolders(n: number): boolean {
    return this.holders.has(this.find(n));
  }

  holdersOf(n: number): ReadonlySet<number> {
    return this.holders.all(this.find(n));
  }

  /** Starts copies of their own, for another call of a helper. */
  startInstance(): void {
    this.round += 1;
  }

  /**
   * A copy of everything behind `n` that is not shared: what a helper does to its arguments, for one call of it.
   * Facts and holders are referred to, not copied.
   */
  instance(n: number): number {
    const made = this.copyOf(n);
    const { copying } = this;
    // In the order of a recursive walk, by a list: a chain of helpers leads as deep as it is long.
    for (let at = copying.at(-1); at !== undefined; at = copying.at(-1)) {
      const { root, copy, fields, lists } = at;
      // The tables may grow meanwhile: first the copies, then the places they go to.
      let step = at.next++;
      if (step === 0) {
        const own = this.copyOf(this.bufferOf[root] ?? NOBODY);
        this.bufferOf[copy] = own;
        continue;
      }
      if (step === 1) {
        const own = this.copyOf(this.pointeeOf[root] ?? NOBODY);
        this.pointeeOf[copy] = own;
        continue;
      }
      step -= 2;
      const field = fields[step];
      if (field !== undefined) {
        let own = this.fields.get(copy);
        if (own === undefined) this.fields.set(copy, (own = new Map<string, number>()));
        const made = this.copyOf(field[1]);
        own.set(field[0], made);
        append(this.fieldNodes, field[0], [made]);
        continue;
      }
      step -= fields.length;
      const next = lists[step];
      if (next === undefined) copying.pop();
      else append(next.table, copy, [this.copyOf(next.node)]);
    }
    return made;
  }

  /** The copy of a node in this round; a new one waits in `copying` for the copies of what it leads to. */
  private copyOf(n: number): number {
    if (n < 0) return NOBODY;
    const root = this.find(n);
    if (this.shared[root] === 1) return root;
    if (this.rounds[root] === this.round) return this.copies[root] ?? NOBODY;
    const copy = this.node();
    this.copies[root] = copy;
    this.rounds[root] = this.round;
    this.facts.refer(copy, root);
    this.holders.refer(copy, root);
    const keys = this.keys.get(root);
    if (keys !== undefined) this.keys.set(copy, [...keys]);
    const fields = this.fields.get(root);
    this.copying.push({
      ...{ root, copy, next: 0 },
      fields: fields === undefined ? NO_NAMED : [...fields],
      lists: this.listsOf(root),
    });
    return copy;
  }

  /** What a node leads to besides its buffer, pointee and fields. */
  private listsOf(root: number): Copying['lists'] {
    const out: Copying['lists'][number][] = [];
    for (const table of [this.origins, this.pools, this.targets])
      for (const node of table.get(root) ?? NO_NODES) out.push({ table, node });
    return out.length === 0 ? NO_LISTS : out;
  }

  get size(): number {
    return this.count;
  }
}

const NO_NODES: number[] = [];
const NO_NAMED: Copying['fields'] = [];
const NO_LISTS: Copying['lists'] = [];
const NO_KEYS: string[] = [];
const NO_FIELDS: ReadonlyMap<string, number> = new Map();

function append<K, T>(table: Map<K, T[]>, n: K, more: readonly T[] | undefined): void {
  if (more === undefined) return;
  const known = table.get(n);
  if (known === undefined) table.set(n, [...more]);
  else for (const item of more) known.push(item);
}
