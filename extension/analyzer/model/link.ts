/**
 * Links the recorded flows of all functions into one graph, helpers first. Each call of a helper gets its own copy of
 * what the helper does to its arguments, so that a helper that serves header and payload buffers does not make them one.
 */
import type { CallGraph, FunctionRef } from './call-graph.ts';
import { Graph, type PlacedFact } from './graph.ts';
import type { TapeCall } from './tape.ts';

/** Nodes of a function as it stands, for calls of it to copy. */
export interface FunctionNodes {
  readonly params: ReadonlyMap<number, number>;
  readonly result: number;
  /** Graph node of each tape node. */
  readonly nodes: Int32Array;
}

export interface LinkedDriver {
  readonly graph: Graph;
  readonly nodes: ReadonlyMap<FunctionRef, FunctionNodes>;
  /** Functions that something in the driver calls. */
  readonly called: ReadonlySet<FunctionRef>;
  readonly facts: readonly PlacedFact[];
}

/** Variable number that stands for a function's return value. */
export const RETURN_VALUE = -1;

interface Pending {
  readonly fn: FunctionRef;
  readonly nodes: Int32Array;
}

export function linkDriver(calls: CallGraph): LinkedDriver {
  const graph = new Graph();
  const done = new Map<FunctionRef, FunctionNodes>();
  const called = new Set<FunctionRef>();
  const facts: PlacedFact[] = [];
  for (const group of calls.order) {
    const inner: Pending[] = [];
    for (const fn of group) {
      const nodes = replay(fn, graph, facts);
      done.set(fn, nodes);
      if (fn.tape.calls.length > 0) inner.push({ fn, nodes: nodes.nodes });
    }
    for (const p of inner) {
      const callees = calls.callees(p.fn);
      for (const [i, call] of p.fn.tape.calls.entries()) {
        for (const target of callees[i] ?? []) {
          called.add(target);
          const callee = done.get(target);
          if (callee === undefined) continue;
          const copies = group.includes(target) ? null : new Map<number, number>();
          connect(graph, call, p.nodes, callee, copies);
        }
      }
    }
  }
  return { graph, nodes: done, called, facts };
}

function replay(fn: FunctionRef, graph: Graph, facts: PlacedFact[]): FunctionNodes {
  const { tape } = fn;
  const nodes = new Int32Array(tape.nodes).fill(-1);
  const params = new Map<number, number>();
  let result = -1;
  const at = (n: number): number => nodes[n] ?? -1;
  for (const op of tape.ops) {
    switch (op.op) {
      case 'node':
        nodes[op.n] = graph.node();
        break;
      case 'key':
        nodes[op.n] = graph.key(op.key);
        break;
      case 'param':
        nodes[op.n] = graph.node();
        params.set(op.index, at(op.n));
        break;
      case 'result':
        nodes[op.n] = result = graph.node();
        graph.addHolder(result, { fn, variable: RETURN_VALUE });
        break;
      case 'unify':
        graph.unify(at(op.a), at(op.b));
        break;
      case 'pointee':
        nodes[op.n] = graph.pointee(at(op.of));
        break;
      case 'view':
        nodes[op.n] = graph.node();
        graph.setBuffer(at(op.n), graph.buffer(at(op.of)));
        break;
      case 'from':
        graph.addOrigin(graph.buffer(at(op.n)), graph.buffer(at(op.of)));
        break;
      case 'fact': {
        const placed: PlacedFact = { fact: op.fact, fn, pool: op.pool >= 0 ? graph.buffer(at(op.pool)) : -1 };
        facts.push(placed);
        graph.addFact(graph.buffer(at(op.n)), placed);
        break;
      }
      case 'holder':
        graph.addHolder(at(op.n), { fn, variable: op.variable });
        break;
    }
  }
  return { params, result, nodes };
}

function connect(
  graph: Graph,
  call: TapeCall,
  nodes: Int32Array,
  callee: FunctionNodes,
  copies: Map<number, number> | null,
): void {
  const take = (n: number): number => (copies === null ? n : graph.instance(n, copies));
  call.args.forEach((arg, i) => {
    const param = callee.params.get(i);
    const own = arg >= 0 ? (nodes[arg] ?? -1) : -1;
    if (param === undefined) return;
    const copy = take(param);
    if (own >= 0) graph.unify(own, copy);
  });
  const result = nodes[call.result] ?? -1;
  if (callee.result >= 0 && result >= 0) graph.unify(result, take(callee.result));
}
