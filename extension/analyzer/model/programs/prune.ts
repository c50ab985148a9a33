/** Drops what says nothing: tests without sides, loops and calls without operations, values that nobody asks for. */
import type { BranchNode, Condition, ProgramNode } from '../../../../simulator/contract/driver-ir.ts';
import { below, once, visitNodes, type Nodes } from './nodes.ts';

/** Rounds of pruning; each can only make more of it possible where a value was the last use of another. */
const MAX_ROUNDS = 4;

/** @param kept variables that outlive the path: other paths may set them and ask for them */
export function prune(nodes: Nodes, kept: ReadonlySet<number>): Nodes {
  let at = nodes;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = new Round(liveness(at, kept)).list(at, FUNCTION);
    const [before, after] = [sizeOf(at), sizeOf(next)];
    at = next;
    if (before === after) break;
  }
  return at;
}

/** Nodes and tests of variables, each body once. */
function sizeOf(nodes: Nodes): number {
  let size = 0;
  visitNodes(nodes, (node) => {
    size += node.node === 'branch' && node.condition.variable !== undefined ? 2 : 1;
  });
  return size;
}

interface Liveness {
  /** Variables that some test asks for. */
  readonly used: ReadonlySet<number>;
  /** Variables that may hold a known value. */
  readonly informative: ReadonlySet<number>;
  readonly labels: ReadonlySet<number>;
}

/** Variables whose value decides something at the node itself. */
export function usedAt(node: ProgramNode): readonly number[] {
  if (node.node === 'branch') {
    const { variable, pool } = node.condition;
    return [...(variable === undefined ? [] : [variable.variable]), ...(pool === undefined ? [] : [pool])];
  }
  const alloc = node.node === 'operation' && node.operation.kind === 'alloc' ? node.operation : null;
  return alloc?.pool === undefined ? [] : [alloc.pool];
}

function liveness(nodes: Nodes, kept: ReadonlySet<number>): Liveness {
  const used = new Set(kept);
  const informative = new Set(kept);
  const labels = new Set<number>();
  const moves: (readonly [to: number, from: number])[] = [];
  visitNodes(nodes, (node) => {
    for (const variable of usedAt(node)) used.add(variable);
    if (node.node === 'goto') labels.add(node.label);
    else if (node.node === 'assign') {
      if (node.value !== null) informative.add(node.variable);
      else if (node.from !== null) moves.push([node.variable, node.from]);
    }
  });
  const onward = new Map<number, number[]>();
  const back = new Map<number, number[]>();
  for (const [to, from] of moves) {
    once(onward, from, () => []).push(to);
    once(back, to, () => []).push(from);
  }
  spread(informative, onward);
  spread(used, back);
  return { used, informative, labels };
}

/** Adds what is reached from the members. */
function spread(members: Set<number>, links: ReadonlyMap<number, readonly number[]>): void {
  // A set is walked over what is added meanwhile, too.
  for (const at of members) for (const next of links.get(at) ?? []) members.add(next);
}

interface Place {
  /** Directly in a loop: the machine knows how many rounds it has. */
  readonly counted: boolean;
  /** The exit that the end of the list amounts to, or null. */
  readonly tail: 'return' | 'continue' | null;
}

/** The place of a function's body, whatever calls it. */
const FUNCTION: Place = { counted: false, tail: 'return' };

/** One round. */
class Round {
  private readonly live: Liveness;
  private readonly bodies = new Map<Nodes, Nodes>();

  constructor(live: Liveness) {
    this.live = live;
  }

  list(nodes: Nodes, place: Place): Nodes {
    const out: ProgramNode[] = [];
    // From the end, so that it is known what is last.
    let last = true;
    for (let i = nodes.length - 1; i >= 0; i--) {
      const node = nodes[i];
      if (node === undefined) continue;
      const kept = this.one(node, last ? place : { ...place, tail: null });
      if (kept === null) continue;
      if (kept.node === 'sequence') out.push(...[...kept.steps].reverse());
      else out.push(kept);
      // Setting a value does not keep an exit before it from being the last thing.
      if (kept.node !== 'assign' || this.live.used.has(kept.variable)) last = false;
    }
    return reachable(out.reverse());
  }

  private one(node: ProgramNode, place: Place): ProgramNode | null {
    const { live } = this;
    switch (node.node) {
      case 'operation':
      case 'goto':
        return node;
      case 'label':
        return live.labels.has(node.label) ? node : null;
      case 'exit':
        return node.exit === place.tail ? null : node;
      case 'assign':
        if (!live.used.has(node.variable) || !live.informative.has(node.variable)) return null;
        return node.from === null || live.informative.has(node.from) ? node : { ...node, from: null };
      case 'sequence': {
        const steps = this.list(node.steps, place);
        return steps.length === 0 ? null : { ...node, steps };
      }
      case 'branch':
        return this.branch(node, place);
      case 'loop': {
        const body = this.list(node.body, { counted: true, tail: 'continue' });
        return does(body) ? { ...node, body } : null;
      }
      case 'call': {
        const body = once(this.bodies, node.body, (list) => this.list(list, FUNCTION));
        return body.length === 0 ? null : { ...node, body };
      }
    }
  }

  private branch(node: BranchNode, place: Place): ProgramNode | null {
    const then = this.list(node.then, place);
    const otherwise = this.list(node.otherwise, place);
    if (then.length === 0 && otherwise.length === 0) return null;
    const { variable, ...rest } = node.condition;
    const asks = variable !== undefined && this.live.informative.has(variable.variable);
    // The text of an unknown condition is the whole condition.
    const bare = rest.means === 'unknown' ? positive(rest) : rest;
    const condition = asks ? node.condition : bare;
    // The number of rounds stands for the loop's own tests of its end.
    const counts = asks && variable.compare !== '==';
    if (place.counted && condition.means === 'unknown' && (!asks || counts)) {
      if (onlyBreaks(then))
        return otherwise.length === 0 ? null : { node: 'sequence', at: node.at, steps: otherwise };
      if (onlyBreaks(otherwise))
        return then.length === 0 ? null : { node: 'sequence', at: node.at, steps: then };
    }
    const exit = sameExit(then, otherwise);
    return exit ?? { ...node, condition, then, otherwise };
  }
}

/** The same test without a negation in front of it. */
function positive(condition: Condition): Condition {
  const { asks, negated } = condition;
  if (asks === undefined || !negated) return { ...condition, negated: false };
  return { ...condition, negated: false, asks: { ...asks, except: !asks.except } };
}

/** Cuts what stands behind an exit, up to the next label. */
function reachable(nodes: ProgramNode[]): Nodes {
  const out: ProgramNode[] = [];
  let dead = false;
  for (const node of nodes) {
    if (node.node === 'label') dead = false;
    if (dead && !holdsLabel(node)) continue;
    const before = out.at(-1);
    if (node.node === 'label' && before?.node === 'goto' && before.label === node.label) out.pop();
    out.push(node);
    if (node.node === 'exit' || node.node === 'goto') dead = true;
  }
  return withoutRepeatedPosts(out);
}

function holdsLabel(node: ProgramNode): boolean {
  return node.node === 'label' || below(node).some((list) => list.some(holdsLabel));
}

/** Both halves of an address, or an address and a length, make one descriptor: the last write posts it. */
function withoutRepeatedPosts(nodes: ProgramNode[]): Nodes {
  const out: ProgramNode[] = [];
  /** The one behind that is no assignment. */
  let next: ProgramNode | null = null;
  for (const node of nodes.toReversed()) {
    const repeated =
      node.node === 'operation' &&
      node.operation.kind === 'post' &&
      next?.node === 'operation' &&
      next.operation.kind === 'post' &&
      next.operation.buffer === node.operation.buffer;
    if (!repeated) out.push(node);
    if (node.node !== 'assign') next = node;
  }
  return out.reverse();
}

/** Both sides only leave, and in the same way. */
function sameExit(then: Nodes, otherwise: Nodes): ProgramNode | null {
  const [a, ...more] = then;
  const [b, ...others] = otherwise;
  if (a === undefined || b === undefined || more.length + others.length > 0) return null;
  if (a.node === 'exit' && b.node === 'exit' && a.exit === b.exit) return a;
  return a.node === 'goto' && b.node === 'goto' && a.label === b.label ? a : null;
}

function onlyBreaks(nodes: Nodes): boolean {
  const [first, ...more] = nodes.filter((n) => n.node !== 'assign');
  return first?.node === 'exit' && first.exit === 'break' && more.length === 0;
}

/** True if there is an operation, a value that matters, or a way out of a loop among the nodes. */
function does(nodes: Nodes): boolean {
  return nodes.some((node) => {
    if (node.node === 'exit') return node.exit === 'return' || node.exit === 'leave';
    const lists = below(node);
    return lists.length === 0 || lists.some(does);
  });
}
