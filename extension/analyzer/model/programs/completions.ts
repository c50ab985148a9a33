/**
 * Frames for which the device writes several completions: one for the headers, one for each buffer of payload, one for the
 * frame as a whole. A question of the packet loop with an answer that adds a fragment and another that delivers, adding
 * none, asks which of them is at hand.
 */
import type { Question } from '../../../../simulator/contract/driver-model.ts';
import type {
  BufferOperand,
  ConditionKind,
  Operation,
  ProgramNode,
} from '../../../../simulator/contract/driver-ir.ts';
import { hasBelow, mapNodes, operationsOf, visitNodes, type Nodes } from './nodes.ts';

type Part = Extract<ConditionKind, 'header-completion' | 'payload-completion' | 'frame-completion'>;
type Branch = Extract<ProgramNode, { node: 'branch' }>;

const ADDS: ReadonlySet<Operation['kind']> = new Set(['add-frag', 'add-frag-noacc']);
const DELIVERS: ReadonlySet<Operation['kind']> = new Set(['deliver']);

/**
 * Names the tests of which completion it is in the packet loops below `nodes`.
 * @param asked the questions: which function handles packets is none about a completion
 */
export function nameCompletions(
  nodes: Nodes,
  buffers: readonly BufferOperand[],
  asked: readonly Question[],
): Nodes {
  const questions = new Set<number>();
  visitNodes(nodes, (node) => {
    if (node.node === 'loop' && node.over === 'completions')
      for (const question of asksForPart(node.body, buffers))
        if (isAboutPacket(asked[question])) questions.add(question);
  });
  if (questions.size === 0) return nodes;
  return mapNodes(nodes, (node) => {
    const question = node.node === 'branch' ? questionOf(node) : null;
    if (node.node !== 'branch' || question === null || !questions.has(question)) return [node];
    const part = partOf(node.then, buffers);
    if (part === null) return [node];
    const { text } = node.condition;
    return [{ ...node, condition: { means: part, negated: false, buffer: null, bytes: null, text } }];
  });
}

/** Questions with an answer for payload and another one for the frame as a whole. */
function asksForPart(body: Nodes, buffers: readonly BufferOperand[]): readonly number[] {
  const parts = new Map<number, Set<Part>>();
  visitNodes(body, (node) => {
    const question = node.node === 'branch' ? questionOf(node) : null;
    const part = node.node === 'branch' && question !== null ? partOf(node.then, buffers) : null;
    if (question === null || part === null) return;
    const known = parts.get(question);
    if (known === undefined) parts.set(question, new Set([part]));
    else known.add(part);
  });
  return [...parts].flatMap(([question, found]) =>
    found.has('payload-completion') && found.has('frame-completion') ? [question] : [],
  );
}

function isAboutPacket(question: Question | undefined): boolean {
  return question?.about === 'packet' && question.rest === undefined;
}

/** The question of a test for one of several constants; null for others. */
function questionOf({ condition: { means, negated, variable, asks } }: Branch): number | null {
  if (means !== 'unknown' || negated || variable !== undefined) return null;
  return asks === undefined || asks.except ? null : asks.question;
}

function partOf(nodes: Nodes, buffers: readonly BufferOperand[]): Part | null {
  const [adds, delivers] = [hasBelow(nodes, ADDS), hasBelow(nodes, DELIVERS)];
  if (adds || delivers) return adds && delivers ? null : adds ? 'payload-completion' : 'frame-completion';
  const touched = operationsOf(nodes).flatMap((op) =>
    'buffer' in op && op.buffer !== null ? (buffers[op.buffer]?.role ?? []) : [],
  );
  return touched.length > 0 && touched.every((role) => role === 'header') ? 'header-completion' : null;
}
