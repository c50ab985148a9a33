/** Records what expressions do to buffers: one visit an expression, in evaluation order. */
import { isOpaque, kernelMember, TYPE } from '../../kernel/structures.ts';
import { entryOf } from '../../kernel/table.ts';
import type { CallExpr, Expr, InitializerExpr, MemberExpr, Span } from '../../syntax/ast.ts';
import type { FactKind } from './facts.ts';
import { calleeArguments, fieldOf, indirectPrefix } from './call-arguments.ts';
import { applyEffects, effectsOn, makeFact } from './kernel-call.ts';
import { firstUse } from './first-use.ts';
import { AddressFlow, type AddressLocals, pointsToAddress } from './flow-address.ts';
import { isOfAddress, StoredAddresses } from './flow-stored-address.ts';
import { ObjectFlow } from './flow-object.ts';
import type { TypeNames } from '../names/names.ts';
import { NO_SOURCES, RESULT_OF, SOURCE, type SummaryWriter } from './function-summary.ts';
import {
  carries,
  holdsAddress,
  isCookie,
  ownerOfMember,
  resolved,
  type Type,
  typeOf,
  typeOfExpression,
} from '../names/types.ts';

/** Local variables, as the expression visitor needs them. */
export interface Locals extends AddressLocals {
  set(variable: number, node: number): void;
  statements(body: Extract<Expr, { k: 'stmtexpr' }>['body']): void;
}

export class ExpressionFlow {
  private readonly summary: SummaryWriter;
  private readonly names: TypeNames;
  private readonly locals: Locals;
  readonly objects: ObjectFlow;
  readonly addresses: AddressFlow;
  private readonly stored: StoredAddresses;

  constructor(summary: SummaryWriter, names: TypeNames, locals: Locals) {
    this.summary = summary;
    this.names = names;
    this.locals = locals;
    this.addresses = new AddressFlow(summary, names, locals);
    this.stored = new StoredAddresses(summary, names, locals, this.addresses);
    this.objects = new ObjectFlow(summary, names, locals, {
      type: (x) => this.type(x),
      value: (x) => this.value(x),
      touch: (x) => this.touch(x),
      initializer: (x, tag, object) => this.initializer(x, tag, object),
    });
  }

  private type(x: Expr): Type {
    return typeOfExpression(x, this.locals, this.names);
  }

  /** Visits an expression for what it does; its value is of no interest. */
  effect(x: Expr): void {
    this.value(x);
  }

  /** Node of the expression's value, or -1 if it carries no buffer. */
  value(x: Expr): number {
    switch (x.k) {
      case 'id':
        return this.name(x.name);
      case 'num':
      case 'str':
      case 'sizeof':
        return -1;
      case 'member':
        return this.member(x);
      case 'index': {
        this.value(x.index);
        return this.through(x.obj);
      }
      case 'deref':
        return this.dereference(x.x, x);
      case 'addr':
        return this.address(x.x);
      case 'cast':
        return this.cast(x);
      case 'unary':
        this.value(x.x);
        return x.op === '++' || x.op === '--' ? this.step(x.x) : -1;
      case 'binary':
        return this.binary(x);
      case 'assign':
        return this.assign(x.l, x.r, x.op);
      case 'cond': {
        const c = this.value(x.c);
        return this.merge(x.a === null ? c : this.value(x.a), this.value(x.b));
      }
      case 'comma':
        this.value(x.l);
        return this.value(x.r);
      case 'call':
        return this.call(x);
      case 'init':
        this.initializer(x, x.type === null ? null : resolved(typeOf(x.type), this.names).base);
        return -1;
      case 'stmtexpr': {
        this.locals.statements(x.body);
        const last = x.body[x.body.length - 1];
        return last?.k === 'expr' ? this.value(last.x) : -1;
      }
      case 'unknown': {
        for (const part of x.parts) this.value(part);
        return -1;
      }
    }
  }

  private cast(x: Extract<Expr, { k: 'cast' }>): number {
    const object = this.objects.cast(x);
    if (object !== null) return object;
    const n = this.value(x.x);
    // A cookie becomes a page again.
    if (n >= 0 && x.type.base === TYPE.page && x.type.stars === 1 && isCookie(this.type(x.x)))
      this.summary.fact(n, makeFact('cast-page', TYPE.page, x, x.type), -1);
    return n;
  }

  /** `x++`, `x += n`: what this function put into the members of what `x` points to is elsewhere now. */
  private step(x: Expr): number {
    const n = this.value(x);
    const variable = x.k === 'id' && n >= 0 ? this.locals.lookup(x.name) : -1;
    if (variable >= 0) this.locals.set(variable, n);
    return n;
  }

  private merge(a: number, b: number): number {
    if (a >= 0 && b >= 0) {
      this.summary.unify(a, b);
      if (this.summary.hasSources(b)) this.summary.comesFrom(a, [b]);
    }
    return a >= 0 ? a : b;
  }

  private name(name: string): number {
    const variable = this.locals.lookup(name);
    if (variable >= 0) return this.locals.get(variable);
    const global = this.names.globalType(name);
    if (global === null || !carries(resolved(typeOf(global), this.names))) return -1;
    return this.summary.key(`global ${name}`);
  }

  private member(x: MemberExpr): number {
    const owner = ownerOfMember(x.obj, x.field, this.locals, this.names);
    if (owner === null) {
      this.value(x.obj);
      return -1;
    }
    const origin = kernelMember(`${owner}.${x.field}`)?.shows;
    if (origin !== undefined) return this.derived(origin, x.field, x, x.fieldAt, this.value(x.obj));
    if (isOpaque(owner)) {
      const base = this.value(x.obj);
      return base >= 0 && (owner === TYPE.skb_shared_info || owner === TYPE.sk_buff) ? base : -1;
    }
    const field = this.names.field(owner, x.field);
    if (field === null) return this.objects.place(x, owner);
    const type = resolved(typeOf(field.field.type), this.names);
    if (!carries(type)) {
      this.touch(x.obj);
      return -1;
    }
    const place = this.objects.place(x, owner);
    if (holdsAddress(type) && !this.summary.hasSources(place))
      this.summary.comesFrom(place, [`${SOURCE.field}${owner}.${x.field}`]);
    return place;
  }

  /** Visits only what has effects: calls and assignments inside an address computation. */
  private touch(x: Expr): void {
    if (x.k === 'member') this.touch(x.obj);
    else if (x.k === 'index') {
      this.touch(x.obj);
      this.touch(x.index);
    } else if (x.k === 'deref' || x.k === 'addr' || x.k === 'cast' || x.k === 'unary') this.touch(x.x);
    else if (x.k === 'binary') {
      this.touch(x.l);
      this.touch(x.r);
    } else if (x.k !== 'id' && x.k !== 'num') this.value(x);
  }

  /** `x[i]`: for a pointer to buffers' holders, what it points to; for memory itself, the buffer. */
  private through(x: Expr): number {
    const type = this.type(x);
    const n = this.value(x);
    if (n < 0) return -1;
    if (type.base === TYPE.skb_frag_t || type.base === TYPE.sk_buff || type.base === TYPE.skb_frag) return n;
    if (type.depth >= 2 || (type.depth === 1 && carries({ ...type, depth: 0 }) && type.base !== ''))
      return this.summary.pointee(n);
    return -1;
  }

  private dereference(x: Expr, whole: Expr): number {
    const type = this.type(x);
    const n = this.value(x);
    if (n < 0) return -1;
    if (type.depth >= 2 || type.base === '' || carries({ ...type, depth: 0 })) return this.summary.pointee(n);
    if (!type.base.startsWith('struct ')) this.summary.fact(n, makeFact('read', '*', whole, whole), -1);
    return -1;
  }

  private address(x: Expr): number {
    if (x.k === 'id') {
      const variable = this.locals.lookup(x.name);
      if (variable >= 0) {
        const type = this.type(x);
        if (!carries(type)) return this.names.isDivided(type.base) ? this.objects.of(x) : -1;
        let n = this.locals.get(variable);
        if (n < 0) {
          n = this.summary.node();
          this.locals.set(variable, n);
        }
        return this.pointerTo(n);
      }
    }
    if (x.k === 'index') {
      this.touch(x.index);
      return this.objects.dividedType(x.obj) === null ? this.value(x.obj) : this.objects.of(x.obj);
    }
    if (x.k === 'deref') return this.value(x.x);
    const type = this.type(x);
    if (type.depth === 0 && !carries(type)) {
      if (this.names.isDivided(type.base)) return this.objects.of(x);
      this.touch(x);
      return -1;
    }
    const n = this.value(x);
    return n < 0 ? -1 : this.pointerTo(n);
  }

  private pointerTo(n: number): number {
    const p = this.summary.node();
    this.summary.unify(this.summary.pointee(p), n);
    return p;
  }

  private binary(x: Extract<Expr, { k: 'binary' }>): number {
    const l = this.value(x.l);
    const r = this.value(x.r);
    if (!['+', '-', '&', '|'].includes(x.op)) return -1;
    if (l < 0) return x.op === '-' ? -1 : r;
    if (r < 0) return l;
    const lt = this.type(x.l);
    const rt = this.type(x.r);
    if (lt.depth > 0 && rt.depth > 0) return -1;
    if (lt.depth > 0) return l;
    if (rt.depth > 0) return r;
    return rt.base === TYPE.dma_addr_t && lt.base !== TYPE.dma_addr_t ? r : l;
  }

  /** Assignment; returns the value's node. */
  assign(l: Expr, r: Expr, op: string): number {
    if (l.k === 'member' && r.k === 'id' && this.names.isFunction(r.name) && this.locals.lookup(r.name) < 0) {
      const owner = ownerOfMember(l.obj, l.field, this.locals, this.names);
      if (owner !== null) this.summary.pointers.push([`${owner}.${l.field}`, r.name]);
      return -1;
    }
    if (this.objects.copies(l, r)) return -1;
    const value = this.value(r);
    if (op !== '=') {
      this.touch(l);
      if (op === '|=' && l.k !== 'id') this.addresses.store(l, this.addresses.of(r));
      return this.step(l);
    }
    if (l.k === 'id') {
      const variable = this.locals.lookup(l.name);
      if (variable >= 0) {
        const type = this.type(l);
        const taken = this.objects.taken(r, value, type);
        this.locals.set(variable, this.addressed(r, taken, type));
        return value;
      }
    } else if (value >= 0 || r.k === 'call' || r.k === 'binary' || r.k === 'cast')
      this.addresses.store(l, this.addresses.of(r));
    if (l.k === 'member') {
      const owner = ownerOfMember(l.obj, l.field, this.locals, this.names);
      const origin = owner === null ? undefined : kernelMember(`${owner}.${l.field}`)?.shows;
      if (origin === 'xdp-linear' && value >= 0) {
        this.summary.fact(value, makeFact('xdp-prepare', l.field, l, l.fieldAt), -1);
        return value;
      }
    }
    const place = this.value(l);
    if (value >= 0) this.stored.assigned(l, r, value);
    if (place >= 0 && value >= 0) {
      if (this.stored.posts(l, r)) this.stored.post(l, value);
      else this.objects.store(place, this.objects.taken(r, value, this.type(l)), this.type(l));
    } else if (value >= 0 && l.k === 'member' && this.stored.postsNarrow(l, r)) this.stored.post(l, value);
    return value >= 0 ? value : place;
  }

  /** The value of `x` in an integer of the type, or a pointer to some, with where the address comes from. */
  addressed(x: Expr, value: number, type: Type): number {
    const isPointer = pointsToAddress(type);
    if (!isPointer && (type.depth > 0 || !holdsAddress(type))) return value;
    const from = isPointer ? this.addresses.ofElement(x) : this.addresses.of(x);
    if (from.length === 0) return value;
    const n = value < 0 ? this.summary.node() : value;
    this.summary.comesFrom(n, from);
    if (isPointer) this.summary.pointsTo(n, from);
    return n;
  }

  /**
   * Initialiser of a variable or compound literal of structure type `tag`.
   * @param object pointer to what is initialised, or -1 if nothing has it
   */
  initializer(x: InitializerExpr, tag: string | null, object = -1): void {
    for (const item of x.items) {
      const [field, ...rest] = item.path;
      const found = tag !== null && field !== undefined ? this.names.field(tag, field) : null;
      if (found === null || rest.length > 0) {
        if (item.value.k === 'init')
          this.initializer(item.value, item.path.length === 0 ? tag : null, object);
        else this.value(item.value);
        continue;
      }
      const key = `${found.owner}.${found.field.name}`;
      const type = resolved(typeOf(found.field.type), this.names);
      if (item.value.k === 'init')
        this.initializer(item.value, type.base, this.objects.fieldOf(object, key, tag));
      else if (item.value.k === 'id' && this.names.isFunction(item.value.name))
        this.summary.pointers.push([key, item.value.name]);
      else {
        const value = this.value(item.value);
        if (item.value.k !== 'num') this.addresses.initialise(key, item.value);
        if (value >= 0) this.stored.keep({ at: item, fieldAt: item, into: key }, item.value, type, value);
        if (value >= 0 && carries(type))
          this.objects.store(
            this.objects.fieldOf(object, key, tag),
            this.objects.taken(item.value, value, type),
            type,
          );
      }
    }
  }

  private derived(kind: FactKind, api: string, at: Span, apiAt: Span, from: number): number {
    const n = this.summary.node();
    this.summary.fact(n, makeFact(kind, api, at, apiAt), -1);
    this.summary.make(n, kind);
    if (from >= 0) this.summary.from(n, from);
    return n;
  }

  private call(x: CallExpr): number {
    if (x.fn.k === 'member') return this.indirect(x, x.fn);
    if (x.fn.k !== 'id') {
      this.value(x.fn);
      for (const a of x.args) this.value(a);
      return -1;
    }
    const name = x.fn.name;
    const prefix = indirectPrefix(x);
    if (prefix > 0) return this.oneOf(x, prefix);
    const special = this.unmapMacro(name, x, x.fn);
    if (special !== null) return special;
    const own = this.names.isFunction(name);
    const effects = own ? null : effectsOn(name, x.args[0] === undefined ? null : this.type(x.args[0]));
    const args = x.args.map((a) => this.value(a));
    for (const { fact, arg } of effects ?? []) {
      const at = x.args[arg];
      if (at !== undefined && (args[arg] ?? -1) < 0 && fact !== null && isOfAddress(fact))
        args[arg] = this.stored.fromDescriptor(at);
      if (at !== undefined && fact === 'sg-fill' && (args[arg] ?? -1) < 0)
        args[arg] = firstUse(at, this.locals, this.summary);
    }
    if (effects === null)
      return own || this.names.isMacro(name) ? this.driverCall(name, false, args, x, x.fn) : -1;
    this.addresses.givenByKernel(name, x.args);
    return applyEffects(this.summary, name, effects, args, x, this.addresses, (arg) => this.type(arg));
  }

  private driverCall(callee: string, indirect: boolean, args: number[], x: CallExpr, at: Span): number {
    const result = this.summary.node();
    this.summary.make(result, `${RESULT_OF}${callee}`);
    const argProvenance = args.map((a) => (a < 0 ? [] : this.summary.madeBy(a)));
    const given = calleeArguments(x);
    const places = { at: { s: x.s, e: x.e }, calleeAt: { s: at.s, e: at.e } };
    const call = this.summary.call(
      { callee, indirect, args, argProvenance, argSources: NO_SOURCES, result, ...places },
      this.addresses.ofArguments(given, args),
    );
    this.addresses.givenBy(call, given);
    return result;
  }

  /** `INDIRECT_CALL_1(f, f1, args…)` calls f1, or whatever else f is. */
  private oneOf(x: CallExpr, prefix: number): number {
    const args = x.args.slice(prefix).map((a) => this.value(a));
    let result = -1;
    for (const [i, f] of x.args.slice(0, prefix).entries()) {
      if (f.k === 'id' && this.names.isFunction(f.name))
        result = this.merge(result, this.driverCall(f.name, false, args, x, f));
      else if (i === 0 && f.k === 'member') {
        const owner = ownerOfMember(f.obj, f.field, this.locals, this.names);
        if (owner !== null)
          result = this.merge(result, this.driverCall(`${owner}.${f.field}`, true, args, x, f.fieldAt));
      }
    }
    return result;
  }

  private indirect(x: CallExpr, fn: MemberExpr): number {
    this.touch(fn.obj);
    const args = x.args.map((a) => this.value(a));
    const owner = ownerOfMember(fn.obj, fn.field, this.locals, this.names);
    return owner === null ? -1 : this.driverCall(`${owner}.${fn.field}`, true, args, x, fn.fieldAt);
  }

  /** dma_unmap_addr() and its setters name a field: they read and write it. */
  private unmapMacro(name: string, x: CallExpr, fn: Span): number | null {
    const entry = entryOf(name);
    if (entry?.namesField === undefined) return null;
    const sets = entry.signature?.parameters.length !== entry.namesField + 2;
    const [obj, field, value] = x.args.slice(entry.namesField);
    if (obj === undefined || field === undefined) return -1;
    const place = fieldOf(obj, field);
    if (place === null) return -1;
    if (!sets) return this.value(place);
    for (const before of x.args.slice(0, entry.namesField)) this.value(before);
    if (value === undefined) return -1;
    let v = this.value(value);
    if (v < 0) v = this.summary.node();
    const from = this.addresses.of(value);
    this.summary.fact(v, makeFact('unmap-store', name, x, fn, { madeBy: this.summary.madeBy(v) }), -1, from);
    this.addresses.store(place, from);
    const p = this.value(place);
    if (p >= 0) this.summary.unify(p, v);
    return -1;
  }
}
