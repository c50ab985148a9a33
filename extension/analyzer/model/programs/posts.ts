/**
 * A buffer that is allocated goes to the device. Where the descriptor write is out of sight (a firmware command, a
 * macro, a library), the allocation itself stands for it.
 */
import type { ProgramNode } from '../../../../simulator/driver-model/path-program.ts';
import { operationsOf, visitNodes } from './nodes.ts';

/** Ends the `api` of a post that is a store into a slot: `buf->page =`. */
export const SLOT_STORE = ' =';

export function withPosts(nodes: readonly ProgramNode[]): readonly ProgramNode[] {
  const ops = operationsOf(nodes);
  const posted = new Set<number>();
  visitNodes(nodes, (node) => {
    if (node.node === 'operation' && node.operation.kind === 'post' && !node.api.endsWith(SLOT_STORE))
      posted.add(node.operation.buffer);
  });
  const missing = new Set(
    ops.flatMap((op) => (op.kind === 'alloc' && !posted.has(op.buffer) ? [op.buffer] : [])),
  );
  return missing.size === 0 ? nodes : add(nodes, missing);
}

function add(nodes: readonly ProgramNode[], missing: ReadonlySet<number>): readonly ProgramNode[] {
  return nodes.flatMap((node): readonly ProgramNode[] => {
    switch (node.node) {
      case 'operation': {
        const { operation } = node;
        if (operation.kind !== 'alloc' || !missing.has(operation.buffer)) return [node];
        return [node, { ...node, operation: { kind: 'post', buffer: operation.buffer } }];
      }
      case 'branch':
        return [{ ...node, then: add(node.then, missing), otherwise: add(node.otherwise, missing) }];
      case 'loop':
      case 'call':
        return [{ ...node, body: add(node.body, missing) }];
      case 'sequence':
        return [{ ...node, steps: add(node.steps, missing) }];
      default:
        return [node];
    }
  });
}
