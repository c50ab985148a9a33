/**
 * Packets of several descriptors: once a buffer is in the packet, a test that does nothing but go on with the next
 * descriptor asks whether this was the last one, whatever the device calls it.
 */
import type {
  BranchNode,
  LoopNode,
  Operation,
  ProgramNode,
} from '../../../../simulator/driver-model/path-program.ts';
import { operationsOf } from './nodes.ts';

const ATTACHES: ReadonlySet<Operation['kind']> = new Set([
  'add-frag',
  'add-frag-noacc',
  'build-skb',
  'alloc-skb',
  'copy-header',
]);

/** Names such tests in the packet loops below `nodes`. */
export function nameLastFragment(nodes: readonly ProgramNode[]): readonly ProgramNode[] {
  return nodes.map((node): ProgramNode => {
    switch (node.node) {
      case 'loop':
        return node.over === 'completions'
          ? inPacketLoop(node)
          : { ...node, body: nameLastFragment(node.body) };
      case 'branch':
        return { ...node, then: nameLastFragment(node.then), otherwise: nameLastFragment(node.otherwise) };
      case 'call':
        return { ...node, body: nameLastFragment(node.body) };
      case 'sequence':
        return { ...node, steps: nameLastFragment(node.steps) };
      default:
        return node;
    }
  });
}

function inPacketLoop(loop: LoopNode): LoopNode {
  // Only who puts several buffers into a packet asks for the last one.
  const attaches = operationsOf(loop.body).some(
    ({ kind }) => kind === 'add-frag' || kind === 'add-frag-noacc',
  );
  return attaches ? { ...loop, body: named(loop.body, { attached: false }) } : loop;
}

function named(nodes: readonly ProgramNode[], state: { attached: boolean }): readonly ProgramNode[] {
  return nodes.map((node): ProgramNode => {
    if (node.node === 'branch') {
      const branch = state.attached ? asLast(node) : node;
      if (branch !== node) return branch;
    }
    if (operationsOf([node]).some((op) => ATTACHES.has(op.kind))) state.attached = true;
    if (node.node === 'sequence') return { ...node, steps: named(node.steps, state) };
    return node;
  });
}

function asLast(node: BranchNode): BranchNode {
  const { condition } = node;
  if (condition.means !== 'unknown' || condition.variable !== undefined) return node;
  if (goesOn(node.then) && !goesOn(node.otherwise))
    return { ...node, condition: { ...condition, means: 'last-fragment', negated: true } };
  if (goesOn(node.otherwise) && !goesOn(node.then))
    return { ...node, condition: { ...condition, means: 'last-fragment', negated: false } };
  return node;
}

/** Nothing but the way to the next descriptor. */
function goesOn(nodes: readonly ProgramNode[]): boolean {
  const [first, ...more] = nodes.filter((n) => n.node !== 'assign');
  if (first === undefined || more.length > 0) return false;
  return (
    (first.node === 'exit' && first.exit === 'continue') || (first.node === 'goto' && first.next === true)
  );
}
