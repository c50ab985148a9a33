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
} from '../../../../simulator/contract/driver-ir.ts';
import { below, hasBelow, kindsBelow, withBelow, type Nodes } from './nodes.ts';

const ATTACHES: ReadonlySet<Operation['kind']> = new Set([
  'add-frag',
  'add-frag-noacc',
  'build-skb',
  'alloc-skb',
  'copy-header',
]);
const ADDS: ReadonlySet<Operation['kind']> = new Set(['add-frag', 'add-frag-noacc']);
const MAKES: ReadonlySet<Operation['kind']> = new Set(['alloc-skb', 'build-skb']);
const COPIES: ReadonlySet<Operation['kind']> = new Set(['copy-header', 'deliver', 'put']);

/** Names such tests in the packet loops below `nodes`; loops inside those are not packet loops of their own. */
export function nameLastFragment(nodes: Nodes): Nodes {
  const bodies = new Map<Nodes, Nodes>();
  const go = (list: Nodes): Nodes =>
    list.map((node): ProgramNode =>
      node.node === 'loop' && node.over === 'completions' ? inPacketLoop(node) : withBelow(node, go, bodies),
    );
  return go(nodes);
}

function inPacketLoop(loop: LoopNode): LoopNode {
  // Only who puts several buffers into a packet asks for the last one.
  return addsFragment(loop.body) ? { ...loop, body: named(loop.body, { attached: false }) } : loop;
}

function named(nodes: Nodes, state: { attached: boolean }): Nodes {
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
  if (then === otherwise) return node;
  const [adding, other] = then ? [node.then, node.otherwise] : [node.otherwise, node.then];
  if (!begins(other) && !(hasBelow(other, MAKES) && !hasBelow(adding, MAKES))) return node;
  return { ...node, condition: { ...condition, means: 'first-fragment', negated: then } };
}

function addsFragment(nodes: Nodes): boolean {
  return hasBelow(nodes, ADDS);
}

/** Looks at a buffer or makes the skb of it; a copy is another way to treat the same buffer. */
function begins(nodes: Nodes): boolean {
  return kindsBelow(nodes).size > 0 && !hasBelow(nodes, COPIES);
}

function delivers(nodes: Nodes): boolean {
  return kindsBelow(nodes).has('deliver');
}

function attaches(node: ProgramNode): boolean {
  if (node.node === 'operation') return ATTACHES.has(node.operation.kind);
  return below(node).some((list) => hasBelow(list, ATTACHES));
}

/** Nothing but the way to the next descriptor. */
function goesOn(nodes: Nodes): boolean {
  const [first, ...more] = nodes.filter((n) => n.node !== 'assign');
  if (first === undefined || more.length > 0) return false;
  return (
    (first.node === 'exit' && first.exit === 'continue') || (first.node === 'goto' && first.next === true)
  );
}
