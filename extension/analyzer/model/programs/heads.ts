/** Where the driver treats the head of a sent packet in one way and its frags in another, the test between is known. */
import type { BranchNode, ProgramNode } from '../../../../simulator/driver-model/path-program.ts';
import { operationsOf } from './nodes.ts';

export function headsAndFrags(nodes: readonly ProgramNode[]): readonly ProgramNode[] {
  return nodes.map((node): ProgramNode => {
    switch (node.node) {
      case 'branch':
        return named({ ...node, then: headsAndFrags(node.then), otherwise: headsAndFrags(node.otherwise) });
      case 'loop':
      case 'call':
        return { ...node, body: headsAndFrags(node.body) };
      case 'sequence':
        return { ...node, steps: headsAndFrags(node.steps) };
      default:
        return node;
    }
  });
}

function named(node: BranchNode): BranchNode {
  if (node.condition.means !== 'unknown') return node;
  const [then, otherwise] = [about(node.then), about(node.otherwise)];
  if (then === null || otherwise === null || then === otherwise) return node;
  return { ...node, condition: { ...node.condition, means: 'first-fragment', negated: then === 'frag' } };
}

/** What a side unmaps or maps: only heads, only frags, or neither. */
function about(nodes: readonly ProgramNode[]): 'head' | 'frag' | null {
  const kinds = new Set(operationsOf(nodes).map((op) => op.kind));
  const head = kinds.has('tx-map-head') || kinds.has('tx-unmap-head');
  const frag = kinds.has('tx-map-frag') || kinds.has('tx-unmap-frag');
  if (head === frag) return null;
  return head ? 'head' : 'frag';
}
