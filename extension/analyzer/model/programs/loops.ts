/** What each loop of a path goes over: completions, fragments of a frame, descriptors of a ring. */
import type { SourceRange } from '../../../../simulator/contract/driver-model.ts';
import type { LoopNode, Operation, PathKind } from '../../../../simulator/contract/driver-ir.ts';
import { below, hasBelow, kindsBelow, mapLoops, once, type Nodes, type Surrounding } from './nodes.ts';

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
export function classifyLoops(nodes: Nodes, path: PathKind, budgeted: ReadonlySet<SourceRange>): Nodes {
  switch (path) {
    case 'rx-poll': {
      const packet = packetLoops(nodes, budgeted);
      return mapLoops(nodes, (loop, inside) => pollLoop(loop, packet, inside));
    }
    case 'rx-refill':
    case 'queue-start':
    case 'queue-mem-alloc':
      // A loop inside is over further buffers of the same descriptor.
      return mapLoops(nodes, (loop, inside) =>
        own(loop, FILLS) && !isInside(inside, 'descriptors') ? 'descriptors' : 'unknown',
      );
    case 'rx-release':
    case 'queue-stop':
    case 'queue-mem-free':
      return mapLoops(nodes, (loop) => (own(loop, RELEASES) ? 'descriptors' : 'unknown'));
    case 'tx-xmit':
      return mapLoops(nodes, (loop) => (own(loop, TX_MAPS) ? 'fragments' : 'unknown'));
    case 'tx-complete':
      return mapLoops(nodes, (loop, inside) => {
        if (own(loop, TX_UNMAPS)) return 'fragments';
        const inner = hasBelow(loop.body, TX_ALL);
        return inner && !isInside(inside, 'descriptors') && own(loop, TX_ALL, 1) ? 'descriptors' : 'unknown';
      });
  }
}

function pollLoop(
  loop: LoopNode,
  packet: ReadonlySet<LoopNode>,
  inside: readonly Surrounding[],
): LoopNode['over'] {
  if (packet.has(loop)) return 'completions';
  const fills = own(loop, new Set(['alloc'])) && !isInside(inside, 'descriptors');
  if (!inside.some(({ source }) => packet.has(source))) return fills ? 'descriptors' : 'unknown';
  if (kindsBelow(loop.body).has('deliver')) return 'unknown';
  if (own(loop, ATTACHES)) return 'fragments';
  if (fills) return 'descriptors';
  return own(loop, CONSUMES) ? 'fragments' : 'unknown';
}

function isInside(loops: readonly Surrounding[], over: LoopNode['over']): boolean {
  return loops.some((outer) => outer.over === over);
}

/** True if the loop's own body, inner loops left out (down to `depth` of them), has such an operation. */
function own(loop: LoopNode, kinds: Kinds, depth = 0): boolean {
  return has(loop.body, kinds, depth);
}

function has(nodes: Nodes, kinds: Kinds, depth: number): boolean {
  return (
    hasBelow(nodes, kinds) &&
    nodes.some((node) => {
      if (node.node === 'operation') return kinds.has(node.operation.kind);
      if (node.node === 'loop') return depth > 0 && has(node.body, kinds, depth - 1);
      return below(node).some((inner) => has(inner, kinds, depth));
    })
  );
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
function packetLoops(nodes: Nodes, budgeted: ReadonlySet<SourceRange>): ReadonlySet<LoopNode> {
  const delivers = kindsBelow(nodes).has('deliver');
  const bodies = new Map<Nodes, number>();
  const handled = (list: Nodes): number =>
    list.reduce((sum, node) => {
      if (node.node === 'operation') return sum + (PACKET.has(node.operation.kind) ? 1 : 0);
      if (node.node === 'call') return sum + once(bodies, node.body, handled);
      return below(node).reduce((inner, each) => inner + handled(each), sum);
    }, 0);
  const weigh = ({ body }: LoopNode): number =>
    delivers && !kindsBelow(body).has('deliver') ? 0 : handled(body);
  const chosen = new Set<LoopNode>();
  const descend = (within: Nodes, best: LoopNode | null, most: number): boolean => {
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

function outermostLoops(nodes: Nodes): readonly LoopNode[] {
  return nodes.flatMap((node) => (node.node === 'loop' ? [node] : below(node).flatMap(outermostLoops)));
}
