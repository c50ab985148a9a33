/**
 * Links the recorded flows of all functions into one graph, helpers first. Each call of a helper gets its own copy of
 * what the helper does to its arguments, so that a helper that serves header and payload buffers does not make them one.
 * Functions, facts and holders are numbers here: the result holds as long as the flows say the same, wherever the text is.
 */
import type { ResolvedCalls } from './call-graph.ts';
import { Graph } from './graph.ts';
import { ANY_OBJECT, OP, type Tape, type TapeCall } from './tape.ts';

/** Nodes of a function as it stands, for calls of it to copy. */
export interface FunctionNodes {
  /** By position; -1 or absent if it carries no buffer. */
  readonly params: readonly number[];
  readonly result: number;
  /** Where the graph nodes of its tape's nodes start among all. */
  readonly from: number;
  /** Number of its first fact; the others follow in the order of its tape. */
  readonly firstFact: number;
}

export interface LinkedDriver {
  readonly graph: Graph;
  /** By number of the function. */
  readonly functions: readonly FunctionNodes[];
  /** Graph nodes of all tapes' nodes, function by function. */
  readonly nodes: Int32Array;
  /** Functions that something in the driver calls. */
  readonly called: ReadonlySet<number>;
  /** Function of each fact. */
  readonly factOwners: readonly number[];
  /** Function and variable of each holder, two numbers each. */
  readonly holders: readonly number[];
}

/** Variable number that stands for a function's return value. */
export const RETURN_VALUE = -1;

const NOT_YET: FunctionNodes = { params: [], result: -1, from: 0, firstFact: -1 };

class Linker {
  readonly graph: Graph;
  readonly nodes: Int32Array;
  readonly factOwners: number[] = [];
  readonly holders: number[] = [];
  private count = 0;

  constructor(tapes: readonly Tape[]) {
    const size = tapes.reduce((sum, tape) => sum + tape.nodes, 0);
    this.nodes = new Int32Array(size).fill(-1);
    // Buffers, what lies behind pointers, and copies of helpers come to a third more in most drivers.
    this.graph = new Graph(size + (size >> 1));
  }

  private addHolder(n: number, fn: number, variable: number): void {
    this.graph.addHolder(n, this.holders.length / 2);
    this.holders.push(fn, variable);
  }

  /** Replays the tape of the function with the number `fn`. */
  replay(fn: number, tape: Tape): FunctionNodes {
    const { graph, factOwners, nodes, count: from } = this;
    const { code } = tape;
    this.count += tape.nodes;
    const params: number[] = [];
    const firstFact = factOwners.length;
    let result = -1;
    let next = from;
    const at = (n: number): number => nodes[from + n] ?? -1;
    for (let i = 0; i < code.length; i += 3) {
      const a = code[i + 1] ?? -1;
      const b = code[i + 2] ?? -1;
      const op = code[i];
      if (op === undefined) break;
      switch (op) {
        case OP.node:
          nodes[next++] = graph.node();
          break;
        case OP.key:
          nodes[next++] = graph.key(tape.keys[a] ?? '');
          break;
        case OP.param:
          while (params.length < a) params.push(-1);
          params.push((nodes[next++] = graph.node()));
          break;
        case OP.result:
          nodes[next++] = result = graph.node();
          this.addHolder(result, fn, RETURN_VALUE);
          break;
        case OP.pointee:
          nodes[next++] = graph.pointee(at(a));
          break;
        case OP.view:
          nodes[next] = graph.node();
          graph.setBuffer(nodes[next++] ?? -1, graph.buffer(at(a)));
          break;
        case OP.unify:
          graph.unify(at(a), at(b));
          break;
        case OP.from:
          graph.addOrigin(graph.buffer(at(a)), graph.buffer(at(b)));
          break;
        case OP.fact: {
          const pool = b >= 0 ? graph.buffer(at(b)) : -1;
          graph.addFact(graph.buffer(at(a)), factOwners.length, pool);
          factOwners.push(fn);
          break;
        }
        case OP.mayPointTo:
          graph.addTarget(at(a), at(b));
          break;
        case OP.field:
          nodes[next++] = graph.field(at(a), tape.keys[b] ?? '');
          break;
        case OP.holder:
          this.addHolder(at(a), fn, b);
          break;
      }
    }
    return { params, result, from, firstFact };
  }

  /** Objects that are handed to a function from outside the driver may be any of their type. */
  rootParameters({ variables }: Tape, { params }: FunctionNodes = NOT_YET): void {
    const { graph } = this;
    for (const { parameter, type } of variables) {
      const n = params[parameter] ?? -1;
      if (n >= 0 && graph.fieldsOf(n).size > 0) graph.unify(n, graph.key(`${ANY_OBJECT}${type.base}`));
    }
  }

  /** @param copies false if caller and callee call each other */
  connect({ args, result }: TapeCall, from: number, callee: FunctionNodes, copies: boolean): void {
    const { graph, nodes } = this;
    if (copies) graph.startInstance();
    for (let i = 0; i < args.length; i++) {
      const param = callee.params[i] ?? -1;
      if (param < 0) continue;
      const arg = args[i] ?? -1;
      const own = arg < 0 ? -1 : (nodes[from + arg] ?? -1);
      const copy = copies ? graph.instance(param) : param;
      if (own >= 0) graph.unify(own, copy);
    }
    const own = result < 0 ? -1 : (nodes[from + result] ?? -1);
    if (callee.result >= 0 && own >= 0)
      graph.unify(own, copies ? graph.instance(callee.result) : callee.result);
  }
}

/** @param tapes by number of the function */
export function linkDriver(tapes: readonly Tape[], calls: ResolvedCalls): LinkedDriver {
  const linker = new Linker(tapes);
  const done = tapes.map(() => NOT_YET);
  const called = new Set<number>();
  /** Number of the group of mutually recursive functions that a function is in. */
  const groups = new Int32Array(tapes.length).fill(-1);
  calls.order.forEach((group, number) => {
    for (const fn of group) groups[fn] = number;
  });
  for (const group of calls.order) {
    for (const fn of group) {
      const tape = tapes[fn];
      if (tape !== undefined) done[fn] = linker.replay(fn, tape);
    }
    for (const fn of group) {
      const from = done[fn]?.from ?? 0;
      tapes[fn]?.calls.forEach((call, i) => {
        for (const target of calls.callees[fn]?.[i] ?? []) {
          called.add(target);
          const callee = done[target];
          if (callee === undefined || callee === NOT_YET) continue;
          linker.connect(call, from, callee, groups[target] !== groups[fn]);
        }
      });
    }
  }
  tapes.forEach((tape, fn) => {
    if (!called.has(fn)) linker.rootParameters(tape, done[fn]);
  });
  linker.graph.mergeFields(ANY_OBJECT);
  const { graph, nodes, factOwners, holders } = linker;
  return { graph, functions: done, nodes, called, factOwners, holders };
}
