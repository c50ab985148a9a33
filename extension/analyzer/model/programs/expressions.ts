/** Expressions in order of evaluation: values handed on, the driver's own functions inlined. */
import type { ProgramNode } from '../../../../simulator/contract/driver-ir.ts';
import { TYPE } from '../../kernel/structures.ts';
import { packetEffectOf } from '../../kernel/table.ts';
import type { CallExpr, Expr, Span, Stmt } from '../../syntax/ast.ts';
import { visitExpression } from '../../syntax/walk.ts';
import type { FunctionRef } from '../flow/call-graph.ts';
import type { Stated } from '../guards/condition-context.ts';
import { subjectOf } from '../guards/subject.ts';
import { calleeArguments } from '../flow/call-arguments.ts';
import { nameOfValue, type Instance } from './instance.ts';
import { Assignments } from './assignments.ts';
import { MAX_TARGETS, type PathBuilder } from './path-builder.ts';
import { PlaceOperations } from './place-operations.ts';
import { SLOT_STORE } from './posts.ts';
import { surveyOf } from './survey.ts';
import { twinOf } from './twins.ts';
import { bare, type Origin } from './values.ts';

export class Expressions {
  private readonly builder: PathBuilder;
  private readonly places: PlaceOperations;
  private readonly values: Assignments;

  constructor(builder: PathBuilder) {
    this.builder = builder;
    this.places = new PlaceOperations(builder);
    this.values = new Assignments(builder);
  }

  visit(x: Expr, inst: Instance, out: ProgramNode[]): void {
    if (x.k === 'id' || x.k === 'num' || x.k === 'str' || x.k === 'sizeof' || !this.builder.enter()) return;
    this.inner(x, inst, out);
    this.builder.leave();
  }

  private inner(x: Expr, inst: Instance, out: ProgramNode[]): void {
    switch (x.k) {
      case 'id':
      case 'num':
      case 'str':
      case 'sizeof':
        return;
      case 'member':
        this.visit(x.obj, inst, out);
        this.places.facts(x, null, inst, out);
        return;
      case 'index':
        this.visit(x.obj, inst, out);
        this.visit(x.index, inst, out);
        return;
      case 'deref':
        this.visit(x.x, inst, out);
        this.places.facts(x, null, inst, out);
        return;
      case 'addr':
      case 'cast':
        this.visit(x.x, inst, out);
        return;
      case 'unary':
        this.visit(x.x, inst, out);
        if (x.op === '++' || x.op === '--') this.values.forget(x.x, x, inst, out);
        return;
      case 'binary':
        this.binary(x, inst, out);
        return;
      case 'assign':
        this.assign(x, inst, out);
        return;
      case 'cond': {
        const a: ProgramNode[] = [];
        const b: ProgramNode[] = [];
        if (x.a !== null) this.visit(x.a, inst, a);
        this.visit(x.b, inst, b);
        if (a.length + b.length > 0) this.builder.conditionalParts(x.c, inst, a, b, out);
        else this.visit(x.c, inst, out);
        return;
      }
      case 'comma':
        this.visit(x.l, inst, out);
        this.visit(x.r, inst, out);
        return;
      case 'call':
        this.call(x, inst, out);
        return;
      case 'init':
        for (const item of x.items) this.visit(item.value, inst, out);
        return;
      case 'stmtexpr':
        out.push(...this.builder.block(x.body, inst));
        return;
      case 'unknown':
        for (const part of x.parts) this.visit(part, inst, out);
        return;
    }
  }

  private binary(x: Extract<Expr, { k: 'binary' }>, inst: Instance, out: ProgramNode[]): void {
    this.visit(x.l, inst, out);
    if (x.op !== '&&' && x.op !== '||') {
      this.visit(x.r, inst, out);
      return;
    }
    const right: ProgramNode[] = [];
    this.visit(x.r, inst, right);
    if (right.length === 0) return;
    if (x.op === '&&') this.builder.conditionalParts(x.l, inst, right, [], out);
    else this.builder.conditionalParts(x.l, inst, [], right, out);
  }

  private assign(x: Extract<Expr, { k: 'assign' }>, inst: Instance, out: ProgramNode[]): void {
    this.visit(x.r, inst, out);
    this.visit(x.l, inst, out);
    this.places.facts(x.l, null, inst, out);
    if (x.l.k === 'id') {
      if (x.op === '=') this.assigned(x.l.name, x.r, x, inst, out);
      else this.values.changed(x.l, x, inst, out);
      return;
    }
    if (x.l.k === 'member') {
      if (x.op === '=') this.values.stored(x.l, x.r, x, inst, out);
      else this.values.changed(x.l, x, inst, out);
    }
    if (x.op !== '=') return;
    this.places.mark(x.l, x.r, x, inst, out);
    const name = nameOfValue(x.l);
    if (name !== null) this.noteOrigin(name, x.r, inst);
    if (this.builder.index.constant(x.r, inst) === 0) this.slot('clear-slot', x, inst, out);
    else if (this.originOf(x.r, inst) === 'slot') this.slot('post', x, inst, out);
  }

  /** The slot's pointer is set: to NULL, or to a buffer from another slot, which thereby goes back to the device. */
  private slot(
    kind: 'clear-slot' | 'post',
    x: Extract<Expr, { k: 'assign' }>,
    inst: Instance,
    out: ProgramNode[],
  ): void {
    const { builder } = this;
    if (builder.direction.transmit !== null || x.l.k !== 'member') return;
    if (builder.index.isSetAside(inst.view, x.l)) return;
    const type = builder.index.type(inst.view, x.l);
    if (type.depth === 0 && type.base !== TYPE.netmem_ref) return;
    const chosen = builder.choose(builder.index.classesOf(inst.view, x.l), inst);
    const buffer = chosen === null ? null : builder.operand(chosen);
    const api = kind === 'post' ? `${builder.index.text(inst.view, x.l)}${SLOT_STORE}` : '=';
    if (buffer !== null) builder.operation(out, inst, x, api, { kind, buffer });
  }

  /** `name = r`: what becomes known of the variable, and where a buffer pointer comes from. */
  assigned(name: string, r: Expr, span: Span, inst: Instance, out: ProgramNode[]): void {
    const { builder } = this;
    if (!inst.view.locals.has(name)) return;
    this.noteOrigin(name, r, inst);
    const from = bare(r);
    if (from.k === 'id' && inst.budget.has(from.name)) inst.budget.add(name);
    if (!inst.survey.asked.has(name)) return;
    this.values.set(builder.variables.local(inst.view.ref, name), from, span, inst, out);
  }

  private noteOrigin(name: string, r: Expr, inst: Instance): void {
    const origin = this.originOf(r, inst);
    if (origin === null) inst.origins.delete(name);
    else inst.origins.set(name, origin);
  }

  private originOf(x: Expr, inst: Instance): Origin | null {
    const { index } = this.builder;
    const at = bare(x);
    switch (at.k) {
      case 'call': {
        const facts = index.factsAt(inst.view, at).map(({ fact }) => fact.kind);
        if (facts.includes('allocate')) return 'alloc';
        if (facts.includes('address')) return 'address';
        return index.targets(inst.view, at).some((t) => index.classesReturned(t).length > 0) ? 'alloc' : null;
      }
      case 'assign':
        return this.originOf(at.r, inst);
      case 'cond':
        return this.originOf(at.a ?? at.c, inst);
      case 'binary':
        return this.originOf(at.l, inst);
      default: {
        const name = nameOfValue(at);
        return (name === null ? undefined : inst.origins.get(name)) ?? (at.k === 'member' ? 'slot' : null);
      }
    }
  }

  /** `return x;` in an inlined function: the caller may test it. */
  returned(s: Extract<Stmt, { k: 'return' }>, inst: Instance, out: ProgramNode[]): void {
    const { builder } = this;
    if (s.x === null) return;
    this.visit(s.x, inst, out);
    const from = bare(s.x);
    const value = builder.index.constant(from, inst);
    const source = value === null ? builder.variables.of(from, inst) : null;
    const variable = builder.variables.result(inst.view.ref);
    builder.push(out, { node: 'assign', at: builder.at(inst, s), variable, value, from: source });
  }

  mentionsBudget(x: Expr, inst: Instance): boolean {
    if (inst.budget.size === 0) return false;
    let found = false;
    visitExpression(x, (inner) => {
      if (inner.k === 'id' && inst.budget.has(inner.name)) found = true;
    });
    return found;
  }

  touches(x: Expr, inst: Instance): boolean {
    const { builder } = this;
    let found = false;
    visitExpression(x, (inner) => {
      if (found) return;
      if (builder.index.factsAt(inst.view, inner).some((f) => this.places.concerns(f))) found = true;
      else if (inner.k === 'call') {
        const name = inner.fn.k === 'id' ? inner.fn.name : '';
        found =
          packetEffectOf(name) !== null ||
          builder.index.targets(inst.view, inner).some((t) => builder.direction.relevant.has(t));
      }
    });
    return found;
  }

  private call(x: CallExpr, inst: Instance, out: ProgramNode[]): void {
    const { builder } = this;
    if (x.fn.k !== 'id') this.visit(x.fn, inst, out);
    for (const a of calleeArguments(x)) this.visit(a, inst, out);
    const name = x.fn.k === 'id' ? x.fn.name : '';
    const handed = inst.functions.get(name);
    const targets = handed === undefined ? builder.index.targets(inst.view, x) : [handed];
    const inlined = targets.slice(0, MAX_TARGETS).filter((t) => builder.mayInline(t));
    if (targets.length > MAX_TARGETS) builder.leaveOut();
    const [first] = inlined;
    if (first !== undefined && inlined.length === 1) {
      this.inline(first, x, inst, out);
      builder.variables.bind(x, builder.variables.result(first));
    } else if (first !== undefined) {
      this.oneOf(inlined, x, inst, out);
    } else if (targets.length === 0) {
      this.places.facts(x, x, inst, out);
      const effect = packetEffectOf(name) ?? (this.handsUp(name, x, inst) ? 'deliver' : null);
      if (effect !== null) this.places.stackCall(effect, name, x, inst, out);
    }
    for (const a of x.args) if (a.k === 'addr') this.values.forget(a.x, a, inst, out);
  }

  private handsUp(name: string, x: CallExpr, inst: Instance): boolean {
    const { index, direction } = this.builder;
    if (!direction.handsUp || direction.transmit !== null || !soundsLikeDelivery(name)) return false;
    return x.args.some((arg) => {
      const { base, depth } = index.type(inst.view, arg);
      return base === TYPE.sk_buff && depth === 1;
    });
  }

  /** A call through a pointer that holds several functions: which one is not known. */
  private oneOf(targets: readonly FunctionRef[], x: CallExpr, inst: Instance, out: ProgramNode[]): void {
    const { builder } = this;
    const pointer = calleeArguments(x).length < x.args.length ? (x.args[0] ?? x.fn) : x.fn;
    const text = builder.index.text(inst.view, pointer).replace(/\s+/g, ' ');
    const variable = builder.variables.site(inst.view.ref, x, `${text}()`);
    const at = builder.at(inst, pointer);
    let rest: ProgramNode[] = [];
    const last = targets.at(-1)?.placed.item.name ?? '';
    for (const target of [...targets].reverse()) {
      const body: ProgramNode[] = [];
      this.inline(target, x, inst, body);
      const from = builder.variables.result(target);
      builder.push(body, { node: 'assign', at, variable, value: null, from });
      if (rest.length === 0) {
        rest = body;
        continue;
      }
      const { name } = target.placed.item;
      const asks = builder.direction.questions.ask({
        subject: subjectOf(pointer, inst.words),
        compare: [{ is: 'equal', to: name }],
        except: false,
        text,
        rest: last,
        at,
      });
      const node: ProgramNode = {
        node: 'branch',
        at,
        condition: {
          ...{ means: 'unknown', negated: false, buffer: null, bytes: null },
          text: `${text} == ${name}`,
          asks,
        },
        then: body,
        otherwise: rest,
      };
      rest = [];
      builder.push(rest, node);
    }
    out.push(...rest);
    builder.variables.bind(x, variable);
  }

  private inline(target: FunctionRef, x: CallExpr, inst: Instance, out: ProgramNode[]): void {
    const { builder } = this;
    const { index } = builder;
    const { item } = target.placed;
    const survey = surveyOf(item);
    const constants = new Map<string, number>();
    const budget = new Set<string>();
    const origins = new Map<string, Origin>();
    const functions = new Map<string, FunctionRef>();
    const stated = new Map<string, Stated>();
    const at = builder.at(inst, x);
    const body: ProgramNode[] = [];
    const args = calleeArguments(x);
    item.params.forEach((p, i) => {
      const arg = args[i];
      if (arg === undefined) return;
      if (!survey.changed.has(p.name)) stated.set(p.name, { x: arg, cx: inst.words });
      const from = bare(arg);
      const value = index.constant(from, inst);
      if (from.k === 'id' && inst.budget.has(from.name)) budget.add(p.name);
      const origin = this.originOf(from, inst);
      if (origin !== null) origins.set(p.name, origin);
      if (from.k === 'id') {
        const local = inst.view.locals.has(from.name);
        const f = local ? inst.functions.get(from.name) : index.functionNamed(from.name, inst.view.file);
        if (f !== undefined && f !== null) functions.set(p.name, f);
      }
      if (value !== null && !survey.changed.has(p.name)) constants.set(p.name, value);
      if (!survey.asked.has(p.name)) return;
      const variable = builder.variables.local(target, p.name);
      const source = value === null ? builder.variables.of(from, inst) : null;
      builder.push(body, { node: 'assign', at, variable, value, from: source });
    });
    const inner: Instance = {
      view: index.view(target),
      survey,
      constants,
      words: index.words(target, stated),
      context: this.contextOf(x, inst),
      budget,
      origins,
      functions,
      labels: new Map(),
      passed: new Map(),
      breaks: [],
    };
    const key = `${keyOf(target, inner)};${this.askedOf(target, stated)};${this.twinsOf(target, inner)}`;
    body.push(...builder.inlined(target, key, () => builder.block(item.body, inner)));
    builder.push(out, { node: 'call', at, function: item.name, body });
  }

  /** Names of the plain values that the function is handed and tests: questions about them are those of its caller. */
  private askedOf({ placed: { item } }: FunctionRef, stated: ReadonlyMap<string, Stated>): string {
    const { asked } = surveyOf(item);
    return item.params
      .flatMap(({ name, type }) => {
        const of = type.stars + type.dims > 0 || !asked.has(name) ? undefined : stated.get(name);
        return of === undefined ? [] : [subjectOf(of.x, of.cx)?.key ?? ''];
      })
      .join();
  }

  /** Which of several like structures the parameters point to. */
  private twinsOf({ placed: { item } }: FunctionRef, { words }: Instance): string {
    const { symbols } = this.builder.index.facts;
    return item.params
      .map(({ name, type }) =>
        type.stars === 1 ? (twinOf({ k: 'id', name, s: 0, e: 0 }, words, symbols) ?? '') : '',
      )
      .join();
  }

  /** The classes a call is about, narrowed to those that the caller itself is about. */
  private contextOf(x: CallExpr, inst: Instance): ReadonlySet<number> | null {
    const { index, direction } = this.builder;
    const about = index.classesOfCall(inst.view, x);
    if (about === null) return inst.context;
    const meant = new Set([...about].map((c) => direction.aliases.get(c) ?? c));
    const { context } = inst;
    const both = context === null ? [] : [...meant].filter((c) => context.has(c));
    return both.length > 0 ? new Set(both) : meant;
  }
}

/** Everything about an instance that its body depends on. */
function keyOf(target: FunctionRef, inst: Instance): string {
  return [
    target.id,
    inst.context === null ? '' : [...inst.context].join(),
    [...inst.constants].join(),
    [...inst.budget].join(),
    [...inst.origins].join(),
    [...inst.functions].map(([name, f]) => `${name}=${f.id}`).join(),
  ].join(';');
}

/** Functions of a driver's core in another module that take a received packet: `foo_core_skb_receive(core, skb)`. */
function soundsLikeDelivery(name: string): boolean {
  return /(?:^|_)(?:rx|receive|recv)(?:_|$)/.test(name) && !/^_*skb_/.test(name);
}
