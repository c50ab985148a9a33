/**
 * Bounds of a driver model: what a driver can have, and what the machine can take. Models come out of files and out of C that
 * nobody meant to run; a value outside would be an array of no size or a step without end in the middle of a run.
 */
import type { DriverModel, PoolModel, SourceRange } from './driver-model.ts';
import type { Condition, Operation, PathProgram, ProgramNode } from './driver-ir.ts';

/** Several times what the largest drivers have. */
const MODEL_LIMITS = {
  pools: 1000,
  programs: 1000,
  /** Of one program. */
  buffers: 10_000,
  variables: 100_000,
  /** Steps of one program, each as often as it stands there: functions that are inlined twice count twice. */
  steps: 500_000,
  /** Steps within steps. */
  depth: 400,
} as const;

/** Largest of the kernel's `unsigned int`. */
const MAX_UNSIGNED = 0xffff_ffff;
/** More than any allocation; what lies between this and the kernel's limit is for the kernel to refuse. */
const MAX_ORDER = 63;

/** What is out of bounds, in words that stand behind the model's name; null if nothing is. */
export function modelProblem({ pools, programs = [] }: DriverModel): string | null {
  return (
    tooMany('pools', pools.length, MODEL_LIMITS.pools) ??
    tooMany('programs', programs.length, MODEL_LIMITS.programs) ??
    first(pools, poolProblem) ??
    first(programs, programProblem)
  );
}

function first<T>(items: readonly T[], problem: (item: T) => string | null): string | null {
  for (const item of items) {
    const found = problem(item);
    if (found !== null) return found;
  }
  return null;
}

function tooMany(what: string, count: number, limit: number): string | null {
  return count > limit ? `has ${count} ${what}; ${limit} is the limit` : null;
}

function outside(what: string, value: number | null, least: number, most: number): string | null {
  if (value === null || (Number.isInteger(value) && value >= least && value <= most)) return null;
  return `has ${what} ${value}, which is not from ${least} to ${most}`;
}

function poolProblem(pool: PoolModel): string | null {
  const { maxLen } = pool;
  const length = typeof maxLen.value === 'number' ? maxLen.value : null;
  const problem =
    outside('poolSize', pool.poolSize.value, 0, MAX_UNSIGNED) ??
    outside('order', pool.order.value, 0, MAX_ORDER) ??
    outside('maxLen', length, 0, MAX_UNSIGNED) ??
    outside('offset', pool.offset.value, 0, MAX_UNSIGNED) ??
    tooMany('conditional flags', pool.conditionalFlags.length, MODEL_LIMITS.pools) ??
    placeProblem(pool.createdAt);
  return problem === null ? null : `${problem} (pool ${pool.name})`;
}

function placeProblem({ line, column, endLine, endColumn }: SourceRange): string | null {
  return first([line, column, endLine, endColumn], (value) =>
    outside('a line or column', value, 1, MAX_UNSIGNED),
  );
}

function programProblem(program: PathProgram): string | null {
  const { buffers, variables = [] } = program;
  const problem =
    tooMany('buffers', buffers.length, MODEL_LIMITS.buffers) ??
    tooMany('variables', variables.length, MODEL_LIMITS.variables) ??
    new Steps(program).problem();
  return problem === null ? null : `${problem} (${program.path} of ${program.entry})`;
}

/** Looks at each node once, however often it stands in the tree. */
class Steps {
  private readonly program: PathProgram;
  /** Nodes within each node that was looked at, itself included. */
  private readonly sizes = new Map<ProgramNode, number>();

  constructor(program: PathProgram) {
    this.program = program;
  }

  problem(): string | null {
    const total = this.size(this.program.body, 0);
    return typeof total === 'string' ? total : tooMany('steps', total, MODEL_LIMITS.steps);
  }

  /** Nodes, or what is wrong with one. */
  private size(node: ProgramNode, depth: number): number | string {
    if (depth > MODEL_LIMITS.depth) return `nests deeper than ${MODEL_LIMITS.depth} steps`;
    const known = this.sizes.get(node);
    if (known !== undefined) return known;
    const wrong = placeProblem(node.at) ?? this.operands(node);
    if (wrong !== null) return wrong;
    let total = 1;
    for (const inner of innerNodes(node)) {
      const size = this.size(inner, depth + 1);
      if (typeof size === 'string') return size;
      total += size;
    }
    this.sizes.set(node, total);
    return total;
  }

  private operands(node: ProgramNode): string | null {
    switch (node.node) {
      case 'branch':
        return this.condition(node.condition);
      case 'assign':
        return this.variable(node.variable) ?? this.variable(node.from);
      case 'label':
      case 'goto':
        return outside('label', node.label, 0, MAX_UNSIGNED);
      case 'operation':
        return this.operation(node.operation);
      case 'sequence':
      case 'loop':
      case 'call':
      case 'exit':
        return null;
    }
  }

  private condition({ buffer, bytes, variable }: Condition): string | null {
    return (
      this.buffer(buffer) ??
      outside('a threshold of', bytes, 0, MAX_UNSIGNED) ??
      this.variable(variable?.variable ?? null)
    );
  }

  private operation(operation: Operation): string | null {
    return 'buffer' in operation ? this.buffer(operation.buffer) : null;
  }

  private buffer(index: number | null): string | null {
    return operand('buffer', index, this.program.buffers.length);
  }

  private variable(index: number | null): string | null {
    return operand('variable', index, this.program.variables?.length ?? 0);
  }
}

function operand(what: string, index: number | null, count: number): string | null {
  if (index === null || (Number.isInteger(index) && index >= 0 && index < count)) return null;
  return `names ${what} ${index} of ${count}`;
}

function innerNodes(node: ProgramNode): readonly ProgramNode[] {
  switch (node.node) {
    case 'sequence':
      return node.steps;
    case 'branch':
      return [...node.then, ...node.otherwise];
    case 'loop':
    case 'call':
      return node.body;
    case 'exit':
    case 'assign':
    case 'label':
    case 'goto':
    case 'operation':
      return [];
  }
}
