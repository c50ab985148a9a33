/** Members of the driver's structures that its programs keep: only what one of them knows and one of them asks for. */
import type { PathProgram } from '../../../../simulator/contract/driver-ir.ts';
import { visitNodes } from './nodes.ts';
import { prune, usedAt } from './prune.ts';

/** A variable of a program, or a member, which is the same in all programs. */
type Value = string;

/** What flows where. */
interface Flow {
  readonly asked: Set<Value>;
  readonly known: Set<Value>;
  readonly moves: (readonly [to: Value, from: Value])[];
}

/** The programs without the members whose value nobody knows, or nobody asks for. */
export function withoutUnasked(programs: readonly PathProgram[]): readonly PathProgram[] {
  const { asked, known, moves } = flowOf(programs);
  for (let size = -1; size !== asked.size + known.size;) {
    size = asked.size + known.size;
    for (const [to, from] of moves) {
      if (asked.has(to)) asked.add(from);
      if (known.has(from)) known.add(to);
    }
  }
  return programs.map((program) => {
    const { kept, ...rest } = program;
    if (kept === undefined) return program;
    const live = kept.filter(({ state }) => asked.has(state) && known.has(state));
    const numbers = new Set(live.map(({ variable }) => variable));
    const steps = prune(program.body.steps, numbers);
    return {
      ...rest,
      ...(live.length === 0 ? {} : { kept: live }),
      body: { ...program.body, steps: [...steps] },
    };
  });
}

function flowOf(programs: readonly PathProgram[]): Flow {
  const flow: Flow = { asked: new Set(), known: new Set(), moves: [] };
  programs.forEach(({ body, kept = [] }, program) => {
    const states = new Map(kept.map(({ variable, state }) => [variable, state]));
    const value = (variable: number): Value => states.get(variable) ?? `${program}:${variable}`;
    visitNodes(body.steps, (node) => {
      for (const variable of usedAt(node)) flow.asked.add(value(variable));
      if (node.node !== 'assign') return;
      if (node.value !== null) flow.known.add(value(node.variable));
      else if (node.from !== null) flow.moves.push([value(node.variable), value(node.from)]);
    });
  });
  return flow;
}
