/** Compiles path programs to flat code (see code.ts). Done once a run; its result is shared and never changes. */
import type {
  BufferOperand,
  LoopNode,
  Operation,
  PathProgram,
  ProgramNode,
  VariableTest,
} from '../contract/path-program.ts';
import type { SourceRange } from '../contract/driver-model.ts';
import type { Frame } from '../contract/verdict.ts';
import * as code from './code.ts';
import type { Place } from './code.ts';
import { hasLoop, postedIn, releasedIn, weight } from './program-tree.ts';

export interface CompiledProgram {
  readonly index: number;
  readonly path: PathProgram['path'];
  readonly entry: string;
  readonly origin: PathProgram['origin'];
  readonly code: Int32Array;
  readonly buffers: readonly BufferOperand[];
  readonly variables: number;
  /** Places of this program are `firstPlace` to `lastPlace - 1`. */
  readonly firstPlace: number;
  readonly lastPlace: number;
  readonly allocates: boolean;
  readonly postsHeaders: boolean;
  /** It can put more than one buffer into a packet. */
  readonly addsFrags: boolean;
  /** It asks whether the device split the frame; else headers always come in their own buffer, if it has such. */
  readonly testsSplit: boolean;
  /** Its loops over descriptors take buffers out of the rings. */
  readonly empties: boolean;
}

export interface Compiled {
  readonly programs: readonly CompiledProgram[];
  readonly places: readonly Place[];
}

export function compilePrograms(programs: readonly PathProgram[]): Compiled {
  const places: Place[] = [];
  const compiled = programs.map((program, index) => new Compiler(program, index, places).compile());
  return { programs: compiled, places };
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
  private readonly places: Place[];
  private readonly words: number[] = [];
  private readonly loops: Enclosing[] = [];
  private readonly calls: Enclosing[] = [];
  private readonly path: Enclosing = { exits: [], head: -1 };
  private labels = new Map<number, number>();
  private gotos: { readonly label: number; readonly jump: number }[] = [];
  private stack: readonly Frame[];
  private assumptions: readonly string[] = [];
  private allocates = false;
  private postsHeaders = false;
  private addsFrags = false;
  private testsSplit = false;

  constructor(program: PathProgram, index: number, places: Place[]) {
    this.program = program;
    this.index = index;
    this.places = places;
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
      firstPlace,
      lastPlace: this.places.length,
      allocates: this.allocates,
      postsHeaders: this.postsHeaders,
      addsFrags: this.addsFrags,
      testsSplit: this.testsSplit,
      empties: EMPTIES.has(this.program.path),
    };
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
        this.operation(node.operation, this.place(node.at, node.api, true));
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
    const means = code.CONDITIONS.indexOf(condition.means);
    let negated = condition.negated ? 1 : 0;
    const outer = this.assumptions;
    const unknown = condition.means === 'unknown';
    if (condition.means === 'split-happened') this.testsSplit = true;
    // The side that goes on with the packet is the usual one; the machine takes the other one only to explore.
    const thenIsUsual = !unknown || (condition.expected ?? weight(node.then) >= weight(node.otherwise));
    const place = this.place(node.at, condition.text);
    const decided = condition.variable === undefined ? -1 : this.test(condition.variable, negated, place);
    if (unknown) negated = thenIsUsual ? 1 : 0;
    const test = this.emit(code.BRANCH, condition.buffer ?? -1, means, negated, place, condition.bytes ?? -1);
    const assume = (text: string) => (this.assumptions = [...outer, text]);
    if (unknown && !thenIsUsual) assume(condition.text);
    this.nodes(node.then);
    this.assumptions = outer;
    if (node.otherwise.length > 0) {
      const over = this.emit(code.JUMP, -1, 0, 0, place);
      this.patch(test, this.here());
      if (decided >= 0) this.patch(decided, this.here());
      if (unknown && thenIsUsual) assume(`not: ${condition.text}`);
      this.nodes(node.otherwise);
      this.assumptions = outer;
      this.patch(over, this.here());
    } else {
      this.patch(test, this.here());
      if (decided >= 0) this.patch(decided, this.here());
    }
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

  /** The buffer class of the ring that the loop fills or empties; -1: none, or several. */
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

  private place(at: SourceRange, api: string, isOperation = false): number {
    const near = this.assumptions.slice(-MAX_ASSUMPTIONS);
    const assuming = near.length > 0 ? near.join(' and ') : null;
    return this.places.push({ at, api, stack: this.stack, assuming, program: this.index, isOperation }) - 1;
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

const INTERFACE = {
  page: code.INTERFACE_PAGE,
  netmem: code.INTERFACE_NETMEM,
  address: code.INTERFACE_ADDRESS,
} as const;

function argumentsOf(operation: Operation): readonly [number, number] {
  switch (operation.kind) {
    case 'alloc':
      return [INTERFACE[operation.interface], operation.from === 'system' ? code.PAST_POOL : 0];
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
      return [operation.how === 'prefetch' ? code.ACCESS_PREFETCH : code.ACCESS_OTHER, 0];
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
