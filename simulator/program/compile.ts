/** Compiles the driver IR to flat code (see code.ts). Done once a run; its result is shared and never changes. */
import type {
  BufferOperand,
  Condition,
  CpuAccess,
  LoopNode,
  Operation,
  OperationNode,
  PathKind,
  PathProgram,
  ProgramNode,
  VariableTest,
} from '../contract/driver-ir.ts';
import type { Question, SourceRange } from '../contract/driver-model.ts';
import type { Frame } from '../contract/verdict.ts';
import * as code from './code.ts';
import type { Place, Under } from './code.ts';
import { QuestionTable, type CompiledQuestion } from './questions.ts';
import { hasLoop, postedIn, releasedIn, weight } from './program-tree.ts';

export interface CompiledProgram {
  readonly index: number;
  readonly path: PathProgram['path'];
  readonly entry: string;
  readonly origin: PathProgram['origin'];
  readonly code: Int32Array;
  readonly buffers: readonly BufferOperand[];
  readonly variables: number;
  /** Variables that the queue keeps: pairs of the variable's number and the number of the state. */
  readonly kept: Int32Array;
  /** Places of this program are `firstPlace` to `lastPlace - 1`. */
  readonly firstPlace: number;
  readonly lastPlace: number;
  readonly allocates: boolean;
  readonly postsHeaders: boolean;
  /** It can put more than one buffer into a packet. */
  readonly addsFrags: boolean;
  /** It asks whether the device split the frame; else headers always come in their own buffer, if it has such. */
  readonly testsSplit: boolean;
  /** It asks which part of a frame a completion is for: the device writes one for each. */
  readonly tellsParts: boolean;
  /** Its loops over descriptors take buffers out of the rings. */
  readonly empties: boolean;
}

export interface Compiled {
  readonly programs: readonly CompiledProgram[];
  readonly places: readonly Place[];
  /** The model's questions, and behind them one for each condition that names none. */
  readonly questions: readonly CompiledQuestion[];
  /** Members that each queue keeps the values of. */
  readonly states: readonly string[];
}

/** @param questions what the conditions of the programs ask */
export function compilePrograms(
  programs: readonly PathProgram[],
  questions: readonly Question[] = [],
): Compiled {
  const shared: Shared = { places: [], questions: new QuestionTable(questions), states: new Map() };
  for (const path of CHOSEN) {
    const own = programs.filter((program) => program.path === path);
    shared.questions.chooses(path, own);
  }
  const compiled = programs.map((program, index) => new Compiler(program, index, shared).compile());
  return {
    programs: compiled,
    places: shared.places,
    questions: shared.questions.all,
    states: [...shared.states.keys()],
  };
}

/** Paths of which a driver may have several, one for each of its formats. */
const CHOSEN: readonly PathKind[] = ['rx-poll', 'rx-refill', 'rx-release', 'tx-xmit', 'tx-complete'];

/** What all programs of a driver have in common. */
interface Shared {
  readonly places: Place[];
  readonly questions: QuestionTable;
  readonly states: Map<string, number>;
}

interface Enclosing {
  /** Instructions whose target must become the end of the loop, call or path. */
  readonly exits: number[];
  /** Where `continue` goes; -1: to the end (loops that run once). */
  readonly head: number;
}

/** Assumptions that are told with a place: the nearest ones. A chain of a hundred cases makes as many. */
const MAX_ASSUMPTIONS = 16;

class Compiler {
  private readonly program: PathProgram;
  private readonly index: number;
  private readonly shared: Shared;
  private readonly places: Place[];
  private readonly words: number[] = [];
  private readonly loops: Enclosing[] = [];
  private readonly calls: Enclosing[] = [];
  private readonly path: Enclosing = { exits: [], head: -1 };
  private labels = new Map<number, number>();
  private gotos: { readonly label: number; readonly jump: number }[] = [];
  private stack: readonly Frame[];
  private under: readonly Under[] = [];
  private allocates = false;
  private postsHeaders = false;
  private addsFrags = false;
  private testsSplit = false;
  private tellsParts = false;

  constructor(program: PathProgram, index: number, shared: Shared) {
    this.program = program;
    this.index = index;
    this.shared = shared;
    this.places = shared.places;
    this.stack = [{ function: program.entry, at: program.body.at }];
  }

  compile(): CompiledProgram {
    const firstPlace = this.places.length;
    const steps = this.program.body.steps;
    if (this.program.path === 'rx-poll' && !hasLoop(steps, 'completions')) {
      this.labelled([{ node: 'loop', at: this.program.body.at, over: 'completions', body: steps }]);
    } else {
      this.labelled(steps);
    }
    this.land(this.path);
    this.emit(code.END, -1, 0, 0, 0);
    return {
      index: this.index,
      path: this.program.path,
      entry: this.program.entry,
      origin: this.program.origin,
      code: Int32Array.from(this.words),
      buffers: this.program.buffers,
      variables: this.program.variables?.length ?? 0,
      kept: Int32Array.from(
        (this.program.kept ?? []).flatMap(({ variable, state }) => [variable, this.state(state)]),
      ),
      firstPlace,
      lastPlace: this.places.length,
      allocates: this.allocates,
      postsHeaders: this.postsHeaders,
      addsFrags: this.addsFrags,
      testsSplit: this.testsSplit,
      tellsParts: this.tellsParts,
      empties: EMPTIES.has(this.program.path),
    };
  }

  private state(name: string): number {
    const { states } = this.shared;
    const known = states.get(name) ?? states.size;
    states.set(name, known);
    return known;
  }

  /** The nodes of one function: its labels are its own, though it may be inlined in several places. */
  private labelled(nodes: readonly ProgramNode[]): void {
    const { labels, gotos } = this;
    this.labels = new Map();
    this.gotos = [];
    this.nodes(nodes);
    for (const { label, jump } of this.gotos) this.patch(jump, this.labels.get(label) ?? this.here());
    this.labels = labels;
    this.gotos = gotos;
  }

  private nodes(nodes: readonly ProgramNode[]): void {
    for (const node of nodes) this.node(node);
  }

  private node(node: ProgramNode): void {
    switch (node.node) {
      case 'sequence':
        this.nodes(node.steps);
        break;
      case 'operation':
        this.operation(node.operation, this.place(node.at, node.api, node));
        break;
      case 'branch':
        this.branch(node);
        break;
      case 'loop':
        this.loop(node);
        break;
      case 'call': {
        const outer = this.stack;
        this.stack = [...outer, { function: node.function, at: node.at }];
        const call: Enclosing = { exits: [], head: -1 };
        this.calls.push(call);
        this.labelled(node.body);
        this.calls.pop();
        this.land(call);
        this.stack = outer;
        break;
      }
      case 'exit':
        this.exit(node.exit);
        break;
      case 'assign': {
        const source = node.from !== null ? node.from + 1 : node.value === null ? -1 : 0;
        this.emit(code.SET, node.variable, node.value ?? 0, source, -1);
        break;
      }
      case 'label':
        this.labels.set(node.label, this.here());
        break;
      case 'goto': {
        const next = node.next === true ? this.emit(code.LOOP_FRAGMENTS, -1, 0, 0, -1) : undefined;
        this.gotos.push({ label: node.label, jump: this.emit(code.JUMP, -1, 0, 0, -1) });
        if (next !== undefined) this.patch(next, this.here());
        break;
      }
    }
  }

  private branch(node: Extract<ProgramNode, { node: 'branch' }>): void {
    const { condition } = node;
    const outer = this.under;
    if (condition.means === 'split-happened') this.testsSplit = true;
    if (condition.means === 'frame-completion') this.tellsParts = true;
    const place = this.place(node.at, condition.text);
    const negated = condition.negated ? 1 : 0;
    const decided = condition.variable === undefined ? -1 : this.test(condition.variable, negated, place);
    const known = condition.means === 'unknown' ? this.ask(node, place) : this.meaning(condition, place);
    const { test } = known;
    // Where a variable decides, the answer may not have been asked for.
    const sides = decided < 0 ? known.sides : null;
    if (sides !== null) this.under = [...outer, sides.then];
    this.nodes(node.then);
    this.under = outer;
    const end = node.otherwise.length > 0 ? this.emit(code.JUMP, -1, 0, 0, place) : -1;
    this.patch(test, this.here());
    if (decided >= 0) this.patch(decided, this.here());
    if (sides !== null) this.under = [...outer, sides.otherwise];
    this.nodes(node.otherwise);
    this.under = outer;
    if (end >= 0) this.patch(end, this.here());
  }

  private meaning(condition: Condition, place: number): Tested {
    const { means, negated, buffer, bytes, pool } = condition;
    const number = code.CONDITIONS.indexOf(means);
    const operand = means === 'pool-unreadable' && pool !== undefined ? -2 - pool : (buffer ?? -1);
    const test = this.emit(code.BRANCH, operand, number, negated ? 1 : 0, place, bytes ?? -1);
    return { test, sides: null };
  }

  /** The side that goes on with the packet is the predicted one, until somebody answers the question otherwise. */
  private ask(node: Extract<ProgramNode, { node: 'branch' }>, place: number): Tested {
    const { condition, at } = node;
    const thenIsPredicted = condition.expected ?? weight(node.then) >= weight(node.otherwise);
    const { questions } = this.shared;
    const { question, answers, except } = questions.asked(condition, at);
    const negated = condition.negated !== except;
    questions.expect(question, answers, thenIsPredicted !== negated);
    const test = this.emit(code.ASK, question, answers, negated ? 1 : 0, place);
    const side = (holds: boolean): Under => ({
      ...{ question, answers, holds: holds !== negated },
      text: holds ? condition.text : `not: ${condition.text}`,
    });
    return { test, sides: { then: side(true), otherwise: side(false) } };
  }

  private test({ variable, compare, value }: VariableTest, negated: number, place: number): number {
    const kind = COMPARE[compare] | (negated === 1 ? code.COMPARE_NEGATED : 0);
    return this.emit(code.TEST, variable, kind, value, place);
  }

  private loop(node: LoopNode): void {
    if (node.over === 'unknown') {
      const once: Enclosing = { exits: [], head: -1 };
      this.loops.push(once);
      this.nodes(node.body);
      this.loops.pop();
      this.land(once);
      return;
    }
    const place = this.place(node.at, 'loop');
    const opcode = LOOP_CODE[node.over];
    if (opcode === code.LOOP_DESCRIPTORS) this.emit(code.ENTER_DESCRIPTORS, -1, 0, 0, place);
    const enter =
      opcode === code.LOOP_FRAGMENTS ? this.emit(code.ENTER_FRAGMENTS, -1, 0, 0, place) : undefined;
    const head = this.emit(opcode, opcode === code.LOOP_DESCRIPTORS ? this.ringOf(node) : -1, 0, 0, place);
    if (enter !== undefined) this.patch(enter, this.here());
    const loop: Enclosing = { exits: [], head };
    this.loops.push(loop);
    this.nodes(node.body);
    this.loops.pop();
    this.patch(this.emit(code.JUMP, -1, 0, 0, place), head);
    this.patch(head, this.here());
    this.land(loop);
  }

  /** The alias class of the ring that the loop fills or empties; -1: none, or several. */
  private ringOf({ body }: LoopNode): number {
    return (EMPTIES.has(this.program.path) ? releasedIn(body) : postedIn(body)) ?? -1;
  }

  private exit(exit: 'return' | 'continue' | 'break' | 'leave'): void {
    const loop = this.loops.at(-1);
    const call = this.calls.at(-1);
    const jump = this.emit(code.JUMP, -1, 0, 0, -1);
    if (exit === 'continue' && loop !== undefined && loop.head >= 0) this.patch(jump, loop.head);
    else if ((exit === 'continue' || exit === 'break') && loop !== undefined) loop.exits.push(jump);
    else if (exit === 'return' && call !== undefined) call.exits.push(jump);
    else this.path.exits.push(jump);
  }

  private operation(operation: Operation, place: number): void {
    const opcode = code.OPERATION_BASE + code.OPERATION_KINDS.indexOf(operation.kind);
    const buffer = 'buffer' in operation ? (operation.buffer ?? -1) : -1;
    const [first, second] = argumentsOf(operation);
    if (operation.kind === 'alloc') this.allocates = true;
    if (operation.kind === 'add-frag' || operation.kind === 'add-frag-noacc') this.addsFrags = true;
    if (operation.kind === 'post') {
      const role = this.program.buffers[operation.buffer]?.role;
      if (role === 'header') this.postsHeaders = true;
    }
    this.emit(opcode, buffer, first, second, place);
  }

  private place(at: SourceRange, api: string, operation: OperationNode | null = null): number {
    const { stack, index: program } = this;
    const under = this.under.slice(-MAX_ASSUMPTIONS);
    const isOperation = operation !== null;
    const doubt = operation?.doubt ?? null;
    return this.places.push({ at, api, stack, under, program, isOperation, doubt }) - 1;
  }

  /** Appends an instruction and returns its address. For BRANCH the last word but one is patched, `extra` kept. */
  private emit(op: number, buffer: number, first: number, second: number, place: number, extra = 0): number {
    const address = this.words.length;
    this.words.push(op, buffer, first, op === code.BRANCH ? second | ((extra + 1) << 1) : second, -1, place);
    return address;
  }

  private here(): number {
    return this.words.length;
  }

  private patch(address: number, target: number): void {
    this.words[address + 4] = target;
  }

  private land(enclosing: Enclosing): void {
    for (const address of enclosing.exits) this.patch(address, this.here());
  }
}

/** A test with what is known on either side of it. */
interface Tested {
  readonly test: number;
  /** Null where no question is asked. */
  readonly sides: Sides | null;
}

interface Sides {
  readonly then: Under;
  readonly otherwise: Under;
}

/** Paths whose loops over descriptors take buffers out of the rings. */
const EMPTIES: ReadonlySet<PathProgram['path']> = new Set(['rx-release', 'queue-stop', 'queue-mem-free']);

const COMPARE = {
  '==': code.COMPARE_EQUAL,
  '<': code.COMPARE_LESS,
  '>': code.COMPARE_GREATER,
} as const;

const LOOP_CODE = {
  completions: code.LOOP_COMPLETIONS,
  fragments: code.LOOP_FRAGMENTS,
  descriptors: code.LOOP_DESCRIPTORS,
} as const;

const ACCESS: Readonly<Partial<Record<CpuAccess, number>>> = {
  prefetch: code.ACCESS_PREFETCH,
  'gro-headers': code.ACCESS_HEADERS,
};

const INTERFACE = {
  page: code.INTERFACE_PAGE,
  netmem: code.INTERFACE_NETMEM,
  address: code.INTERFACE_ADDRESS,
} as const;

function argumentsOf(operation: Operation): readonly [number, number] {
  switch (operation.kind) {
    case 'alloc':
      if (operation.from === 'system') return [INTERFACE[operation.interface], code.PAST_POOL];
      return [
        INTERFACE[operation.interface],
        operation.pool === undefined ? 0 : operation.pool + code.POOL_VARIABLE,
      ];
    case 'sync-for-cpu':
    case 'sync-for-device':
      return [INTERFACE[operation.interface], operation.by === 'dma-api' ? code.PAST_POOL : 0];
    case 'put':
      return [INTERFACE[operation.interface], operation.direct ? 1 : 0];
    case 'dma-address':
    case 'take-address':
    case 'add-frag':
    case 'add-frag-noacc':
      return [INTERFACE[operation.interface], 0];
    case 'cpu-access':
      return [ACCESS[operation.how] ?? code.ACCESS_OTHER, 0];
    case 'unwrap':
      return [operation.to === 'page' ? 0 : 1, 0];
    case 'tx-map-frag':
      if (operation.helper === 'skb-frag') return [code.HELPER_NETMEM, 0];
      return [operation.helper === 'address' ? code.HELPER_ADDRESS : code.HELPER_WRONG, 0];
    case 'tx-store-address':
      if (operation.helper === 'mark') return [code.HELPER_MARK, 0];
      return [operation.helper === 'netmem' ? code.HELPER_NETMEM : code.HELPER_WRONG, 0];
    case 'tx-unmap-frag':
      return [operation.helper === 'netmem' ? code.HELPER_NETMEM : code.HELPER_WRONG, 0];
    default:
      return [0, 0];
  }
}
