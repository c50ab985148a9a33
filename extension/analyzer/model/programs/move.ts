/** Programs whose source has moved. What has not moved stays the same object. */
import type { SourceRange } from '../../../../simulator/contract/driver-model.ts';
import type { PathProgram, ProgramNode } from '../../../../simulator/contract/path-program.ts';
import type { Nodes } from './nodes.ts';

/** Ranges that are others now. */
export type Move = Map<SourceRange, SourceRange>;

export function moveProgram(program: PathProgram, move: Move): PathProgram {
  const { body } = program;
  const steps = new Mover(move).list(body.steps);
  const at = move.get(body.at) ?? body.at;
  return at === body.at && steps === body.steps ? program : { ...program, body: { ...body, at, steps } };
}

class Mover {
  private readonly move: Move;
  private readonly lists = new Map<Nodes, Nodes>();

  constructor(move: Move) {
    this.move = move;
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
    const at = this.move.get(node.at) ?? node.at;
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
