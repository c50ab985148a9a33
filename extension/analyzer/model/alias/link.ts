/**
 * Replays the function summaries into one alias graph, bottom-up: helpers first, cloned per call site. Each call of a
 * helper gets its own copy of what the helper does to its arguments, so that a helper that serves header and payload
 * buffers does not make them one. Functions, facts and holders are numbers here: the result holds as long as the flows
 * say the same, wherever the text is.
 */
import type { ResolvedCalls } from '../flow/call-graph.ts';
import { AliasGraph } from './alias-graph.ts';
import { ANY_OBJECT, OP, type FunctionSummary, type SummaryCall } from '../flow/function-summary.ts';

/** Nodes of a function as it stands, for calls of it to copy. */
export interface FunctionNodes {
  /** By position; -1 or absent if it carries no buffer. */
  readonly params: readonly number[];
  readonly result: number;
  /** Where the alias graph nodes of its summary's nodes start among all. */
  readonly from: number;
  /** Number of its first fact; the others follow in the order of its summary. */
  readonly firstFact: number;
}

export interface LinkedDriver {
  readonly graph: AliasGraph;
  /** By number of the function. */
  readonly functions: readonly FunctionNodes[];
  /** Nodes of the alias graph for all summaries' nodes, function by function. */
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
  readonly graph: AliasGraph;
  readonly nodes: Int32Array;
  readonly factOwners: number[] = [];
  readonly holders: number[] = [];
  private count = 0;

  constructor(summaries: readonly FunctionSummary[]) {
    const size = summaries.reduce((sum, summary) => sum + summary.nodes, 0);
    this.nodes = new Int32Array(size).fill(-1);
    // Buffers, what lies behind pointers, and copies of helpers come to a third more in most drivers.
    this.graph = new AliasGraph(size + (size >> 1));
  }

  private addHolder(n: number, fn: number, variable: number): void {
    this.graph.addHolder(n, this.holders.length / 2);
    this.holders.push(fn, variable);
  }

  /** Replays the summary of the function with the number `fn`. */
  replay(fn: number, summary: FunctionSummary): FunctionNodes {
    const { graph, factOwners, nodes, count: from } = this;
    const { code } = summary;
    this.count += summary.nodes;
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
          nodes[next++] = graph.key(summary.keys[a] ?? '');
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
          nodes[next++] = graph.field(at(a), summary.keys[b] ?? '');
          break;
        case OP.holder:
          this.addHolder(at(a), fn, b);
          break;
      }
    }
    return { params, result, from, firstFact };
  }

  /** Objects that are handed to a function from outside the driver may be any of their type. */
  rootParameters({ variables }: FunctionSummary, { params }: FunctionNodes = NOT_YET): void {
    const { graph } = this;
    for (const { parameter, type } of variables) {
      const n = params[parameter] ?? -1;
      if (n >= 0 && graph.fieldsOf(n).size > 0) graph.unify(n, graph.key(`${ANY_OBJECT}${type.base}`));
    }
  }

  /** @param copies false if caller and callee call each other */
  connect({ args, result }: SummaryCall, from: number, callee: FunctionNodes, copies: boolean): void {
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

/** @param summaries by number of the function */
export function linkDriver(summaries: readonly FunctionSummary[], calls: ResolvedCalls): LinkedDriver {
  const linker = new Linker(summaries);
  const done = summaries.map(() => NOT_YET);
  const called = new Set<number>();
  /** Number of the group of mutually recursive functions that a function is in. */
  const groups = new Int32Array(summaries.length).fill(-1);
  calls.order.forEach((group, number) => {
    for (const fn of group) groups[fn] = number;
  });
  for (const group of calls.order) {
    for (const fn of group) {
      const summary = summaries[fn];
      if (summary !== undefined) done[fn] = linker.replay(fn, summary);
    }
    for (const fn of group) {
      const from = done[fn]?.from ?? 0;
      summaries[fn]?.calls.forEach((call, i) => {
        for (const target of calls.callees[fn]?.[i] ?? []) {
          called.add(target);
          const callee = done[target];
          if (callee === undefined || callee === NOT_YET) continue;
          linker.connect(call, from, callee, groups[target] !== groups[fn]);
        }
      });
    }
  }
  summaries.forEach((summary, fn) => {
    if (!called.has(fn)) linker.rootParameters(summary, done[fn]);
  });
  linker.graph.mergeFields(ANY_OBJECT);
  const { graph, nodes, factOwners, holders } = linker;
  return { graph, functions: done, nodes, called, factOwners, holders };
}
