/** Walks over program trees. */
import type { LoopNode, Operation, ProgramNode } from '../../../../simulator/driver-model/path-program.ts';

/** A loop around the node at work: as it was, and what was decided about it. */
export interface Surrounding {
  readonly source: LoopNode;
  readonly over: LoopNode['over'];
}

/** The same tree with each loop's meaning from `decide`; outer loops are asked first. */
export function mapNodes(
  nodes: readonly ProgramNode[],
  decide: (loop: LoopNode, inside: readonly Surrounding[]) => LoopNode['over'],
  inside: readonly Surrounding[] = [],
): readonly ProgramNode[] {
  const go = (inner: readonly ProgramNode[]): readonly ProgramNode[] => mapNodes(inner, decide, inside);
  return nodes.map((node): ProgramNode => {
    switch (node.node) {
      case 'loop': {
        const over = decide(node, inside);
        return { ...node, over, body: mapNodes(node.body, decide, [...inside, { source: node, over }]) };
      }
      case 'branch':
        return { ...node, then: go(node.then), otherwise: go(node.otherwise) };
      case 'call':
        return { ...node, body: go(node.body) };
      case 'sequence':
        return { ...node, steps: go(node.steps) };
      default:
        return node;
    }
  });
}

/** Visits every node, parents first. */
export function visitNodes(nodes: readonly ProgramNode[], visit: (node: ProgramNode) => void): void {
  for (const node of nodes) {
    visit(node);
    switch (node.node) {
      case 'branch':
        visitNodes(node.then, visit);
        visitNodes(node.otherwise, visit);
        break;
      case 'loop':
      case 'call':
        visitNodes(node.body, visit);
        break;
      case 'sequence':
        visitNodes(node.steps, visit);
        break;
      default:
        break;
    }
  }
}

/** All operations below the nodes, in order. */
export function operationsOf(nodes: readonly ProgramNode[]): readonly Operation[] {
  const out: Operation[] = [];
  visitNodes(nodes, (node) => {
    if (node.node === 'operation') out.push(node.operation);
  });
  return out;
}
