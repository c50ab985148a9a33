/**
 * Packets of several descriptors: once a buffer is in the packet, a test that does nothing but go on with the next
 * descriptor, or that does nothing but deliver, asks whether this was the last one, whatever the device calls it. A
 * test between beginning a packet and adding a fragment asks whether it is the first.
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
  return addsFragment(loop.body) ? { ...loop, body: named(loop.body, { attached: false }) } : loop;
}

function named(nodes: readonly ProgramNode[], state: { attached: boolean }): readonly ProgramNode[] {
  return nodes.map((node): ProgramNode => {
    if (node.node === 'branch') {
      const branch = asFirst(state.attached ? asLast(node) : node);
      if (attaches(branch)) state.attached = true;
      if (branch !== node) return branch;
      return {
        ...node,
        then: named(node.then, { ...state }),
        otherwise: named(node.otherwise, { ...state }),
      };
    }
    if (attaches(node)) state.attached = true;
    if (node.node === 'sequence') return { ...node, steps: named(node.steps, state) };
    // A helper returns rather than goes on, but may tell the first descriptor from others.
    if (node.node === 'call') return { ...node, body: named(node.body, { ...state }) };
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
  if (node.otherwise.length === 0 && delivers(node.then))
    return { ...node, condition: { ...condition, means: 'last-fragment', negated: false } };
  return node;
}

function asFirst(node: BranchNode): BranchNode {
  const { condition } = node;
  if (condition.means !== 'unknown' || condition.variable !== undefined) return node;
  const [then, otherwise] = [addsFragment(node.then), addsFragment(node.otherwise)];
  if (then === otherwise || !begins(then ? node.otherwise : node.then)) return node;
  return { ...node, condition: { ...condition, means: 'first-fragment', negated: then } };
}

function addsFragment(nodes: readonly ProgramNode[]): boolean {
  return operationsOf(nodes).some(({ kind }) => kind === 'add-frag' || kind === 'add-frag-noacc');
}

/** Looks at a buffer or makes the skb of it; a copy is another way to treat the same buffer. */
function begins(nodes: readonly ProgramNode[]): boolean {
  const kinds = operationsOf(nodes).map(({ kind }) => kind);
  const copies = kinds.some((kind) => kind === 'copy-header' || kind === 'deliver' || kind === 'put');
  return kinds.length > 0 && !copies;
}

function delivers(nodes: readonly ProgramNode[]): boolean {
  return operationsOf(nodes).some(({ kind }) => kind === 'deliver');
}

function attaches(node: ProgramNode): boolean {
  return operationsOf([node]).some((op) => ATTACHES.has(op.kind));
}

/** Nothing but the way to the next descriptor. */
function goesOn(nodes: readonly ProgramNode[]): boolean {
  const [first, ...more] = nodes.filter((n) => n.node !== 'assign');
  if (first === undefined || more.length > 0) return false;
  return (
    (first.node === 'exit' && first.exit === 'continue') || (first.node === 'goto' && first.next === true)
  );
}
