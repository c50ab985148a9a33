/**
 * Links the recorded flows of all functions into one graph, helpers first. Each call of a helper gets its own copy of
 * what the helper does to its arguments, so that a helper that serves header and payload buffers does not make them one.
 * Functions, facts and holders are numbers here: the result holds as long as the flows say the same, wherever the text is.
 */
import type { ResolvedCalls } from './call-graph.ts';
import { Graph } from './graph.ts';
import { OP, type Tape, type TapeCall } from './tape.ts';

/** Nodes of a function as it stands, for calls of it to copy. */
export interface FunctionNodes {
  /** By position; -1 or absent if it carries no buffer. */
  readonly params: readonly number[];
  readonly result: number;
  /** Graph node of each tape node. */
  readonly nodes: Int32Array;
  /** Number of its first fact; the others follow in the order of its tape. */
  readonly firstFact: number;
}

export interface LinkedDriver {
  readonly graph: Graph;
  /** By number of the function. */
  readonly nodes: readonly FunctionNodes[];
  /** Functions that something in the driver calls. */
  readonly called: ReadonlySet<number>;
  /** Function of each fact. */
  readonly factOwners: readonly number[];
  /** Function and variable of each holder, two numbers each. */
  readonly holders: readonly number[];
}

/** Variable number that stands for a function's return value. */
export const RETURN_VALUE = -1;

const NOT_YET: FunctionNodes = { params: [], result: -1, nodes: new Int32Array(0), firstFact: -1 };

class Linker {
  readonly graph = new Graph();
  readonly factOwners: number[] = [];
  readonly holders: number[] = [];

  private addHolder(n: number, fn: number, variable: number): void {
    this.graph.addHolder(n, this.holders.length / 2);
    this.holders.push(fn, variable);
  }

  /** Replays the tape of the function with the number `fn`. */
  replay(fn: number, tape: Tape): FunctionNodes {
    const { graph, factOwners } = this;
    const { code } = tape;
    const nodes = new Int32Array(tape.nodes).fill(-1);
    const params: number[] = [];
    const firstFact = factOwners.length;
    let result = -1;
    let next = 0;
    const at = (n: number): number => nodes[n] ?? -1;
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
          graph.setBuffer(at(next++), graph.buffer(at(a)));
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
        case OP.holder:
          this.addHolder(at(a), fn, b);
          break;
      }
    }
    return { params, result, nodes, firstFact };
  }

  /** @param copies false if caller and callee call each other */
  connect({ args, result }: TapeCall, nodes: Int32Array, callee: FunctionNodes, copies: boolean): void {
    const { graph } = this;
    if (copies) graph.startInstance();
    for (let i = 0; i < args.length; i++) {
      const param = callee.params[i] ?? -1;
      if (param < 0) continue;
      const own = nodes[args[i] ?? -1] ?? -1;
      const copy = copies ? graph.instance(param) : param;
      if (own >= 0) graph.unify(own, copy);
    }
    const own = nodes[result] ?? -1;
    if (callee.result >= 0 && own >= 0)
      graph.unify(own, copies ? graph.instance(callee.result) : callee.result);
  }
}

/** @param tapes by number of the function */
export function linkDriver(tapes: readonly Tape[], calls: ResolvedCalls): LinkedDriver {
  const linker = new Linker();
  const done = tapes.map(() => NOT_YET);
  const called = new Set<number>();
  for (const group of calls.order) {
    for (const fn of group) {
      const tape = tapes[fn];
      if (tape !== undefined) done[fn] = linker.replay(fn, tape);
    }
    for (const fn of group) {
      const own = done[fn]?.nodes;
      if (own === undefined) continue;
      tapes[fn]?.calls.forEach((call, i) => {
        for (const target of calls.callees[fn]?.[i] ?? []) {
          called.add(target);
          const callee = done[target];
          if (callee === undefined || callee === NOT_YET) continue;
          linker.connect(call, own, callee, !group.includes(target));
        }
      });
    }
  }
  const { graph, factOwners, holders } = linker;
  return { graph, nodes: done, called, factOwners, holders };
}
