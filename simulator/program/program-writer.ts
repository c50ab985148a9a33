/**
 * Writes programs of the driver IR line by line: each step gets a line of C-like text and a place, in one listing a
 * driver. Used for the generic programs and for the reference driver; real drivers' programs come from the analyser.
 */
import type { SourceRange } from '../contract/driver-model.ts';
import type {
  BranchNode,
  BufferOperand,
  CallNode,
  ConditionKind,
  ExitNode,
  LoopNode,
  Operation,
  OperationNode,
  PathKind,
  PathProgram,
  ProgramNode,
  SequenceNode,
} from '../contract/driver-ir.ts';
import { CONDITIONS } from './code.ts';

export class ProgramWriter {
  private readonly file: string;
  private readonly fixed: SourceRange | null;
  private readonly lines: string[] = [];
  private depth = 0;

  /** @param fixed when given, every step is at this place (generic programs have no source of their own). */
  constructor(file: string, fixed: SourceRange | null = null) {
    this.file = file;
    this.fixed = fixed;
  }

  /** The listing: what the places refer to. */
  get text(): string {
    return this.lines.map((line) => `${line}\n`).join('');
  }

  /** Adds a line and returns its place. */
  line(text: string): SourceRange {
    const indent = '\t'.repeat(this.depth);
    this.lines.push(text === '' ? '' : indent + text);
    if (this.fixed !== null) return this.fixed;
    const line = this.lines.length;
    const column = indent.length + 1;
    return { file: this.file, line, column, endLine: line, endColumn: column + text.length };
  }

  sequence(signature: string, body: () => readonly ProgramNode[]): SequenceNode {
    const at = this.line(signature);
    this.line('{');
    const steps = this.indented(body);
    this.line('}');
    this.line('');
    return { node: 'sequence', at, steps };
  }

  call(name: string, body: readonly ProgramNode[], text = `${name}(q);`): CallNode {
    return { node: 'call', at: this.line(text), function: name, body };
  }

  operation(api: string, operation: Operation, text: string): OperationNode {
    return { node: 'operation', at: this.line(text), operation, api };
  }

  loop(over: LoopNode['over'], text: string, body: () => readonly ProgramNode[]): LoopNode {
    const at = this.line(`${text} {`);
    const steps = this.indented(body);
    this.line('}');
    return { node: 'loop', at, over, body: steps };
  }

  /** @param condition prefix the meaning with `!` for the opposite test. */
  branch(
    condition: ConditionKind | `!${ConditionKind}`,
    buffer: number | null,
    text: string,
    then: () => readonly ProgramNode[],
    bytes: number | null = null,
  ): BranchNode {
    const at = this.line(`if (${text}) {`);
    const steps = this.indented(then);
    this.line('}');
    const { means, negated } = readCondition(condition);
    return {
      node: 'branch',
      at,
      condition: { means, negated, buffer, bytes, text },
      then: steps,
      otherwise: [],
    };
  }

  exit(exit: ExitNode['exit'], text = `${exit};`): ExitNode {
    return { node: 'exit', at: this.line(text), exit };
  }

  private indented(body: () => readonly ProgramNode[]): readonly ProgramNode[] {
    this.depth++;
    const steps = body();
    this.depth--;
    return steps;
  }
}

/** A program of the driver's own, from a function's listing. */
export function driverProgram(
  path: PathKind,
  entry: string,
  buffers: readonly BufferOperand[],
  body: SequenceNode,
): PathProgram {
  return { path, entry, origin: 'driver', buffers, body };
}

const OPPOSITES = new Map<string, ConditionKind>(CONDITIONS.map((means) => [`!${means}`, means]));

function readCondition(condition: ConditionKind | `!${ConditionKind}`): {
  means: ConditionKind;
  negated: boolean;
} {
  const positive = OPPOSITES.get(condition);
  if (positive !== undefined) return { means: positive, negated: true };
  return { means: isMeaning(condition) ? condition : 'unknown', negated: false };
}

function isMeaning(condition: string): condition is ConditionKind {
  return CONDITIONS.some((known) => known === condition);
}
