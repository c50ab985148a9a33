/** Where the driver treats the head of a sent packet in one way and its frags in another, the test between is known. */
import type { BranchNode } from '../../../../simulator/contract/driver-ir.ts';
import { kindsBelow, mapNodes, type Nodes } from './nodes.ts';

export function headsAndFrags(nodes: Nodes): Nodes {
  return mapNodes(nodes, (node) => [node.node === 'branch' ? named(node) : node]);
}

function named(node: BranchNode): BranchNode {
  if (node.condition.means !== 'unknown') return node;
  const [then, otherwise] = [about(node.then), about(node.otherwise)];
  if (then === null || otherwise === null || then === otherwise) return node;
  const { text } = node.condition;
  const means = {
    means: 'first-fragment',
    negated: then === 'frag',
    buffer: null,
    bytes: null,
    text,
  } as const;
  return { ...node, condition: means };
}

/** What a side unmaps or maps: only heads, only frags, or neither. */
function about(nodes: Nodes): 'head' | 'frag' | null {
  const kinds = kindsBelow(nodes);
  const head = kinds.has('tx-map-head') || kinds.has('tx-unmap-head');
  const frag = kinds.has('tx-map-frag') || kinds.has('tx-unmap-frag');
  if (head === frag) return null;
  return head ? 'head' : 'frag';
}
