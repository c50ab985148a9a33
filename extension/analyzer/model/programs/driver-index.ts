/**
 * Look-ups that the extraction of the driver IR asks for all the time: facts and classes by place, callees of a call,
 * types of expressions. Built from the driver's facts once an analysis, and only when programs are asked for.
 */
import type { SourceRange } from '../../../../simulator/contract/driver-model.ts';
import { TYPE } from '../../kernel/structures.ts';
import type { CallExpr, Expr, FunctionItem, Span } from '../../syntax/ast.ts';
import type { FilePath, Location } from '../../text/range.ts';
import type { AliasClass, BufferFact } from '../alias/alias-class.ts';
import type { FunctionRef } from '../flow/call-graph.ts';
import type { DriverFacts } from '../driver/driver-facts.ts';
import type { DriverGuards } from '../guards/driver-guards.ts';
import { wholeFunction, type ConditionContext, type Stated } from '../guards/condition-context.ts';
import { sourceRange } from '../names/source-range.ts';
import type { FileModel, PlacedFunction } from '../names/symbols.ts';
import { constantOf } from './values.ts';
import { ownerOfMember, type Scope, type Type, typeOf, typeOfExpression, resolved } from '../names/types.ts';

/** A fact with the classes it belongs to: several where a helper serves several kinds of buffers. */
export interface PlacedClassFact {
  readonly fact: BufferFact;
  readonly classes: number[];
}

/** One function with what is looked up inside it. */
export interface FunctionView {
  readonly ref: FunctionRef;
  readonly file: FileModel;
  readonly base: number;
  readonly scope: Scope;
  /** Names of its parameters and locals. */
  readonly locals: ReadonlySet<string>;
}

/** A range that was asked for: in which function, by number, and where in its item. */
export interface PlacedRange extends Span {
  readonly range: SourceRange;
  readonly fn: number;
}

/** A pool of the model: its name, and its place in the list of pools. */
export interface CreatedPool {
  readonly name: string;
  readonly number: number;
}

const NONE: readonly never[] = [];

function spanKey(s: Span): number {
  return s.s * 0x100000 + (s.e - s.s);
}

export class DriverIndex {
  readonly facts: DriverFacts;
  readonly classes: readonly AliasClass[];
  /** Functions whose bodies were looked at. */
  readonly read = new Set<FunctionRef>();
  /** Every range that was asked for, once. */
  readonly placedRanges: PlacedRange[] = [];
  private readonly refs = new Map<PlacedFunction, FunctionRef>();
  private readonly views = new Map<FunctionRef, FunctionView>();
  private readonly factsByPlace = new Map<FilePath, Map<number, PlacedClassFact[]>>();
  private readonly helperClasses = new Map<FilePath, Map<number, Set<number>>>();
  private readonly holders = new Map<string, number[]>();
  private readonly callees = new Map<FunctionRef, Map<number, readonly FunctionRef[]>>();
  private readonly ranges = new Map<FileModel, Map<number, SourceRange>>();
  private readonly guards = new Map<BufferFact, Map<AliasClass, boolean>>();
  private readonly poolsByCall = new Map<string, CreatedPool>();

  constructor(facts: DriverFacts) {
    this.facts = facts;
    this.classes = facts.classes;
    for (const f of facts.calls.functions) this.refs.set(f.placed, f);
    facts.classes.forEach((c, i) => this.indexClass(c, i));
    const numbers = new Map(facts.classes.map((c, i) => [c.id, i]));
    for (const call of facts.helperCalls) {
      const n = numbers.get(call.classId);
      if (n !== undefined) into(this.helperClasses, call.location, () => new Set<number>()).add(n);
    }
    facts.pools.forEach(({ location, model: { name } }, number) =>
      this.poolsByCall.set(`${location.file}:${location.range.start}`, { name, number }),
    );
  }

  /** False if what the fact says never happens to memory of a provider that feeds the class. */
  meetsProvider(fact: BufferFact, c: AliasClass): boolean {
    return this.guarded(fact, c, (guards) => guards.meetsProvider(fact, c));
  }

  /** False if what the fact says never happens to a fragment of device memory that is sent. */
  meetsSentNetmem(fact: BufferFact, c: AliasClass): boolean {
    return this.guarded(fact, c, (guards) => guards.meetsSentNetmem(fact, c));
  }

  private guarded(fact: BufferFact, c: AliasClass, ask: (guards: DriverGuards) => boolean): boolean {
    let known = this.guards.get(fact);
    if (known === undefined) this.guards.set(fact, (known = new Map<AliasClass, boolean>()));
    let answer = known.get(c);
    if (answer === undefined) known.set(c, (answer = ask(this.facts.guards)));
    return answer;
  }

  private indexClass(c: AliasClass, i: number): void {
    for (const fact of c.facts) {
      const list = into(this.factsByPlace, fact.location, (): PlacedClassFact[] => []);
      const known = list.find((f) => f.fact === fact);
      if (known === undefined) list.push({ fact, classes: [i] });
      else known.classes.push(i);
    }
    for (const h of c.holders) {
      const key =
        h.kind === 'field' || h.kind === 'global'
          ? `${h.owner}.${h.name}`
          : `${h.location.file}:${h.owner}:${h.kind === 'return' ? 'return' : h.name}`;
      const list = this.holders.get(key);
      if (list === undefined) this.holders.set(key, [i]);
      else if (!list.includes(i)) list.push(i);
    }
  }

  refOf(placed: PlacedFunction): FunctionRef | null {
    return this.refs.get(placed) ?? null;
  }

  /** The definition that `name` means in `from`. */
  functionNamed(name: string, from: FileModel): FunctionRef | null {
    const placed = this.facts.symbols.functionFor(name, from);
    return placed === null ? null : this.refOf(placed);
  }

  /** The function's syntax, for who looks at its body. */
  itemOf(ref: FunctionRef): FunctionItem {
    this.read.add(ref);
    return ref.placed.item;
  }

  view(ref: FunctionRef): FunctionView {
    this.read.add(ref);
    return this.seen(ref);
  }

  /** The same for who asks for no more than types: the function does not count as looked at. */
  seen(ref: FunctionRef): FunctionView {
    let known = this.views.get(ref);
    if (known === undefined) {
      const { file, base } = ref.placed;
      const locals = new Set(ref.summary.variables.map((x) => x.name));
      const types = new Map<string, Type>(
        ref.summary.variables.map((v) => [v.name, { ...v.type, fn: false }]),
      );
      const { symbols } = this.facts;
      const scope: Scope = {
        typeOfName: (name) => {
          const own = types.get(name);
          if (own !== undefined) return own;
          const global = symbols.globals.get(name);
          return global === undefined ? null : resolved(typeOf(global.item.type), symbols);
        },
      };
      this.views.set(ref, (known = { ref, file, base, scope, locals }));
    }
    return known;
  }

  /** The words that conditions of a function are in. @param args what its parameters stand for at one call of it */
  words(ref: FunctionRef, args?: ReadonlyMap<string, Stated>): ConditionContext {
    const { symbols } = this.facts;
    const functionNamed = (name: string): FunctionItem | null => {
      const named = this.functionNamed(name, ref.placed.file);
      return named === null ? null : this.itemOf(named);
    };
    return wholeFunction(ref.placed.item, symbols, functionNamed, args);
  }

  factsAt(v: FunctionView, span: Span): readonly PlacedClassFact[] {
    const key = spanKey({ s: v.base + span.s, e: v.base + span.e });
    return this.factsByPlace.get(v.file.path)?.get(key) ?? NONE;
  }

  /** Classes whose buffers the call of a helper hands in or out. */
  classesOfCall(v: FunctionView, span: Span): ReadonlySet<number> | null {
    const key = spanKey({ s: v.base + span.s, e: v.base + span.e });
    return this.helperClasses.get(v.file.path)?.get(key) ?? null;
  }

  /** Functions of the driver that a call may reach; empty for kernel functions. */
  targets(v: FunctionView, call: CallExpr): readonly FunctionRef[] {
    let calls = this.callees.get(v.ref);
    if (calls === undefined) {
      calls = new Map<number, readonly FunctionRef[]>();
      const callees = this.facts.calls.callees(v.ref);
      for (const [i, { at }] of v.ref.summary.calls.entries()) {
        const key = spanKey(at);
        calls.set(key, [...new Set([...(calls.get(key) ?? []), ...(callees[i] ?? [])])]);
      }
      this.callees.set(v.ref, calls);
    }
    return calls.get(spanKey(call)) ?? NONE;
  }

  type(v: FunctionView, x: Expr): Type {
    return typeOfExpression(x, v.scope, this.facts.symbols);
  }

  /** Classes of the buffer that an expression denotes or leads to, by its declared holders. */
  classesOf(v: FunctionView, x: Expr): readonly number[] {
    switch (x.k) {
      case 'id':
        return (
          this.holders.get(`${v.file.path}:${v.ref.placed.item.name}:${x.name}`) ??
          this.holders.get(`.${x.name}`) ??
          NONE
        );
      case 'member': {
        const owner = ownerOfMember(x.obj, x.field, v.scope, this.facts.symbols);
        return owner === null ? NONE : (this.holders.get(`${owner}.${x.field}`) ?? NONE);
      }
      case 'index':
        return this.classesOf(v, x.obj);
      case 'deref':
      case 'addr':
      case 'cast':
        return this.classesOf(v, x.x);
      case 'binary':
        if (x.op !== '+' && x.op !== '-') return NONE;
        return [...this.classesOf(v, x.l), ...this.classesOf(v, x.r)];
      default:
        return NONE;
    }
  }

  /** True for a single pointer beside the pool of a queue: a buffer set aside, while a ring has a slot for each. */
  isSetAside(v: FunctionView, x: Expr): boolean {
    if (x.k !== 'member') return false;
    const { symbols } = this.facts;
    const owner = ownerOfMember(x.obj, x.field, v.scope, symbols);
    const found = owner === null ? null : symbols.field(owner, x.field);
    if (found === null || found.field.type.dims > 0) return false;
    return [...found.info.fields.values()].some(
      ({ type }) => type.base === TYPE.page_pool && type.stars + type.dims === 1,
    );
  }

  /** Classes that a function of the driver returns. */
  classesReturned(ref: FunctionRef): readonly number[] {
    return this.holders.get(`${ref.placed.file.path}:${ref.placed.item.name}:return`) ?? NONE;
  }

  /** Names of the pools an expression may denote: by the creation whose result reaches it. */
  poolsOf(v: FunctionView, x: Expr): readonly string[] {
    return this.classesOf(v, x).flatMap((i) =>
      (this.classes[i]?.facts ?? NONE)
        .filter((f) => f.kind === 'create-pool')
        .flatMap((f) => this.poolCreatedAt(f.location)?.name ?? []),
    );
  }

  /** Place of the first fact of one of these kinds about one of the classes; kinds are tried in their order. */
  firstFact(classes: ReadonlyMap<number, unknown>, kinds: readonly BufferFact['kind'][]): SourceRange | null {
    for (const kind of kinds) {
      for (const number of classes.keys()) {
        const fact = this.classes[number]?.facts.find((f) => f.kind === kind);
        const ref = fact === undefined ? undefined : this.holderOf(fact);
        if (fact === undefined || ref === undefined) continue;
        const { start, end } = fact.location.range;
        return this.range(this.view(ref), { s: start - ref.placed.base, e: end - ref.placed.base });
      }
    }
    return null;
  }

  /** The function that a fact is in. */
  private holderOf({ fn, location }: BufferFact): FunctionRef | undefined {
    return this.facts.calls.functions.find(
      ({ placed: { item, file } }) => item.name === fn && file.path === location.file,
    );
  }

  poolCreatedAt(location: Location): CreatedPool | null {
    return this.poolsByCall.get(`${location.file}:${location.range.start}`) ?? null;
  }

  /** Value of a constant expression in a function; locals that are no constants hide names of the driver. */
  constant(
    x: Expr,
    at: { readonly view: FunctionView; readonly constants: ReadonlyMap<string, number> },
  ): number | null {
    return constantOf(x, this.facts.symbols, at.constants, (name) => at.view.locals.has(name));
  }

  range(v: FunctionView, span: Span): SourceRange {
    let ranges = this.ranges.get(v.file);
    if (ranges === undefined) this.ranges.set(v.file, (ranges = new Map<number, SourceRange>()));
    const start = v.base + span.s;
    const key = spanKey({ s: start, e: v.base + span.e });
    let known = ranges.get(key);
    if (known === undefined) {
      ranges.set(key, (known = sourceRange(v.file, { start, end: v.base + span.e })));
      this.placedRanges.push({ range: known, fn: v.ref.id, s: span.s, e: span.e });
    }
    return known;
  }

  text(v: FunctionView, span: Span): string {
    return v.file.text.slice(v.base + span.s, v.base + span.e);
  }
}

function into<T>(map: Map<FilePath, Map<number, T>>, at: Location, make: () => T): T {
  let byKey = map.get(at.file);
  if (byKey === undefined) map.set(at.file, (byKey = new Map<number, T>()));
  const key = spanKey({ s: at.range.start, e: at.range.end });
  let found = byKey.get(key);
  if (found === undefined) byKey.set(key, (found = make()));
  return found;
}
