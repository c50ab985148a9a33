/**
 * Branch prediction: conditions that nobody can tell go the way on which the path does most for a packet. Counted backwards
 * through the tree, since what matters is where a side leads to, not how long it is.
 */
import type {
  BranchNode,
  ConditionKind,
  Operation,
  PathKind,
  ProgramNode,
} from '../../../../simulator/contract/driver-ir.ts';
import { once, type Nodes } from './nodes.ts';

type Worth = Partial<Record<Operation['kind'], number>>;

const RECEIVE: Worth = {
  deliver: 100,
  'build-skb': 8,
  'add-frag': 8,
  'add-frag-noacc': 6,
  'alloc-skb': 4,
  'copy-header': 4,
  'read-skb-head': 3,
  'mark-for-recycle': 2,
  'sync-for-cpu': 2,
  alloc: 3,
  post: 2,
  'dma-address': 1,
  'dma-unmap': 1,
  'cpu-access': 0,
  put: -5,
  'free-page': -6,
  'free-skb': -30,
  refcount: 0,
  'run-xdp': -5,
};
const RELEASE: Worth = { put: 4, 'free-page': 3, 'dma-unmap': 1, 'pool-destroy': 1 };
const SEND: Worth = {
  'tx-post': 20,
  'tx-map-frag': 10,
  'tx-map-head': 10,
  'tx-store-address': 2,
  'tx-drop': -60,
  'tx-unmap-head': -10,
  'tx-unmap-frag': -10,
  'tx-read-payload': -5,
};
const COMPLETE: Worth = { 'tx-unmap-frag': 10, 'tx-unmap-head': 5, 'tx-free-skb': 5 };

function worthOn(path: PathKind): Worth {
  switch (path) {
    case 'rx-poll':
    case 'rx-refill':
    case 'queue-mem-alloc':
    case 'queue-start':
      return RECEIVE;
    case 'rx-release':
    case 'queue-mem-free':
    case 'queue-stop':
      return RELEASE;
    case 'tx-xmit':
      return SEND;
    case 'tx-complete':
      return COMPLETE;
  }
}

/** What a step towards an error is worth. */
const FAILURE = -3;
/** What it is worth to leave the packet loop. */
const LEAVES = -1;

/** Kinds of condition that do not hold while nothing goes wrong and nothing is attached. */
const RARE: ReadonlySet<ConditionKind> = new Set([
  'xdp-attached',
  'xdp-consumed',
  'alloc-failed',
  'mapping-error',
  'rx-error',
  'ring-empty',
  'no-pool',
]);

/** What each way out of a place is worth. */
interface Ways {
  readonly next: number;
  readonly return: number;
  readonly break: number;
  readonly continue: number;
}

/** The same tree with `expected` on every unknown condition that the source says nothing about. */
export function predictBranches(nodes: Nodes, path: PathKind): Nodes {
  const labels = new Map<number, number>();
  // The first round finds what labels are worth, for jumps to those that stand before them.
  new Marker(worthOn(path), labels).list(nodes, NOTHING);
  return new Marker(worthOn(path), labels).list(nodes, NOTHING).nodes;
}

const NOTHING: Ways = { next: 0, return: 0, break: 0, continue: 0 };

interface Marked {
  readonly worth: number;
  readonly nodes: Nodes;
}

class Marker {
  private readonly worths: Worth;
  private readonly labels: Map<number, number>;
  private readonly bodies = new Map<Nodes, Map<number, Marked>>();

  constructor(worths: Worth, labels: Map<number, number>) {
    this.worths = worths;
    this.labels = labels;
  }

  list(nodes: Nodes, ways: Ways): Marked {
    const out: ProgramNode[] = [];
    let worth = ways.next;
    for (let i = nodes.length - 1; i >= 0; i--) {
      const node = nodes[i];
      if (node === undefined) continue;
      const marked = this.one(node, { ...ways, next: worth });
      worth = marked.worth;
      out.push(marked.node);
    }
    return { worth, nodes: out.reverse() };
  }

  /** The body of a function, from where all ways out are worth the same. */
  private body(nodes: Nodes, next: number): Marked {
    const known = once(this.bodies, nodes, () => new Map<number, Marked>());
    return once(known, next, () => this.list(nodes, { next, return: next, break: next, continue: next }));
  }

  private one(node: ProgramNode, ways: Ways): { readonly worth: number; readonly node: ProgramNode } {
    switch (node.node) {
      case 'operation':
        return { worth: ways.next + (this.worths[node.operation.kind] ?? 0), node };
      case 'assign': {
        // Error codes: what goes well has none.
        const failure = node.value !== null && node.value < 0 ? FAILURE : 0;
        return { worth: ways.next + failure, node };
      }
      case 'label':
        this.labels.set(node.label, ways.next);
        return { worth: ways.next, node };
      case 'goto':
        return { worth: this.labels.get(node.label) ?? 0, node };
      case 'exit':
        return { worth: node.exit === 'leave' ? 0 : ways[node.exit], node };
      case 'sequence': {
        const { worth, nodes } = this.list(node.steps, ways);
        return { worth, node: { ...node, steps: nodes } };
      }
      case 'call': {
        const { next } = ways;
        const { worth, nodes } = this.body(node.body, next);
        return { worth, node: { ...node, body: nodes } };
      }
      case 'loop': {
        // A packet is done with at the end of the round; what comes after is the same for all.
        const after = node.over === 'completions' ? 0 : ways.next;
        const { worth, nodes } = this.list(node.body, {
          next: after,
          return: ways.return,
          // Where nothing else decides, further packets are waiting.
          break: node.over === 'completions' ? LEAVES : after,
          continue: after,
        });
        return {
          worth: node.over === 'completions' ? worth + ways.next : worth,
          node: { ...node, body: nodes },
        };
      }
      case 'branch':
        return this.branch(node, ways);
    }
  }

  private branch(node: BranchNode, ways: Ways): { readonly worth: number; readonly node: ProgramNode } {
    const then = this.list(node.then, ways);
    const otherwise = this.list(node.otherwise, ways);
    const { condition } = node;
    const sides = { then: then.nodes, otherwise: otherwise.nodes };
    if (condition.means !== 'unknown') {
      if (!RARE.has(condition.means))
        return { worth: Math.max(then.worth, otherwise.worth), node: { ...node, ...sides } };
      return { worth: condition.negated ? then.worth : otherwise.worth, node: { ...node, ...sides } };
    }
    const expected = condition.expected ?? then.worth > otherwise.worth;
    const decided = condition.variable !== undefined;
    const worth = decided ? Math.max(then.worth, otherwise.worth) : expected ? then.worth : otherwise.worth;
    return { worth, node: { ...node, ...sides, condition: { ...condition, expected } } };
  }
}
