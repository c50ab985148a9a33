/**
 * A buffer that is allocated goes to the device. Where the descriptor write is out of sight (a firmware command, a
 * macro, a library), the allocation itself stands for it.
 */
import { mapNodes, visitNodes, type Nodes } from './nodes.ts';

/** Ends the `api` of a post that is a store into a slot: `buf->page =`. */
export const SLOT_STORE = ' =';

export function withPosts(nodes: Nodes): Nodes {
  const posted = new Set<number>();
  const allocated = new Set<number>();
  visitNodes(nodes, (node) => {
    if (node.node !== 'operation') return;
    const { operation } = node;
    if (operation.kind === 'alloc') allocated.add(operation.buffer);
    else if (operation.kind === 'post' && !node.api.endsWith(SLOT_STORE)) posted.add(operation.buffer);
  });
  const missing = new Set([...allocated].filter((buffer) => !posted.has(buffer)));
  if (missing.size === 0) return nodes;
  return mapNodes(nodes, (node) => {
    if (node.node !== 'operation') return [node];
    const { operation } = node;
    if (operation.kind !== 'alloc' || !missing.has(operation.buffer)) return [node];
    return [node, { ...node, operation: { kind: 'post', buffer: operation.buffer } }];
  });
}
