/**
 * A test of a header length asks whether the device split the frame. Where the driver reads its header buffer also when
 * the answer is no, headers always come there, and the test is about something else.
 */
import type {
  BufferOperand,
  Operation,
  ProgramNode,
} from '../../../../simulator/driver-model/path-program.ts';
import { operationsOf } from './nodes.ts';

const READS: ReadonlySet<Operation['kind']> = new Set([
  'cpu-access',
  'copy-header',
  'build-skb',
  'sync-for-cpu',
]);

export function checkSplitTests(
  nodes: readonly ProgramNode[],
  buffers: readonly BufferOperand[],
): readonly ProgramNode[] {
  const go = (inner: readonly ProgramNode[]): readonly ProgramNode[] => checkSplitTests(inner, buffers);
  const readsHeader = (side: readonly ProgramNode[]): boolean =>
    operationsOf(side).some(
      (op) =>
        READS.has(op.kind) && 'buffer' in op && op.buffer !== null && buffers[op.buffer]?.role === 'header',
    );
  return nodes.map((node): ProgramNode => {
    switch (node.node) {
      case 'branch': {
        const made = { ...node, then: go(node.then), otherwise: go(node.otherwise) };
        if (node.condition.means !== 'split-happened') return made;
        const unsplit = node.condition.negated ? node.then : node.otherwise;
        if (!readsHeader(unsplit)) return made;
        return { ...made, condition: { ...node.condition, means: 'unknown', negated: false } };
      }
      case 'loop':
      case 'call':
        return { ...node, body: go(node.body) };
      case 'sequence':
        return { ...node, steps: go(node.steps) };
      default:
        return node;
    }
  });
}
