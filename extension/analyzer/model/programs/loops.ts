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
      const packet = packetLoop(nodes, budgeted);
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
  packet: LoopNode | null,
  inside: readonly { readonly source: LoopNode }[],
): LoopNode['over'] {
  if (loop === packet) return 'completions';
  const fills = own(loop, new Set(['alloc']));
  const ops = operationsOf(loop.body);
  if (!inside.some(({ source }) => source === packet)) return fills ? 'descriptors' : 'unknown';
  if (ops.some((op) => op.kind === 'deliver')) return 'unknown';
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

const PACKET: Kinds = new Set([...CONSUMES, 'build-skb', 'alloc-skb', 'deliver', 'copy-header', 'read-skb-head']);

/**
 * The loop that a poll spends its budget in: the innermost one that looks at the budget and delivers, else the
 * innermost one with most of what is done to a packet.
 */
function packetLoop(nodes: readonly ProgramNode[], budgeted: ReadonlySet<SourceRange>): LoopNode | null {
  const loops: { readonly loop: LoopNode; readonly packet: number; readonly delivers: boolean }[] = [];
  mapNodes(nodes, (loop) => {
    const ops = operationsOf(loop.body);
    const packet = ops.filter((op) => PACKET.has(op.kind)).length;
    if (packet > 0) loops.push({ loop, packet, delivers: ops.some((op) => op.kind === 'deliver') });
    return 'unknown';
  });
  // `mapNodes` comes to outer loops first.
  const most = Math.max(0, ...loops.map(({ packet }) => packet));
  const main = loops.filter(({ packet }) => packet * 2 >= most);
  const delivering = main.filter(({ delivers }) => delivers);
  const among = delivering.length > 0 ? delivering : main;
  const found = among.findLast(({ loop }) => budgeted.has(loop.at)) ?? among.at(-1);
  return found?.loop ?? null;
}
