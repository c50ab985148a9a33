/**
 * Values of `page_pool_params` as they stand at each page_pool_create call. One structure may serve several calls, be
 * filled in pieces, under conditions, or in a helper; what counts is the state at the call, not the structure.
 */
import type { PoolModel } from '../../../../simulator/contract/driver-model.ts';
import { TYPE } from '../../kernel/structures.ts';
import { NAME } from '../../kernel/table.ts';
import type { Expr, InitializerExpr, Span, Stmt } from '../../syntax/ast.ts';
import type { Location } from '../../text/range.ts';
import { locate } from './alias-class.ts';
import type { Limit } from '../reading/limit.ts';
import type { WordIndex } from '../flow/word-index.ts';
import type { DriverSymbols, FileModel, PlacedFunction } from '../names/symbols.ts';

/** A value written to a field. */
export interface FieldWrite {
  readonly value: Expr;
  readonly fn: PlacedFunction;
  readonly file: FileModel;
  readonly base: number;
  readonly at: Span;
  /** True for `|=` and `+=`: the earlier writes count too. */
  readonly adds: boolean;
}

/** Writes to each field, oldest first. */
export type ParamState = Map<string, FieldWrite[]>;

export interface PoolCreation {
  /** Unique within the driver: the function and what receives the pool. */
  readonly name: string;
  readonly fn: PlacedFunction;
  readonly api: string;
  readonly call: Span;
  readonly apiAt: Span;
  /** Text of what receives the pool: `rxq->page_pool`. */
  readonly holder: string;
  readonly params: ReadonlyMap<string, readonly FieldWrite[]>;
  /** True if a part of the parameters is out of sight. */
  readonly partial: boolean;
}

/** A pool with what rules need beyond the model. */
export interface Pool {
  readonly model: PoolModel;
  readonly creation: PoolCreation;
  readonly location: Location;
  readonly apiAt: Location;
  /** Where the flags are written, if they are. */
  readonly flagsAt: Location | null;
  readonly partial: boolean;
  /** The writes by which unreadable memory is welcome, as far as they count at the call. */
  readonly allows: readonly FieldWrite[];
}

const CREATE = new Set<string>([NAME.page_pool_create, NAME.page_pool_create_percpu]);
const PARAMS = TYPE.page_pool_params;

/** `&pp`, `pp`, `rq->pp` as a name for the state. */
function stateName(x: Expr, text: (s: Span) => string): string {
  if (x.k === 'addr' || x.k === 'deref') return stateName(x.x, text);
  return text(x).replace(/\s+/g, '').replace(/->/g, '.');
}

function copyState(state: ParamState): ParamState {
  return new Map([...state].map(([k, v]) => [k, [...v]]));
}

/** Most page pools of a driver that are looked at, and statements and values that are gone through to find them. */
const MAX_POOLS = 1024;
const MAX_STEPS = 1_000_000;

/** What is left of the bounds, for all functions of a driver. */
class Bounds {
  private pools = MAX_POOLS;
  private steps = MAX_STEPS;
  /** Where a bound was met. */
  limit: Limit | null = null;

  /** Counts pools and steps; false if there are too many, so that no more is to be done. */
  spend(pools: number, steps: number, { file, base, item }: PlacedFunction): boolean {
    if (this.limit !== null) return false;
    this.pools -= pools;
    this.steps -= steps;
    if (this.pools >= 0 && this.steps >= 0) return true;
    const why =
      this.pools < 0
        ? `The driver creates more than ${MAX_POOLS} page pools; the others are not looked at.`
        : `Finding the parameters of page pools takes more than ${MAX_STEPS} steps; pools created from here on are not looked at.`;
    this.limit = { location: locate(file, base, item.nameAt), reason: why };
    return false;
  }
}

class Interpreter {
  readonly found: PoolCreation[] = [];
  private readonly symbols: DriverSymbols;
  private readonly fn: PlacedFunction;
  private readonly states: Map<string, ParamState>;
  private readonly partial: Set<string>;
  private readonly depth: number;
  private readonly bounds: Bounds;

  constructor(
    symbols: DriverSymbols,
    fn: PlacedFunction,
    states: Map<string, ParamState>,
    partial: Set<string>,
    depth: number,
    bounds: Bounds,
  ) {
    this.bounds = bounds;
    this.symbols = symbols;
    this.fn = fn;
    this.states = states;
    this.partial = partial;
    this.depth = depth;
  }

  private readonly text = (s: Span): string =>
    this.fn.file.text.slice(this.fn.base + s.s, this.fn.base + s.e);

  run(): void {
    for (const s of this.fn.item.body) this.statement(s);
  }

  private statement(s: Stmt): void {
    if (!this.bounds.spend(0, 1, this.fn)) return;
    switch (s.k) {
      case 'decl':
        for (const d of s.vars) {
          if (d.init === null) continue;
          if (d.type.base === PARAMS && d.type.stars === 0 && d.init.k === 'init')
            this.initialise(d.name, d.init);
          else this.expression(d.init, d.name);
        }
        return;
      case 'expr':
        this.expression(s.x, '');
        return;
      case 'if': {
        this.expression(s.c, '');
        this.statement(s.then);
        if (s.otherwise !== null) this.statement(s.otherwise);
        return;
      }
      case 'return':
        if (s.x !== null) this.expression(s.x, 'return');
        return;
      case 'while':
      case 'do':
      case 'for':
      case 'switch':
        this.statement(s.body);
        return;
      case 'case':
      case 'block':
      case 'broken':
        for (const inner of s.body) this.statement(inner);
        return;
      case 'alternatives':
        for (const arm of s.arms) for (const inner of arm) this.statement(inner);
        return;
      case 'label':
        if (s.body !== null) this.statement(s.body);
        return;
      case 'goto':
      case 'break':
      case 'continue':
        return;
    }
  }

  private state(name: string): ParamState {
    let state = this.states.get(name);
    if (state === undefined) this.states.set(name, (state = new Map<string, FieldWrite[]>()));
    return state;
  }

  private initialise(name: string, init: InitializerExpr): void {
    this.states.set(name, new Map());
    this.partial.delete(name);
    for (const item of init.items) {
      const [field] = item.path;
      if (field !== undefined) this.write(name, field, item.value, item, false);
    }
  }

  private write(name: string, field: string, value: Expr, at: Span, adds: boolean): void {
    const state = this.state(name);
    const made: FieldWrite = {
      value,
      fn: this.fn,
      file: this.fn.file,
      base: this.fn.base,
      at,
      adds,
    };
    const before = state.get(field)?.length ?? 0;
    if (!this.bounds.spend(0, before, this.fn)) return;
    state.set(field, [...(state.get(field) ?? []), made]);
  }

  private expression(x: Expr, holder: string): void {
    switch (x.k) {
      case 'assign':
        this.assignment(x.l, x.r, x.op, x);
        return;
      case 'call':
        this.call(x, holder);
        return;
      case 'binary':
      case 'comma':
        this.expression(x.l, holder);
        this.expression(x.r, holder);
        return;
      case 'unary':
      case 'cast':
      case 'addr':
      case 'deref':
        this.expression(x.x, holder);
        return;
      case 'cond':
        if (x.a !== null) this.expression(x.a, holder);
        this.expression(x.b, holder);
        return;
      default:
        return;
    }
  }

  private assignment(l: Expr, r: Expr, op: string, at: Span): void {
    if (r.k === 'init' && (r.type?.base ?? PARAMS) === PARAMS) {
      this.initialise(stateName(l, this.text), r);
      return;
    }
    const target = this.text(l).replace(/\s+/g, '');
    if (l.k === 'member' && r.k !== 'call') {
      const name = stateName(l.obj, this.text);
      this.write(name, l.field, r, at, op !== '=');
      return;
    }
    if (l.k === 'member') this.write(stateName(l.obj, this.text), l.field, r, at, op !== '=');
    this.expression(r, target);
  }

  private call(x: Extract<Expr, { k: 'call' }>, holder: string): void {
    const name = x.fn.k === 'id' ? x.fn.name : '';
    const [first] = x.args;
    if (CREATE.has(name) && first !== undefined) {
      if (first.k === 'addr' && first.x.k === 'init') this.initialise('literal', first.x);
      const key = first.k === 'addr' && first.x.k === 'init' ? 'literal' : stateName(first, this.text);
      const partial = this.partial.has(key) || !this.states.has(key);
      const state = this.state(key);
      let size = state.size;
      for (const writes of state.values()) size += writes.length;
      if (!this.bounds.spend(1, size, this.fn)) return;
      this.found.push({
        name: '',
        fn: this.fn,
        api: name,
        call: x,
        apiAt: x.fn,
        holder,
        params: copyState(state),
        partial,
      });
      return;
    }
    if (name === 'memset' && first !== undefined) {
      this.states.set(stateName(first, this.text), new Map());
      return;
    }
    for (const a of x.args) if (a.k === 'call' || a.k === 'assign') this.expression(a, holder);
    const callee = this.symbols.functionFor(name, this.fn.file);
    if (callee !== null && this.depth < 4) this.enter(callee, x.args, holder);
  }

  /** Runs a helper that gets the parameters by pointer, on the caller's state. */
  private enter(callee: PlacedFunction, args: readonly Expr[], holder: string): void {
    const position = callee.item.params.findIndex((p) => p.type.base === PARAMS);
    const arg = args[position];
    const param = callee.item.params[position];
    if (arg === undefined || param === undefined) return;
    const key = stateName(arg, this.text);
    const states = new Map([[param.name, this.state(key)]]);
    const inner = new Interpreter(
      this.symbols,
      callee,
      states,
      new Set(this.partial.has(key) ? [param.name] : []),
      this.depth + 1,
      this.bounds,
    );
    inner.run();
    const after = states.get(param.name);
    if (after !== undefined) this.states.set(key, after);
    for (const c of inner.found) this.found.push({ ...c, holder: c.holder === 'return' ? holder : c.holder });
  }
}

function paramsOf(fn: PlacedFunction): string | null {
  return fn.item.params.find((p) => p.type.base === PARAMS)?.name ?? null;
}

/** Functions in which a pool may be created, directly or in a helper that gets the parameters. */
function candidates(words: WordIndex): PlacedFunction[] {
  const saying = (word: string): PlacedFunction[] =>
    words.having(word).flatMap(({ placed }) => (placed.item.body.length > 0 ? placed : []));
  const creating = saying(NAME.page_pool_create);
  return creating.every((fn) => paramsOf(fn) === null) ? creating : saying('page_pool');
}

/** Every page_pool_create call of the driver with the parameters in force there, and the bound that was met, if one was. */
export function findPoolCreations(
  symbols: DriverSymbols,
  words: WordIndex,
): {
  readonly creations: readonly PoolCreation[];
  readonly limit: Limit | null;
} {
  const bounds = new Bounds();
  const out: PoolCreation[] = [];
  const inHelpers: PoolCreation[] = [];
  for (const fn of candidates(words)) {
    const param = paramsOf(fn);
    const partial = new Set(param === null ? [] : [param]);
    const run = new Interpreter(symbols, fn, new Map(), partial, 0, bounds);
    run.run();
    for (const found of run.found) (param === null ? out : inHelpers).push(found);
  }
  const seen = new Set(out.map((c) => c.fn.item));
  return {
    creations: named([...out, ...inHelpers.filter((c) => !seen.has(c.fn.item))]),
    limit: bounds.limit,
  };
}

/** A function may make several pools for one pointer, one a mode: the second is named after the first. */
function named(creations: readonly PoolCreation[]): PoolCreation[] {
  const counts = new Map<string, number>();
  return creations.map((c) => {
    const name = `${c.fn.item.name}/${c.holder}`;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return { ...c, name: count === 1 ? name : `${name}#${count}` };
  });
}
