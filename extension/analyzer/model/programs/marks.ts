/**
 * Fragments that the driver marks as not to be unmapped: a constant in their slot of the ring, for which the completion
 * looks before it unmaps. Programs of the completion tell which values are such marks, those of the transmission
 * where they are stored.
 */
import type { Operation, PathProgram, ProgramNode } from '../../../../simulator/contract/driver-ir.ts';
import type { Expr, FunctionItem } from '../../syntax/ast.ts';
import { visitExpressions } from '../../syntax/walk.ts';
import { hasBelow, mapNodes, visitNodes, type Nodes } from './nodes.ts';

type Branch = Extract<ProgramNode, { node: 'branch' }>;

/** A value that a question may have, as text: `50 FOO_NO_UNMAP`. */
export type Mark = string;

const UNMAPS: ReadonlySet<Operation['kind']> = new Set(['tx-unmap-head', 'tx-unmap-frag']);
const MAPS: ReadonlySet<Operation['kind']> = new Set(['tx-map-frag']);

export function markOf(question: number, answer: string): Mark {
  return `${question} ${answer}`;
}

/** Values with which the completions leave out an unmapping. */
export function marksAsked(completions: readonly PathProgram[]): ReadonlySet<Mark> {
  const out = new Set<Mark>();
  for (const { body } of completions)
    visitNodes(body.steps, (node) => {
      const tested = node.node === 'branch' ? testOf(node) : null;
      if (node.node !== 'branch' || tested === null) return;
      const [marked, other] = tested.then ? [node.then, node.otherwise] : [node.otherwise, node.then];
      if (!hasBelow(marked, UNMAPS) && hasBelow(other, UNMAPS)) out.add(tested.mark);
    });
  return out;
}

/** True if some program stores a mark. */
export function storesMark(programs: readonly PathProgram[]): boolean {
  let found = false;
  for (const { body } of programs)
    visitNodes(body.steps, (node) => {
      if (isStore(node)) found = true;
    });
  return found;
}

/** The program with the tests for marks named, and marks stored after what they mark is mapped. */
export function withMarks(program: PathProgram, marks: ReadonlySet<Mark>): PathProgram {
  const steps = mapNodes(program.body.steps, (node) => {
    if (node.node === 'loop' && node.over === 'fragments') return [{ ...node, body: rotated(node.body) }];
    const tested = node.node === 'branch' ? testOf(node) : null;
    if (node.node !== 'branch' || tested === null || !marks.has(tested.mark)) return [node];
    const { text } = node.condition;
    const means = { means: 'frag-marked', negated: !tested.then, buffer: null, bytes: null, text } as const;
    return [{ ...node, condition: means }];
  });
  return { ...program, body: { ...program.body, steps: [...steps] } };
}

/** The program with a doubt about each unmapping that a mark would have kept away. */
export function doubtedMarks(program: PathProgram, marks: ReadonlySet<Mark>): PathProgram {
  const doubted = (nodes: Nodes): Nodes =>
    mapNodes(nodes, (node) =>
      node.node === 'operation' && node.operation.kind === 'tx-unmap-frag'
        ? [{ ...node, doubt: node.doubt ?? 'mark' }]
        : [node],
    );
  const steps = mapNodes(program.body.steps, (node) => {
    const tested = node.node === 'branch' ? testOf(node) : null;
    if (node.node !== 'branch' || tested === null || !marks.has(tested.mark)) return [node];
    return [
      tested.then ? { ...node, otherwise: doubted(node.otherwise) } : { ...node, then: doubted(node.then) },
    ];
  });
  return { ...program, body: { ...program.body, steps: [...steps] } };
}

/** Marks by name that some function keeps or hands on: the right side of an assignment, an arm of `?:`, an argument. */
export function storedMarks(functions: Iterable<FunctionItem>, marks: ReadonlySet<Mark>): ReadonlySet<Mark> {
  const names = new Map([...marks].map((mark) => [mark.slice(mark.indexOf(' ') + 1), mark]));
  const out = new Set<Mark>();
  for (const { body } of functions)
    visitExpressions(body, (x, parent) => {
      const mark = x.k === 'id' ? names.get(x.name) : undefined;
      if (mark !== undefined && parent !== null && HANDS_ON.has(parent.k)) out.add(mark);
    });
  return out;
}

const HANDS_ON: ReadonlySet<Expr['k']> = new Set(['assign', 'cond', 'call', 'init']);

/** The mark that a test is for, and whether it leads to `then`. */
function testOf({ condition }: Branch): { readonly mark: Mark; readonly then: boolean } | null {
  const { means, negated, asks } = condition;
  const [answer, ...more] = asks?.answers ?? [];
  if (means !== 'unknown' || asks === undefined || answer === undefined || more.length > 0) return null;
  return { mark: markOf(asks.question, answer), then: asks.except === negated };
}

/** A loop that marks the fragment of the round before marks it in the round in which it is mapped. */
function rotated(body: Nodes): Nodes {
  const map = body.findIndex((node) => hasBelow([node], MAPS));
  const early = body.slice(0, Math.max(0, map)).filter(marks);
  return early.length === 0 ? body : [...body.filter((node) => !early.includes(node)), ...early];
}

function marks(node: ProgramNode): boolean {
  if (node.node === 'branch') return [...node.then, ...node.otherwise].some(marks);
  return isStore(node);
}

function isStore(node: ProgramNode): boolean {
  return (
    node.node === 'operation' &&
    node.operation.kind === 'tx-store-address' &&
    node.operation.helper === 'mark'
  );
}
