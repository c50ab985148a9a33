/**
 * A test of a header length asks whether the device split the frame. Where the driver reads its header buffer also when
 * the answer is no, headers always come there, and the test is about something else.
 */
import type { BufferOperand, Operation } from '../../../../simulator/contract/driver-ir.ts';
import { hasBelow, mapNodes, operationsOf, type Nodes } from './nodes.ts';

const READS: ReadonlySet<Operation['kind']> = new Set([
  'cpu-access',
  'copy-header',
  'build-skb',
  'sync-for-cpu',
]);

export function checkSplitTests(nodes: Nodes, buffers: readonly BufferOperand[]): Nodes {
  const readsHeader = (side: Nodes): boolean =>
    hasBelow(side, READS) &&
    operationsOf(side).some(
      (op) =>
        READS.has(op.kind) && 'buffer' in op && op.buffer !== null && buffers[op.buffer]?.role === 'header',
    );
  return mapNodes(nodes, (node) => {
    if (node.node !== 'branch' || node.condition.means !== 'split-happened') return [node];
    const unsplit = node.condition.negated ? node.then : node.otherwise;
    if (!readsHeader(unsplit)) return [node];
    return [{ ...node, condition: { ...node.condition, means: 'unknown', negated: false } }];
  });
}
