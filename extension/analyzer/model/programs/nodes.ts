/**
 * Walks over program trees. The body of a function that is inlined several times is one array in all these places, and
 * every pass keeps it so: each does its work once for such a body, however often that occurs in the tree.
 */
import type { LoopNode, Operation, ProgramNode } from '../../../../simulator/contract/driver-ir.ts';

export type Nodes = readonly ProgramNode[];

type Kinds = ReadonlySet<Operation['kind']>;

/** A loop around the node at work: as it was, and what was decided about it. */
export interface Surrounding {
  readonly source: LoopNode;
  readonly over: LoopNode['over'];
}

/** The tree with every node replaced by what `change` makes of it, once what is below the node is replaced. */
export function mapNodes(nodes: Nodes, change: (node: ProgramNode) => Nodes): Nodes {
  const bodies = new Map<Nodes, Nodes>();
  const go = (list: Nodes): Nodes => list.flatMap((node) => change(withBelow(node, go, bodies)));
  return go(nodes);
}

/** The node with `go` of each list below it. @param bodies of functions already gone through: each is done once */
export function withBelow(
  node: ProgramNode,
  go: (list: Nodes) => Nodes,
  bodies: Map<Nodes, Nodes>,
): ProgramNode {
  switch (node.node) {
    case 'branch':
      return { ...node, then: go(node.then), otherwise: go(node.otherwise) };
    case 'loop':
      return { ...node, body: go(node.body) };
    case 'call':
      return { ...node, body: once(bodies, node.body, go) };
    case 'sequence':
      return { ...node, steps: go(node.steps) };
    default:
      return node;
  }
}

/** What `make` gives for `key`, asked for once. */
export function once<K, V>(known: Map<K, V>, key: K, make: (key: K) => V): V {
  let found = known.get(key);
  if (found === undefined) known.set(key, (found = make(key)));
  return found;
}

/** The same tree with each loop's meaning from `decide`; outer loops are asked first. */
export function mapLoops(
  nodes: Nodes,
  decide: (loop: LoopNode, inside: readonly Surrounding[]) => LoopNode['over'],
  inside: readonly Surrounding[] = [],
): Nodes {
  const bodies = new Map<Nodes, Nodes>();
  const go = (list: Nodes): Nodes =>
    list.map((node): ProgramNode => {
      if (node.node !== 'loop') return withBelow(node, go, bodies);
      const over = decide(node, inside);
      return { ...node, over, body: mapLoops(node.body, decide, [...inside, { source: node, over }]) };
    });
  return go(nodes);
}

/** The lists of nodes directly below the node. */
export function below(node: ProgramNode): readonly Nodes[] {
  switch (node.node) {
    case 'branch':
      return [node.then, node.otherwise];
    case 'loop':
    case 'call':
      return [node.body];
    case 'sequence':
      return [node.steps];
    default:
      return NOTHING;
  }
}

const NOTHING: readonly Nodes[] = [];

/** Visits every node, parents first; the body of a function once, whatever calls it. */
export function visitNodes(nodes: Nodes, visit: (node: ProgramNode) => void): void {
  const bodies = new Set<Nodes>();
  const go = (list: Nodes): void => {
    for (const node of list) {
      visit(node);
      switch (node.node) {
        case 'branch':
          go(node.then);
          go(node.otherwise);
          break;
        case 'call':
          if (bodies.has(node.body)) break;
          bodies.add(node.body);
          go(node.body);
          break;
        case 'loop':
          go(node.body);
          break;
        case 'sequence':
          go(node.steps);
          break;
        default:
          break;
      }
    }
  };
  go(nodes);
}

/** @returns the tree down to so many levels, or null if it has no more */
export function cutBelow(nodes: Nodes, levels: number): Nodes | null {
  // Level by level: the tree may be deeper than the machine stack.
  let level: ReadonlySet<Nodes> = new Set([nodes]);
  for (let depth = 0; depth < levels; depth++) {
    const next = new Set<Nodes>();
    for (const list of level) for (const node of list) for (const inner of below(node)) next.add(inner);
    if (next.size === 0) return null;
    level = next;
  }
  const cut = (list: Nodes, left: number): Nodes =>
    left === 0 ? [] : list.map((node) => withBelow(node, (inner) => cut(inner, left - 1), new Map()));
  return cut(nodes, levels);
}

/** All operations below the nodes, as often as they occur. */
export function operationsOf(nodes: Nodes): readonly Operation[] {
  return nodes.flatMap((node) =>
    node.node === 'operation' ? [node.operation] : below(node).flatMap(operationsOf),
  );
}

const kindsOfBodies = new WeakMap<Nodes, Kinds>();

/** Kinds of the operations below the nodes. */
export function kindsBelow(nodes: Nodes): Kinds {
  const kinds = new Set<Operation['kind']>();
  addKinds(nodes, kinds);
  return kinds;
}

function addKinds(nodes: Nodes, to: Set<Operation['kind']>): void {
  for (const node of nodes) {
    switch (node.node) {
      case 'operation':
        to.add(node.operation.kind);
        break;
      case 'branch':
        addKinds(node.then, to);
        addKinds(node.otherwise, to);
        break;
      case 'call':
        for (const kind of kindsOfBody(node.body)) to.add(kind);
        break;
      case 'loop':
        addKinds(node.body, to);
        break;
      case 'sequence':
        addKinds(node.steps, to);
        break;
      default:
        break;
    }
  }
}

function kindsOfBody(body: Nodes): Kinds {
  let known = kindsOfBodies.get(body);
  if (known === undefined) kindsOfBodies.set(body, (known = kindsBelow(body)));
  return known;
}

/** True if there is an operation of one of these kinds below the nodes. */
export function hasBelow(nodes: Nodes, kinds: Kinds): boolean {
  return nodes.some((node) => {
    if (node.node === 'operation') return kinds.has(node.operation.kind);
    if (node.node === 'call') return [...kindsOfBody(node.body)].some((kind) => kinds.has(kind));
    return below(node).some((list) => hasBelow(list, kinds));
  });
}
