/**
 * Summary of a function's data flow, made once and replayed into the alias graph as often as needed (cloned per call).
 * Nodes are numbered within the summary; an unchanged function keeps it while the rest of the driver is edited.
 */
import type { Span } from '../../syntax/ast.ts';
import type { Fact } from './facts.ts';

/**
 * What an operation of a summary does. Each is three numbers in `FunctionSummary.code`: this, and two operands. Those
 * that make a node number it in the order in which they stand.
 */
export const OP = {
  /** Makes a node. */
  node: 0,
  /** Makes a node with the name `keys[a]`: `struct tag.field` or `global name`. One in the driver. */
  key: 1,
  /** Makes the node of parameter `a`. */
  param: 2,
  /** Makes the node of the return value. */
  result: 3,
  /** Makes the node of what the memory behind `a` holds. */
  pointee: 4,
  /** Makes a node that denotes the same buffer as `a`, as another kind of value. */
  view: 5,
  /** `a` and `b` are the same value. */
  unify: 6,
  /** `a` was made from `b`: an skb's fragment from the skb. */
  from: 7,
  /** The next of `facts` is one about `a`, and concerns the pool `b` if that is not -1. */
  fact: 8,
  /** Variable `b` holds `a`. */
  holder: 9,
  /** Makes the node of the field `keys[b]` of the object at `a`. */
  field: 10,
  /** `a` is a stored pointer that may point to the object at `b`, among others. */
  mayPointTo: 11,
} as const;

/** A call of a function of the driver, directly or through a pointer kept in a field. */
export interface SummaryCall {
  readonly callee: string;
  /** True if `callee` is the key of a field that holds a pointer to the function. */
  readonly indirect: boolean;
  readonly args: readonly number[];
  /** What made each argument, as far as the caller shows. */
  readonly argProvenance: readonly (readonly string[])[];
  /** Where the address in each argument comes from; shorter than `args` where the last ones are none. */
  readonly argSources: readonly Sources[];
  readonly result: number;
  readonly at: Span;
  readonly calleeAt: Span;
}

/** A local or parameter that may hold a buffer. */
export interface SummaryVariable {
  readonly name: string;
  readonly parameter: number;
  readonly nameAt: Span;
  readonly baseAt: Span;
  readonly declarator: Span;
  readonly type: { readonly base: string; readonly depth: number };
}

export interface FunctionSummary {
  readonly nodes: number;
  readonly code: Int32Array;
  readonly keys: readonly string[];
  readonly facts: readonly Fact[];
  readonly calls: readonly SummaryCall[];
  readonly variables: readonly SummaryVariable[];
  /** Function names stored into fields: key of the field, name of the function. */
  readonly pointers: readonly (readonly [key: string, name: string])[];
  /** What makes the returned value. */
  readonly returns: readonly string[];
  /** Where the returned address comes from. */
  readonly returnSources: Sources;
  /** Addresses put into fields: key of the field, and where they come from. */
  readonly kept: readonly (readonly [key: string, Sources])[];
  /** Addresses put where the result of a call points: the result as a source, and where they come from. */
  readonly put: readonly (readonly [result: string, Sources])[];
  /** Addresses put where a parameter points: position of the parameter, and where they come from. */
  readonly given: readonly (readonly [parameter: number, Sources])[];
}

/** Name of the node for objects of a type that come from where nobody can tell. */
export const ANY_OBJECT = 'object ';

/** Provenance that stands for something out of the function's sight, resolved along the call graph. */
export const PARAMETER = 'parameter ';
export const RESULT_OF = 'result of ';

/**
 * Where an integer that may be a DMA address comes from, as far as the function shows: a word of `SOURCE` and what follows
 * it. Resolved along calls and fields by `address-origins.ts`.
 */
export type Sources = readonly string[];

/** The words that sources begin with, up to the space. */
export const SOURCE = {
  /** The fact with the number that follows: a mapping. */
  map: 'map ',
  /** The field with the key that follows. */
  field: 'field ',
  /** The parameter with the position that follows. */
  parameter: PARAMETER,
  /** The result of the call with the number that follows. */
  result: 'result ',
  /** What the call with the number that follows puts where one of its arguments points: `given 3 1`. */
  given: 'given ',
  /** The kernel function that follows, which maps nothing of its own for a packet. */
  kernel: 'kernel ',
} as const;

/** A source, or the number of a node that has some. */
export type OpenSource = string | number;

/** Writes a summary. */
export class SummaryWriter {
  private count = 0;
  private readonly code: number[] = [];
  private readonly facts: Fact[] = [];
  /** Node of each fact. */
  private readonly subjects: number[] = [];
  private readonly calls: SummaryCall[] = [];
  /** Nodes by name. */
  private readonly keys = new Map<string, number>();
  /** Nodes of fields by object and name. */
  private readonly fields = new Map<string, number>();
  /** Numbers of names. */
  private readonly names = new Map<string, number>();
  private readonly provenance = new Map<number, readonly string[]>();
  /** Where the addresses in nodes come from; sources may come later, by the next turn of a loop. */
  private readonly sources = new Map<number, readonly OpenSource[]>();
  private readonly openFacts = new Map<number, readonly OpenSource[]>();
  private readonly kept: (readonly [string, readonly OpenSource[]])[] = [];
  private readonly given: (readonly [number, readonly OpenSource[]])[] = [];
  private readonly stored: (readonly [string, readonly OpenSource[]])[] = [];
  /** Where the pointers in nodes point: fields, and results of calls. */
  private readonly places = new Map<number, readonly string[]>();
  private readonly returned = new Set<OpenSource>();
  /** By number of the call. */
  private readonly argSources = new Map<number, readonly (readonly OpenSource[])[]>();
  readonly returns = new Set<string>();
  readonly variables: SummaryVariable[] = [];
  readonly pointers: (readonly [string, string])[] = [];

  /** Names of what made the node's value, as far as this function shows. */
  madeBy(n: number): readonly string[] {
    return this.provenance.get(n) ?? NOBODY;
  }

  /** Adds to the provenance of a node. */
  make(n: number, ...names: readonly string[]): void {
    if (names.length > 0) this.provenance.set(n, [...new Set([...this.madeBy(n), ...names])]);
  }

  /** The address in the node may come from there, too. */
  comesFrom(n: number, more: readonly OpenSource[]): void {
    if (more.length === 0) return;
    const known = this.sources.get(n);
    this.sources.set(n, known === undefined ? more : [...new Set([...known, ...more])]);
  }

  /** True if something was said of where the address in the node comes from. */
  hasSources(n: number): boolean {
    return this.sources.has(n);
  }

  /** The fields that the address in the node, or what the node points to, comes from as far as is known yet. */
  fieldsBehind(n: number): readonly string[] {
    return this.closed([n])
      .filter((source) => source.startsWith(SOURCE.field))
      .map((source) => source.slice(SOURCE.field.length));
  }

  /** The pointer in the node was taken from there: a field whose elements it points to, or the result of a call. */
  pointsTo(n: number, from: readonly OpenSource[]): void {
    const places = from.filter((source) => typeof source === 'string');
    if (places.length > 0) this.places.set(n, [...new Set([...this.placesOf(n), ...places])]);
  }

  /** Where the pointer in the node points as far as is known yet: not where the elements come from that were put there. */
  placesOf(n: number): readonly string[] {
    const out = new Set<string>();
    const seen = new Set<number>();
    const work: OpenSource[] = [n];
    for (let at = work.pop(); at !== undefined; at = work.pop()) {
      if (typeof at === 'string' || seen.has(at)) continue;
      seen.add(at);
      for (const place of this.places.get(at) ?? NOBODY) out.add(place);
      work.push(...(this.sources.get(at) ?? NOBODY));
    }
    return [...out];
  }

  /** An address is put where the result of a call points, which is given as a source. */
  put(result: string, from: readonly OpenSource[]): void {
    if (from.length > 0) this.stored.push([result, from]);
  }

  /** An address is put into the field with the name `key`. */
  keep(key: string, from: readonly OpenSource[]): void {
    if (from.length > 0) this.kept.push([key, from]);
  }

  /** An address is put where the parameter points. */
  give(parameter: number, from: readonly OpenSource[]): void {
    if (from.length > 0) this.given.push([parameter, from]);
  }

  returnsAddress(from: readonly OpenSource[]): void {
    for (const source of from) this.returned.add(source);
  }

  private nameOf(key: string): number {
    let number = this.names.get(key);
    if (number === undefined) this.names.set(key, (number = this.names.size));
    return number;
  }

  private making(op: number, a: number): number {
    this.code.push(op, a, -1);
    return this.count++;
  }

  node(): number {
    return this.making(OP.node, -1);
  }

  key(key: string): number {
    const known = this.keys.get(key);
    if (known !== undefined) return known;
    const n = this.making(OP.key, this.nameOf(key));
    this.keys.set(key, n);
    return n;
  }

  /** The field with the name `key` of the object at `base`: one node however often it is asked for. */
  field(base: number, key: string): number {
    const name = `${base} ${key}`;
    const known = this.fields.get(name);
    if (known !== undefined) return known;
    this.code.push(OP.field, base, this.nameOf(key));
    this.fields.set(name, this.count);
    return this.count++;
  }

  /** Pointer to an object of the structure `tag` that comes from where nobody can tell. */
  anyObject(tag: string): number {
    return this.key(`${ANY_OBJECT}${tag}`);
  }

  param(index: number): number {
    const n = this.making(OP.param, index);
    this.make(n, `${PARAMETER}${index}`);
    return n;
  }

  result(): number {
    return this.making(OP.result, -1);
  }

  pointee(of: number): number {
    return this.making(OP.pointee, of);
  }

  view(of: number): number {
    return this.making(OP.view, of);
  }

  unify(a: number, b: number): void {
    if (a !== b) this.code.push(OP.unify, a, b);
  }

  mayPointTo(stored: number, object: number): void {
    if (stored !== object) this.code.push(OP.mayPointTo, stored, object);
  }

  from(n: number, of: number): void {
    this.code.push(OP.from, n, of);
  }

  /**
   * @param from where the address that the fact is about comes from
   * @returns the number of the fact
   */
  fact(n: number, fact: Fact, pool: number, from: readonly OpenSource[] = NOBODY): number {
    this.code.push(OP.fact, n, pool);
    if (from.length > 0) this.openFacts.set(this.facts.length, from);
    this.subjects.push(n);
    return this.facts.push(fact) - 1;
  }

  /** Number of the fact of one of the kinds that is said of the expression that begins at `s`; -1 if there is none. */
  factAt(s: number, isWanted: (fact: Fact) => boolean): number {
    return this.facts.findLastIndex((fact) => fact.at.s === s && isWanted(fact));
  }

  holder(n: number, variable: number): void {
    this.code.push(OP.holder, n, variable);
  }

  /** @returns the number of the call */
  call(call: SummaryCall, argSources: readonly (readonly OpenSource[])[]): number {
    if (argSources.length > 0) this.argSources.set(this.calls.length, argSources);
    return this.calls.push(call) - 1;
  }

  /** Number of the call that begins at `s`, or -1. */
  callAt(s: number): number {
    return this.calls.findLastIndex((call) => call.at.s === s);
  }

  /** Sources without nodes. */
  private closed(open: readonly OpenSource[]): Sources {
    if (open.every((source) => typeof source === 'string')) return open;
    const out = new Set<string>();
    const seen = new Set<OpenSource>();
    const work = [...open];
    for (let at = work.pop(); at !== undefined; at = work.pop()) {
      if (typeof at === 'string') out.add(at);
      else if (!seen.has(at)) {
        seen.add(at);
        work.push(...(this.sources.get(at) ?? NOBODY));
      }
    }
    return [...out];
  }

  /** What the value was made by when all is known: a later turn of a loop may have added to it. */
  private settled(made: Fact, number: number): Fact {
    const open = this.openFacts.get(number);
    const fact = open === undefined ? made : { ...made, from: this.closed(open) };
    if (fact.madeBy.length === 0) return fact;
    const madeBy = this.madeBy(this.subjects[number] ?? -1);
    if (madeBy.every((m) => fact.madeBy.includes(m))) return fact;
    return { ...fact, madeBy: [...new Set([...fact.madeBy, ...madeBy])] };
  }

  private closedCalls(): SummaryCall[] {
    for (const [number, open] of this.argSources) {
      const call = this.calls[number];
      if (call !== undefined)
        this.calls[number] = { ...call, argSources: open.map((from) => this.closed(from)) };
    }
    return this.calls;
  }

  finish(): FunctionSummary {
    return {
      nodes: this.count,
      code: Int32Array.from(this.code),
      keys: [...this.names.keys()],
      facts: this.facts.map((fact, i) => this.settled(fact, i)),
      calls: this.closedCalls(),
      variables: this.variables,
      pointers: this.pointers,
      returns: [...this.returns],
      returnSources: this.closed([...this.returned]),
      kept: this.kept.map(([key, from]) => [key, this.closed(from)]),
      put: this.stored.map(([result, from]) => [result, this.closed(from)]),
      given: this.given.map(([parameter, from]) => [parameter, this.closed(from)]),
    };
  }
}

const NOBODY: readonly string[] = [];
export const NO_SOURCES: readonly Sources[] = [];

/** True if two summaries say the same, wherever in the text: typing rarely changes what a function does to buffers. */
export function sameFlow(a: FunctionSummary, b: FunctionSummary): boolean {
  return (
    a === b ||
    (a.nodes === b.nodes &&
      equal(a.code, b.code) &&
      equal(a.keys, b.keys) &&
      equal(a.returns, b.returns) &&
      equal(a.returnSources, b.returnSources) &&
      equal(a.kept, b.kept, (x, y) => x[0] === y[0] && equal(x[1], y[1])) &&
      equal(a.put, b.put, (x, y) => x[0] === y[0] && equal(x[1], y[1])) &&
      equal(a.given, b.given, (x, y) => x[0] === y[0] && equal(x[1], y[1])) &&
      equal(a.pointers, b.pointers, (x, y) => x[0] === y[0] && x[1] === y[1]) &&
      equal(a.facts, b.facts, sameFact) &&
      equal(a.calls, b.calls, sameCall) &&
      equal(a.variables, b.variables, (x, y) => x.parameter === y.parameter))
  );
}

function sameFact(a: Fact, b: Fact): boolean {
  return (
    a.kind === b.kind &&
    a.api === b.api &&
    a.source === b.source &&
    a.direction === b.direction &&
    a.wholeBuffer === b.wholeBuffer &&
    a.postedInto === b.postedInto &&
    equal(a.madeBy, b.madeBy) &&
    a.into === b.into &&
    equal(a.from, b.from)
  );
}

function sameCall(a: SummaryCall, b: SummaryCall): boolean {
  return (
    a.callee === b.callee &&
    a.indirect === b.indirect &&
    a.result === b.result &&
    equal(a.args, b.args) &&
    equal(a.argProvenance, b.argProvenance, (x, y) => equal(x, y)) &&
    equal(a.argSources, b.argSources, (x, y) => equal(x, y))
  );
}

function equal<T>(
  a: ArrayLike<T>,
  b: ArrayLike<T>,
  same: (x: T, y: T) => boolean = (x, y) => x === y,
): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    const x = a[i];
    const y = b[i];
    if (x === undefined || y === undefined || !same(x, y)) return false;
  }
  return true;
}
