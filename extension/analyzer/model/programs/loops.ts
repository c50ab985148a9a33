/** What each loop of a path goes over: completions, fragments of a frame, descriptors of a ring. */
import type { SourceRange } from '../../../../simulator/driver-model/driver-model.ts';
import type {
  LoopNode,
  Operation,
  PathKind,
  ProgramNode,
} from '../../../../simulator/driver-model/path-program.ts';
import { mapNodes, operationsOf } from './nodes.ts';

type Kinds = ReadonlySet<Operation['kind']>;

const ATTACHES: Kinds = new Set(['add-frag', 'add-frag-noacc']);
const FILLS: Kinds = new Set(['alloc', 'post']);
const CONSUMES: Kinds = new Set([
  'sync-for-cpu',
  'dma-unmap',
  'cpu-access',
  'add-frag',
  'add-frag-noacc',
  'put',
  'free-page',
  'clear-slot',
  'refcount',
]);
const RELEASES: Kinds = new Set(['put', 'free-page', 'dma-unmap', 'free-skb']);
const TX_MAPS: Kinds = new Set(['tx-map-frag', 'tx-store-address']);
const TX_UNMAPS: Kinds = new Set(['tx-unmap-frag']);
const TX_ALL: Kinds = new Set(['tx-unmap-head', 'tx-unmap-frag', 'tx-free-skb']);

/** Gives every loop below `nodes` its meaning on this path. */
export function classifyLoops(
  nodes: readonly ProgramNode[],
  path: PathKind,
  budgeted: ReadonlySet<SourceRange>,
): readonly ProgramNode[] {
  switch (path) {
    case 'rx-poll': {
      const packet = packetLoops(nodes, budgeted);
      return mapNodes(nodes, (loop, inside) => pollLoop(loop, packet, inside));
    }
    case 'rx-refill':
    case 'queue-start':
    case 'queue-mem-alloc':
      return mapNodes(nodes, (loop) => (own(loop, FILLS) ? 'descriptors' : 'unknown'));
    case 'rx-release':
    case 'queue-stop':
    case 'queue-mem-free':
      return mapNodes(nodes, (loop) => (own(loop, RELEASES) ? 'descriptors' : 'unknown'));
    case 'tx-xmit':
      return mapNodes(nodes, (loop) => (own(loop, TX_MAPS) ? 'fragments' : 'unknown'));
    case 'tx-complete':
      return mapNodes(nodes, (loop, inside) => {
        if (own(loop, TX_UNMAPS)) return 'fragments';
        const inner = operationsOf(loop.body).some((op) => TX_ALL.has(op.kind));
        return inner && !inside.some((outer) => outer.over === 'descriptors') && own(loop, TX_ALL, 1)
          ? 'descriptors'
          : 'unknown';
      });
  }
}

function pollLoop(
  loop: LoopNode,
  packet: ReadonlySet<LoopNode>,
  inside: readonly { readonly source: LoopNode }[],
): LoopNode['over'] {
  if (packet.has(loop)) return 'completions';
  const fills = own(loop, new Set(['alloc']));
  const ops = operationsOf(loop.body);
  if (!inside.some(({ source }) => packet.has(source))) return fills ? 'descriptors' : 'unknown';
  if (ops.some((op) => op.kind === 'deliver')) return 'unknown';
  if (own(loop, ATTACHES)) return 'fragments';
  if (fills) return 'descriptors';
  return own(loop, CONSUMES) ? 'fragments' : 'unknown';
}

/** True if the loop's own body, inner loops left out (down to `depth` of them), has such an operation. */
function own(loop: LoopNode, kinds: Kinds, depth = 0): boolean {
  return has(loop.body, kinds, depth);
}

function has(nodes: readonly ProgramNode[], kinds: Kinds, depth: number): boolean {
  return nodes.some((node) => {
    switch (node.node) {
      case 'operation':
        return kinds.has(node.operation.kind);
      case 'branch':
        return has(node.then, kinds, depth) || has(node.otherwise, kinds, depth);
      case 'call':
        return has(node.body, kinds, depth);
      case 'sequence':
        return has(node.steps, kinds, depth);
      case 'loop':
        return depth > 0 && has(node.body, kinds, depth - 1);
      default:
        return false;
    }
  });
}

const PACKET: Kinds = new Set([
  ...CONSUMES,
  'build-skb',
  'alloc-skb',
  'deliver',
  'copy-header',
  'read-skb-head',
]);

/**
 * The loops that a poll spends its budget in, one for each mode of the driver: on each way down the innermost one that
 * looks at the budget, else the innermost one with most of what is done to a packet.
 */
function packetLoops(
  nodes: readonly ProgramNode[],
  budgeted: ReadonlySet<SourceRange>,
): ReadonlySet<LoopNode> {
  const delivers = operationsOf(nodes).some((op) => op.kind === 'deliver');
  const weigh = (loop: LoopNode): number => {
    const ops = operationsOf(loop.body);
    if (delivers && !ops.some((op) => op.kind === 'deliver')) return 0;
    return ops.filter((op) => PACKET.has(op.kind)).length;
  };
  const chosen = new Set<LoopNode>();
  const descend = (within: readonly ProgramNode[], best: LoopNode | null, most: number): boolean => {
    let found = false;
    for (const loop of outermostLoops(within)) {
      const weight = weigh(loop);
      if (weight * 2 < most || weight === 0) continue;
      found = true;
      const keeps = best !== null && budgeted.has(best.at) && !budgeted.has(loop.at);
      const candidate = keeps ? best : loop;
      if (!descend(loop.body, candidate, weight)) chosen.add(candidate);
    }
    return found;
  };
  descend(nodes, null, 0);
  return chosen;
}

function outermostLoops(nodes: readonly ProgramNode[]): readonly LoopNode[] {
  return nodes.flatMap((node): readonly LoopNode[] => {
    switch (node.node) {
      case 'loop':
        return [node];
      case 'branch':
        return [...outermostLoops(node.then), ...outermostLoops(node.otherwise)];
      case 'call':
        return outermostLoops(node.body);
      case 'sequence':
        return outermostLoops(node.steps);
      default:
        return [];
    }
  });
}
