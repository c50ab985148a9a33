/**
 * A function's data flow, recorded once and replayed into the driver's graph as often as needed. Nodes are numbered
 * within the tape; an unchanged function keeps its tape while the rest of the driver is edited.
 */
import type { Span } from '../syntax/ast.ts';
import type { Fact } from './facts.ts';

export type TapeOp =
  | { readonly op: 'node'; readonly n: number }
  /** A node with a name: `struct tag.field` or `global name`. One in the driver. */
  | { readonly op: 'key'; readonly n: number; readonly key: string }
  | { readonly op: 'param'; readonly n: number; readonly index: number }
  | { readonly op: 'result'; readonly n: number }
  | { readonly op: 'unify'; readonly a: number; readonly b: number }
  | { readonly op: 'pointee'; readonly n: number; readonly of: number }
  /** `n` denotes the same buffer as `of`, as another kind of value. */
  | { readonly op: 'view'; readonly n: number; readonly of: number }
  /** `n` was made from `of`: an skb's fragment from the skb. */
  | { readonly op: 'from'; readonly n: number; readonly of: number }
  | { readonly op: 'fact'; readonly n: number; readonly fact: Fact; readonly pool: number }
  | { readonly op: 'holder'; readonly n: number; readonly variable: number };

/** A call of a function of the driver, directly or through a pointer kept in a field. */
export interface TapeCall {
  readonly callee: string;
  /** True if `callee` is the key of a field that holds a pointer to the function. */
  readonly indirect: boolean;
  readonly args: readonly number[];
  /** What made each argument, as far as the caller shows. */
  readonly argMakers: readonly (readonly string[])[];
  readonly result: number;
  readonly at: Span;
  readonly calleeAt: Span;
}

/** A local or parameter that may hold a buffer. */
export interface TapeVariable {
  readonly name: string;
  readonly parameter: number;
  readonly nameAt: Span;
  readonly baseAt: Span;
  readonly declarator: Span;
  readonly type: { readonly base: string; readonly depth: number };
}

export interface Tape {
  readonly nodes: number;
  readonly ops: readonly TapeOp[];
  readonly calls: readonly TapeCall[];
  readonly variables: readonly TapeVariable[];
  /** Function names stored into fields: key of the field, name of the function. */
  readonly pointers: readonly (readonly [key: string, name: string])[];
  /** What makes the returned value. */
  readonly returns: readonly string[];
}

/** Makers that stand for something out of the function's sight, resolved along the call graph. */
export const PARAMETER = 'parameter ';
export const RESULT_OF = 'result of ';

/** Writes a tape. */
export class TapeWriter {
  private count = 0;
  private readonly ops: TapeOp[] = [];
  private readonly calls: TapeCall[] = [];
  private readonly keys = new Map<string, number>();
  private readonly makers = new Map<number, readonly string[]>();
  readonly returns = new Set<string>();
  readonly variables: TapeVariable[] = [];
  readonly pointers: (readonly [string, string])[] = [];

  /** Names of what made the node's value, as far as this function shows. */
  madeBy(n: number): readonly string[] {
    return this.makers.get(n) ?? [];
  }

  /** Adds makers to a node. */
  make(n: number, ...names: readonly string[]): void {
    if (names.length > 0) this.makers.set(n, [...new Set([...this.madeBy(n), ...names])]);
  }

  node(): number {
    const n = this.count++;
    this.ops.push({ op: 'node', n });
    return n;
  }

  key(key: string): number {
    const known = this.keys.get(key);
    if (known !== undefined) return known;
    const n = this.count++;
    this.keys.set(key, n);
    this.ops.push({ op: 'key', n, key });
    return n;
  }

  param(index: number): number {
    const n = this.count++;
    this.ops.push({ op: 'param', n, index });
    this.make(n, `${PARAMETER}${index}`);
    return n;
  }

  result(): number {
    const n = this.count++;
    this.ops.push({ op: 'result', n });
    return n;
  }

  unify(a: number, b: number): void {
    if (a !== b) this.ops.push({ op: 'unify', a, b });
  }

  pointee(of: number): number {
    const n = this.count++;
    this.ops.push({ op: 'pointee', n, of });
    return n;
  }

  view(of: number): number {
    const n = this.count++;
    this.ops.push({ op: 'view', n, of });
    return n;
  }

  from(n: number, of: number): void {
    this.ops.push({ op: 'from', n, of });
  }

  fact(n: number, fact: Fact, pool: number): void {
    this.ops.push({ op: 'fact', n, fact, pool });
  }

  holder(n: number, variable: number): void {
    this.ops.push({ op: 'holder', n, variable });
  }

  call(call: TapeCall): void {
    this.calls.push(call);
  }

  /** What the value was made by when all is known: a later turn of a loop may have brought another maker. */
  private settled(op: TapeOp): TapeOp {
    if (op.op !== 'fact' || op.fact.madeBy.length === 0) return op;
    const madeBy = this.madeBy(op.n);
    if (madeBy.every((m) => op.fact.madeBy.includes(m))) return op;
    return { ...op, fact: { ...op.fact, madeBy: [...new Set([...op.fact.madeBy, ...madeBy])] } };
  }

  finish(): Tape {
    return {
      nodes: this.count,
      ops: this.ops.map((op) => this.settled(op)),
      calls: this.calls,
      variables: this.variables,
      pointers: this.pointers,
      returns: [...this.returns],
    };
  }
}
