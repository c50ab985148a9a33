/** Questions about the tree of a program of the driver IR, before it is compiled. */
import type { LoopNode, Operation, OperationNode, ProgramNode } from '../contract/driver-ir.ts';

/** The alias class that a loop fills its ring with: the first that is posted, else the first that is allocated. */
export function postedIn(nodes: readonly ProgramNode[]): number | undefined {
  const all = operationsIn(nodes);
  const found = (kind: 'post' | 'alloc') =>
    all.flatMap(({ operation }) => (operation.kind === kind ? [operation.buffer] : []));
  return found('post')[0] ?? found('alloc')[0];
}

/** The one alias class that a loop takes out of its ring to give it back; undefined where it is none or several. */
export function releasedIn(nodes: readonly ProgramNode[]): number | undefined {
  const found = new Set<number>();
  for (const { operation } of operationsIn(nodes))
    if (operation.kind === 'put' || operation.kind === 'free-page') found.add(operation.buffer);
  return found.size === 1 ? [...found][0] : undefined;
}

/** All operations below the nodes, in source order. */
function operationsIn(nodes: readonly ProgramNode[]): readonly OperationNode[] {
  return nodes.flatMap((node): readonly OperationNode[] => {
    switch (node.node) {
      case 'operation':
        return [node];
      case 'sequence':
        return operationsIn(node.steps);
      case 'loop':
      case 'call':
        return operationsIn(node.body);
      case 'branch':
        return [...operationsIn(node.then), ...operationsIn(node.otherwise)];
      case 'exit':
      case 'assign':
      case 'label':
      case 'goto':
        return [];
    }
  });
}

export function hasLoop(nodes: readonly ProgramNode[], over: LoopNode['over']): boolean {
  return nodes.some((node) => {
    switch (node.node) {
      case 'loop':
        return node.over === over || hasLoop(node.body, over);
      case 'sequence':
        return hasLoop(node.steps, over);
      case 'call':
        return hasLoop(node.body, over);
      case 'branch':
        return hasLoop(node.then, over) || hasLoop(node.otherwise, over);
      default:
        return false;
    }
  });
}

/** How much a side of an unknown branch does for the packet: deliveries count most, early exits against it. */
export function weight(nodes: readonly ProgramNode[]): number {
  let sum = 0;
  for (const node of nodes) {
    switch (node.node) {
      case 'operation':
        sum += OPERATION_WEIGHT[node.operation.kind] ?? 1;
        break;
      case 'exit':
      case 'goto':
        sum -= 2;
        break;
      case 'assign':
      case 'label':
        break;
      case 'sequence':
        sum += weight(node.steps);
        break;
      case 'call':
      case 'loop':
        sum += weight(node.body);
        break;
      case 'branch':
        sum += Math.max(weight(node.then), weight(node.otherwise));
        break;
    }
  }
  return sum;
}

const OPERATION_WEIGHT: Partial<Record<Operation['kind'], number>> = {
  deliver: 10,
  'tx-post': 10,
  'add-frag': 4,
  'build-skb': 4,
  post: 3,
  'free-skb': -6,
  'tx-drop': -6,
  'free-page': -2,
};
