/**
 * Where integers that may be DMA addresses come from and go to: descriptors, records, arrays, out-parameters. Buffers are
 * not joined by it, since one layout of descriptors serves all kinds of them; `address-origins.ts` follows it backwards.
 */
import { isOpaque } from '../../kernel/structures.ts';
import { effectsOf, entryOf, mappedBy } from '../../kernel/table.ts';
import type { CallExpr, Expr, MemberExpr } from '../../syntax/ast.ts';
import { fieldOf } from './call-arguments.ts';
import type { Fact, FactKind } from './facts.ts';
import type { TypeNames } from '../names/names.ts';
import { type OpenSource, SOURCE, type SummaryWriter } from './function-summary.ts';
import {
  holdsAddress,
  ownerOfMember,
  resolved,
  type Scope,
  type Type,
  typeOf,
  typeOfExpression,
} from '../names/types.ts';

/** Local variables, as far as addresses need them. */
export interface AddressLocals extends Scope {
  /** Number of the variable, or -1 if the name is not local. */
  lookup(name: string): number;
  get(variable: number): number;
  /** Position of the parameter that the variable is, or -1. */
  parameter(variable: number): number;
  /** Node of the address that this function put into a member of what a local points to; -1 if it did not. */
  member(variable: number, field: string): number;
  /** @param from the field as a source: what is in the member once the local points elsewhere */
  setMember(variable: number, field: string, from: string, node: number): void;
}

const NOWHERE: readonly OpenSource[] = [];
const NO_ARGUMENTS: readonly (readonly OpenSource[])[] = [];

/** Integers of descriptors that the type rules of buffers do not follow. */
const DESCRIPTOR_INTEGERS: ReadonlySet<string> = new Set([
  '__le64',
  '__be64',
  '__le32',
  '__be32',
  'u32',
  '__u32',
]);

const KEEPS_BITS: ReadonlySet<string> = new Set(['+', '-', '|', '&', '<<', '>>']);

/** What yields an address that nothing has to be unmapped for, or that is no packet's. */
const OTHER_ADDRESS: ReadonlySet<FactKind | null> = new Set(['dma-address']);

function isMapping({ kind, api }: Fact): boolean {
  return kind === 'map' || mappedBy(api) === 'fragment';
}

export class AddressFlow {
  private readonly summary: SummaryWriter;
  private readonly names: TypeNames;
  private readonly locals: AddressLocals;

  constructor(summary: SummaryWriter, names: TypeNames, locals: AddressLocals) {
    this.summary = summary;
    this.names = names;
    this.locals = locals;
  }

  /** Where the value of an expression comes from that was visited already. */
  of(x: Expr): readonly OpenSource[] {
    switch (x.k) {
      case 'id': {
        const variable = this.locals.lookup(x.name);
        const type = variable < 0 ? null : this.locals.typeOfName(x.name);
        if (type === null || type.depth > 0 || !holdsAddress(type)) return NOWHERE;
        const n = this.locals.get(variable);
        return n < 0 ? NOWHERE : [n];
      }
      case 'member':
        return this.ofMember(x);
      case 'index':
        return this.ofElement(x.obj);
      case 'deref':
        return this.ofElement(x.x);
      case 'cast':
      case 'unary':
        return this.of(x.x);
      case 'binary':
        return KEEPS_BITS.has(x.op) ? together(this.of(x.l), this.of(x.r)) : NOWHERE;
      case 'cond':
        return together(this.of(x.a ?? x.c), this.of(x.b));
      case 'assign':
        return this.of(x.r);
      case 'comma':
        return this.of(x.r);
      case 'call':
        return this.ofCall(x);
      case 'addr':
      case 'num':
      case 'str':
      case 'sizeof':
      case 'init':
      case 'stmtexpr':
      case 'unknown':
        return NOWHERE;
    }
  }

  private ofMember(x: MemberExpr): readonly OpenSource[] {
    if (x.obj.k === 'id') {
      const variable = this.locals.lookup(x.obj.name);
      const known = variable < 0 ? -1 : this.locals.member(variable, x.field);
      if (known >= 0) return [known];
    }
    const key = this.keyOf(x);
    return key === null ? NOWHERE : [`${SOURCE.field}${key}`];
  }

  /** An element of an array, or what a pointer points to. */
  ofElement(x: Expr): readonly OpenSource[] {
    switch (x.k) {
      case 'member':
        return this.ofMember(x);
      case 'index':
        return this.ofElement(x.obj);
      case 'cast':
      case 'unary':
        return this.ofElement(x.x);
      case 'binary':
        return this.ofElement(x.l);
      case 'addr':
        return this.of(x.x);
      case 'id': {
        const variable = this.locals.lookup(x.name);
        const type = variable < 0 ? null : this.locals.typeOfName(x.name);
        if (type === null || !pointsToAddress(type)) return NOWHERE;
        const n = this.locals.get(variable);
        return n < 0 ? NOWHERE : [n];
      }
      case 'call':
        // What kernel functions return points to memory that nothing is known of.
        return x.fn.k !== 'id' || this.names.isFunction(x.fn.name) ? this.ofCall(x) : NOWHERE;
      default:
        return NOWHERE;
    }
  }

  /** Where the local pointer `x` points: the key of a field, or the result of a call; '' if it may be one of several. */
  placeBehind(x: Expr): string {
    const variable = x.k === 'id' ? this.locals.lookup(x.name) : -1;
    const n = variable < 0 ? -1 : this.locals.get(variable);
    const [place, ...others] = n < 0 ? [] : this.summary.placesOf(n);
    if (place === undefined || others.length > 0) return '';
    if (place.startsWith(SOURCE.field)) return place.slice(SOURCE.field.length);
    return place.startsWith(SOURCE.result) ? place : '';
  }

  private ofCall(x: CallExpr): readonly OpenSource[] {
    if (x.fn.k !== 'id' || this.names.isFunction(x.fn.name)) {
      const call = this.summary.callAt(x.s);
      return call < 0 ? NOWHERE : [`${SOURCE.result}${call}`];
    }
    const { name } = x.fn;
    const { bitsOf: bits, namesField } = entryOf(name) ?? {};
    if (namesField !== undefined) {
      const [obj, field] = x.args.slice(namesField);
      const place = obj === undefined || field === undefined ? null : fieldOf(obj, field);
      return place === null ? NOWHERE : this.of(place);
    }
    if (bits !== undefined) {
      const arg = x.args[bits];
      return arg === undefined ? NOWHERE : this.of(arg);
    }
    const effects = effectsOf(name);
    if (effects === null) return NOWHERE;
    const mapping = this.summary.factAt(x.s, isMapping);
    if (mapping >= 0) return [`${SOURCE.map}${mapping}`];
    return effects.some(({ fact }) => OTHER_ADDRESS.has(fact)) ? [`${SOURCE.kernel}${name}`] : NOWHERE;
  }

  /** Name of a field of the driver that may hold an address, or null. */
  keyOf(x: MemberExpr): string | null {
    const owner = ownerOfMember(x.obj, x.field, this.locals, this.names);
    if (owner === null || isOpaque(owner)) return null;
    const found = this.names.field(owner, x.field);
    if (found === null) return `${owner}.${x.field}`;
    const type = resolved(typeOf(found.field.type), this.names);
    return holdsAddress(type) || DESCRIPTOR_INTEGERS.has(type.base) ? `${found.owner}.${x.field}` : null;
  }

  /** `l = …`, where the value comes from `from`. */
  store(l: Expr, from: readonly OpenSource[]): void {
    if (l.k === 'index') {
      this.storeBehind(l.obj, from);
      return;
    }
    if (l.k === 'deref') {
      this.storeBehind(l.x, from);
      return;
    }
    if (l.k !== 'member' || from.length === 0) return;
    const key = this.keep(l, from);
    const variable = key === null || l.obj.k !== 'id' ? -1 : this.locals.lookup(l.obj.name);
    if (variable < 0) return;
    const n = this.summary.node();
    this.summary.comesFrom(n, from);
    this.locals.setMember(variable, l.field, `${SOURCE.field}${key}`, n);
  }

  /** @returns name of the field */
  private keep(l: MemberExpr, from: readonly OpenSource[]): string | null {
    const key = this.keyOf(l);
    if (key !== null) this.summary.keep(key, from);
    return key;
  }

  /** `p[i] = …`, `*p = …` */
  private storeBehind(p: Expr, from: readonly OpenSource[]): void {
    if (from.length === 0) return;
    if (p.k === 'member') this.keep(p, from);
    else if (p.k === 'index') this.storeBehind(p.obj, from);
    else if (p.k === 'cast' || p.k === 'unary') this.storeBehind(p.x, from);
    else if (p.k === 'binary') this.storeBehind(p.l, from);
    else if (p.k === 'addr') this.store(p.x, from);
    else if (p.k === 'id') {
      const variable = this.locals.lookup(p.name);
      const type = variable < 0 ? null : this.locals.typeOfName(p.name);
      if (type === null || !pointsToAddress(type)) return;
      const parameter = this.locals.parameter(variable);
      if (parameter >= 0) this.summary.give(parameter, from);
      const n = this.locals.get(variable);
      if (n < 0) return;
      for (const key of this.summary.fieldsBehind(n)) this.summary.keep(key, from);
      for (const place of this.summary.placesOf(n))
        if (place.startsWith(SOURCE.result)) this.summary.put(place, from);
      this.summary.comesFrom(n, from);
    }
  }

  /** A field is given a value by an initialiser. */
  initialise(key: string, value: Expr): void {
    this.summary.keep(key, this.of(value));
  }

  /**
   * Where the addresses in the arguments of a call come from, or those that arguments point to.
   * @param nodes of their values
   */
  ofArguments(args: readonly Expr[], nodes: readonly number[]): readonly (readonly OpenSource[])[] {
    let out: (readonly OpenSource[])[] | null = null;
    for (const [i, arg] of args.entries()) {
      const from = this.ofArgument(arg, nodes[i] ?? -1);
      if (from.length === 0) continue;
      out ??= [];
      while (out.length < i) out.push(NOWHERE);
      out.push(from);
    }
    return out ?? NO_ARGUMENTS;
  }

  /** There are many calls: types are looked at only where the value may be an address. */
  private ofArgument(x: Expr, n: number): readonly OpenSource[] {
    switch (x.k) {
      case 'id':
        return n >= 0 && this.summary.hasSources(n) ? [n] : NOWHERE;
      case 'member':
        return n >= 0 && this.summary.hasSources(n) ? this.of(x) : NOWHERE;
      case 'addr':
        return x.x.k === 'index' || x.x.k === 'id' ? this.of(x.x) : NOWHERE;
      case 'index':
      case 'deref':
      case 'cast':
      case 'binary':
      case 'cond':
      case 'call':
        return this.of(x);
      default:
        return NOWHERE;
    }
  }

  /** A call of the driver's own may put addresses where arguments point. */
  givenBy(call: number, args: readonly Expr[]): void {
    args.forEach((arg, i) => {
      if (arg.k === 'addr' || this.isArray(arg)) this.into(arg, [`${SOURCE.given}${call} ${i}`]);
    });
  }

  /** True for a local array of addresses, or a row of one. */
  private isArray(x: Expr): boolean {
    const array = x.k === 'index' ? x.obj : x;
    if (array.k !== 'id' || this.locals.lookup(array.name) < 0) return false;
    return pointsToAddress(typeOfExpression(x, this.locals, this.names));
  }

  /** A kernel function puts an address of its own where an argument points. */
  givenByKernel(name: string, args: readonly Expr[]): void {
    const out = entryOf(name)?.addressOut;
    const arg = out === undefined ? undefined : args[out];
    if (arg !== undefined) this.into(arg, [`${SOURCE.kernel}${name}`]);
  }

  /** Something is put where the expression points. */
  private into(pointer: Expr, from: readonly OpenSource[]): void {
    if (pointer.k !== 'addr') {
      this.storeBehind(pointer, from);
      return;
    }
    const { x } = pointer;
    if (x.k === 'id') {
      const variable = this.locals.lookup(x.name);
      const type = variable < 0 ? null : this.locals.typeOfName(x.name);
      if (type === null || !holdsAddress(type)) return;
      const n = this.locals.get(variable);
      if (n >= 0) this.summary.comesFrom(n, from);
      return;
    }
    if (x.k !== 'member' && x.k !== 'index') return;
    const type = typeOfExpression(x, this.locals, this.names);
    if (holdsAddress(type) || DESCRIPTOR_INTEGERS.has(type.base)) this.store(x, from);
  }
}

/** True for a pointer to integers, or an array of them of any dimension, that may be addresses or words of descriptors. */
export function pointsToAddress(type: Type): boolean {
  return type.depth > 0 && (holdsAddress(type) || DESCRIPTOR_INTEGERS.has(type.base));
}

function together(a: readonly OpenSource[], b: readonly OpenSource[]): readonly OpenSource[] {
  if (a.length === 0) return b;
  return b.length === 0 ? a : [...a, ...b];
}
