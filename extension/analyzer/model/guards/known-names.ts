/**
 * What is known of the names of a function at one point. Points share what they have in common: a name is set in the time of
 * the logarithm of their number, and where two points differ is found in the time of the difference. With a copy of the whole
 * for each assignment, a function with 19,000 locals took minutes.
 */
import type { Stated } from './condition-context.ts';

/** What is known of a name. */
export interface KnownName {
  /** Number of its value; names that were never set are not known at all. */
  readonly version: number;
  /** What it stands for, if a name for something else is all it is. */
  readonly value: Stated | null;
}

/** Names by number, sixteen to a node; null where none of them is known. */
type Node = readonly (Node | KnownName | null)[];

const BITS = 4;
const WIDTH = 1 << BITS;
const EMPTY: Node = Array.from({ length: WIDTH }, () => null);

function isNode(x: Node | KnownName | null): x is Node {
  return Array.isArray(x);
}

/** Never changed: `with` gives a new one. */
export class KnownNames {
  static readonly NONE = new KnownNames(EMPTY, 0);
  private readonly root: Node;
  /** Levels below the root. */
  private readonly depth: number;

  private constructor(root: Node, depth: number) {
    this.root = root;
    this.depth = depth;
  }

  /** @param id number of the name, from 0 */
  get(id: number): KnownName | null {
    if (id >>> (BITS * (this.depth + 1)) !== 0) return null;
    let at: Node | KnownName | null = this.root;
    for (let level = this.depth; level >= 0 && isNode(at); level--)
      at = at[(id >>> (BITS * level)) % WIDTH] ?? null;
    return isNode(at) ? null : at;
  }

  with(id: number, known: KnownName): KnownNames {
    if (id >>> (BITS * (this.depth + 1)) !== 0) return this.deeper().with(id, known);
    return new KnownNames(set(this.root, this.depth, id, known), this.depth);
  }

  private deeper(): KnownNames {
    return new KnownNames(
      EMPTY.map((_, i) => (i === 0 ? this.root : null)),
      this.depth + 1,
    );
  }

  /** Calls back with the number of each name of which the other knows something else. */
  differences(other: KnownNames, differs: (id: number) => void): void {
    let [a, b]: readonly [KnownNames, KnownNames] = [this, other];
    while (a.depth < b.depth) a = a.deeper();
    while (b.depth < a.depth) b = b.deeper();
    compare(a.root, b.root, a.depth, 0, differs);
  }
}

function set(node: Node, level: number, id: number, known: KnownName): Node {
  const out = [...node];
  const at = (id >>> (BITS * level)) % WIDTH;
  const below = out[at] ?? null;
  out[at] = level === 0 ? known : set(isNode(below) ? below : EMPTY, level - 1, id, known);
  return out;
}

function compare(
  a: Node | KnownName | null,
  b: Node | KnownName | null,
  level: number,
  first: number,
  differs: (id: number) => void,
): void {
  if (a === b) return;
  if (level < 0) {
    const [x, y] = [isNode(a) ? null : a, isNode(b) ? null : b];
    if (x?.version !== y?.version) differs(first);
    return;
  }
  for (let i = 0; i < WIDTH; i++)
    compare(
      isNode(a) ? (a[i] ?? null) : null,
      isNode(b) ? (b[i] ?? null) : null,
      level - 1,
      first + (i << (BITS * level)),
      differs,
    );
}
