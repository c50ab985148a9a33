/** Programs with the places of a text that shifted. What did not shift stays the same object. */
import type { SourceRange } from '../../../../simulator/contract/driver-model.ts';
import type { PathProgram, ProgramNode } from '../../../../simulator/contract/driver-ir.ts';
import type { Nodes } from './nodes.ts';

/** New ranges by the old ones. */
export type Shift = Map<SourceRange, SourceRange>;

export function shiftProgram(program: PathProgram, shift: Shift): PathProgram {
  const { body } = program;
  const steps = new Shifter(shift).list(body.steps);
  const at = shift.get(body.at) ?? body.at;
  return at === body.at && steps === body.steps ? program : { ...program, body: { ...body, at, steps } };
}

class Shifter {
  private readonly shift: Shift;
  private readonly lists = new Map<Nodes, Nodes>();

  constructor(shift: Shift) {
    this.shift = shift;
  }

  list(nodes: Nodes): Nodes {
    let done = this.lists.get(nodes);
    if (done === undefined) {
      const now = nodes.map((node) => this.node(node));
      done = now.every((node, i) => node === nodes[i]) ? nodes : now;
      this.lists.set(nodes, done);
    }
    return done;
  }

  private node(node: ProgramNode): ProgramNode {
    const at = this.shift.get(node.at) ?? node.at;
    switch (node.node) {
      case 'sequence': {
        const steps = this.list(node.steps);
        return at === node.at && steps === node.steps ? node : { ...node, at, steps };
      }
      case 'branch': {
        const then = this.list(node.then);
        const otherwise = this.list(node.otherwise);
        const same = at === node.at && then === node.then && otherwise === node.otherwise;
        return same ? node : { ...node, at, then, otherwise };
      }
      case 'loop': {
        const body = this.list(node.body);
        return at === node.at && body === node.body ? node : { ...node, at, body };
      }
      case 'call': {
        const body = this.list(node.body);
        return at === node.at && body === node.body ? node : { ...node, at, body };
      }
      default:
        return at === node.at ? node : { ...node, at };
    }
  }
}
