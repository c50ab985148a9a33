/** Operations of expressions: facts at their place, calls of the network stack, the driver's own functions inlined. */
import type { ProgramNode } from '../../../../simulator/driver-model/path-program.ts';
import type { CallExpr, Expr, Span, Stmt } from '../../syntax/ast.ts';
import { visitExpression } from '../../syntax/walk.ts';
import type { FunctionRef } from '../call-graph.ts';
import { effectsOf } from '../effects.ts';
import type { PlacedClassFact } from './driver-index.ts';
import { nameOfValue, type Instance } from './instance.ts';
import { receiveOperations, transmitOperations } from './operations.ts';
import type { PathBuilder } from './path-builder.ts';
import { stackEffect, type StackEffect } from './stack-calls.ts';
import { surveyOf } from './survey.ts';
import { bare, type Origin } from './values.ts';

export class Expressions {
  private readonly builder: PathBuilder;

  constructor(builder: PathBuilder) {
    this.builder = builder;
  }

  visit(x: Expr, inst: Instance, out: ProgramNode[]): void {
    switch (x.k) {
      case 'id':
      case 'num':
      case 'str':
      case 'sizeof':
        return;
      case 'member':
        this.visit(x.obj, inst, out);
        this.facts(x, null, inst, out);
        return;
      case 'index':
        this.visit(x.obj, inst, out);
        this.visit(x.index, inst, out);
        return;
      case 'deref':
        this.visit(x.x, inst, out);
        this.facts(x, null, inst, out);
        return;
      case 'addr':
      case 'cast':
        this.visit(x.x, inst, out);
        return;
      case 'unary':
        this.visit(x.x, inst, out);
        if ((x.op === '++' || x.op === '--') && x.x.k === 'id') this.forget(x.x.name, x, inst, out);
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
    this.facts(x.l, null, inst, out);
    if (x.l.k === 'id') {
      if (x.op === '=') this.assigned(x.l.name, x.r, x, inst, out);
      else this.forget(x.l.name, x, inst, out);
      return;
    }
    if (x.op !== '=') return;
    const name = nameOfValue(x.l);
    if (name !== null) this.noteOrigin(name, x.r, inst);
    if (this.builder.index.constant(x.r, inst) === 0) this.clears(x.l, x, inst, out);
  }

  /** The slot's pointer is set to NULL. */
  private clears(slot: Expr, span: Span, inst: Instance, out: ProgramNode[]): void {
    const { builder } = this;
    if (builder.direction.transmit !== null || slot.k === 'id') return;
    const type = builder.index.type(inst.view, slot);
    if (type.depth === 0 && type.base !== 'netmem_ref') return;
    const chosen = builder.choose(builder.index.classesOf(inst.view, slot), inst);
    const buffer = chosen === null ? null : builder.operand(chosen);
    if (buffer !== null) builder.operation(out, inst, span, '=', { kind: 'clear-slot', buffer });
  }

  /** `name = r`: what becomes known of the variable, and where a buffer pointer comes from. */
  assigned(name: string, r: Expr, span: Span, inst: Instance, out: ProgramNode[]): void {
    const { builder } = this;
    if (!inst.view.locals.has(name)) return;
    this.noteOrigin(name, r, inst);
    const from = bare(r);
    if (from.k === 'id' && inst.budget.has(from.name)) inst.budget.add(name);
    const value = builder.index.constant(from, inst);
    const source = value === null ? builder.variables.of(from, inst) : null;
    const variable = builder.variables.local(inst.view.ref, name);
    builder.push(out, { node: 'assign', at: builder.at(inst, span), variable, value, from: source });
  }

  private forget(name: string, span: Span, inst: Instance, out: ProgramNode[]): void {
    if (!inst.view.locals.has(name)) return;
    const variable = this.builder.variables.local(inst.view.ref, name);
    const at = this.builder.at(inst, span);
    this.builder.push(out, { node: 'assign', at, variable, value: null, from: null });
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
      if (builder.index.factsAt(inst.view, inner).some((f) => this.concerns(f))) found = true;
      else if (inner.k === 'call') {
        const name = inner.fn.k === 'id' ? inner.fn.name : '';
        found =
          stackEffect(name) !== null ||
          builder.index.targets(inst.view, inner).some((t) => builder.direction.relevant.has(t));
      }
    });
    return found;
  }

  private concerns({ classes }: PlacedClassFact): boolean {
    const { ring, transmit } = this.builder.direction;
    return classes.some((c) => (transmit === null ? ring.has(c) : transmit.mappings.has(c)));
  }

  private call(x: CallExpr, inst: Instance, out: ProgramNode[]): void {
    const { builder } = this;
    if (x.fn.k !== 'id') this.visit(x.fn, inst, out);
    for (const a of x.args) this.visit(a, inst, out);
    const name = x.fn.k === 'id' ? x.fn.name : '';
    const targets = builder.index.targets(inst.view, x);
    const inlined = targets.filter((t) => builder.mayInline(t));
    const [first] = inlined;
    if (first !== undefined && inlined.length === 1) {
      this.inline(first, x, inst, out);
      builder.variables.bind(x, builder.variables.result(first));
    } else if (first !== undefined) {
      this.oneOf(inlined, x, inst, out);
    } else if (targets.length === 0) {
      this.facts(x, x, inst, out);
      const effect = stackEffect(name);
      if (effect !== null) this.stackCall(effect, name, x, inst, out);
    }
    for (const a of x.args) if (a.k === 'addr' && a.x.k === 'id') this.forget(a.x.name, a, inst, out);
  }

  /** A call through a pointer that holds several functions: which one is not known. */
  private oneOf(targets: readonly FunctionRef[], x: CallExpr, inst: Instance, out: ProgramNode[]): void {
    const { builder } = this;
    const text = builder.index.text(inst.view, x.fn).replace(/\s+/g, ' ');
    const variable = builder.variables.site(inst.view.ref, x, `${text}()`);
    const at = builder.at(inst, x.fn);
    let rest: ProgramNode[] = [];
    for (const target of [...targets].reverse()) {
      const body: ProgramNode[] = [];
      this.inline(target, x, inst, body);
      const from = builder.variables.result(target);
      builder.push(body, { node: 'assign', at, variable, value: null, from });
      if (rest.length === 0) {
        rest = body;
        continue;
      }
      const node: ProgramNode = {
        node: 'branch',
        at,
        condition: {
          means: 'unknown',
          negated: false,
          buffer: null,
          bytes: null,
          text: `${text} == ${target.placed.item.name}`,
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
    const at = builder.at(inst, x);
    const body: ProgramNode[] = [];
    item.params.forEach((p, i) => {
      const arg = x.args[i];
      if (arg === undefined) return;
      const from = bare(arg);
      const value = index.constant(from, inst);
      if (from.k === 'id' && inst.budget.has(from.name)) budget.add(p.name);
      const origin = this.originOf(from, inst);
      if (origin !== null) origins.set(p.name, origin);
      if (value !== null && !survey.changed.has(p.name)) constants.set(p.name, value);
      const variable = builder.variables.local(target, p.name);
      const source = value === null ? builder.variables.of(from, inst) : null;
      builder.push(body, { node: 'assign', at, variable, value, from: source });
    });
    const inner: Instance = {
      view: index.view(target),
      survey,
      constants,
      context: this.contextOf(x, inst),
      budget,
      origins,
      labels: new Map(),
      breaks: [],
    };
    builder.stack.push(target);
    const loops = builder.loops.splice(0);
    body.push(...builder.block(item.body, inner));
    builder.loops.push(...loops);
    builder.stack.pop();
    builder.push(out, { node: 'call', at, function: item.name, body });
  }

  /** The classes a call is about, narrowed to those that the caller itself is about. */
  private contextOf(x: CallExpr, inst: Instance): ReadonlySet<number> | null {
    const about = this.builder.index.classesOfCall(inst.view, x);
    const ring = about === null ? [] : [...about].filter((c) => this.builder.direction.ring.has(c));
    if (ring.length === 0) return inst.context;
    const { context } = inst;
    const both = context === null ? [] : ring.filter((c) => context.has(c));
    return new Set(both.length > 0 ? both : ring);
  }

  private facts(x: Expr, call: CallExpr | null, inst: Instance, out: ProgramNode[]): void {
    const { builder } = this;
    const { transmit, ring } = builder.direction;
    for (const { fact, classes } of builder.index.factsAt(inst.view, x)) {
      if (fact.kind === 'create-pool' && transmit === null) {
        const pool = builder.index.poolCreatedAt(fact.location);
        if (pool !== null) builder.operation(out, inst, x, fact.api, { kind: 'pool-create', pool });
        continue;
      }
      if (transmit !== null) {
        const sent = classes.filter((c) => transmit.mappings.has(c));
        const c = sent.find((n) => transmit.mappings.get(n)?.fragments === true) ?? sent[0];
        const how = c === undefined ? undefined : transmit.mappings.get(c);
        const cls = c === undefined ? undefined : builder.index.classes[c];
        if (how === undefined || cls === undefined) continue;
        for (const operation of transmitOperations(fact, cls, how))
          builder.operation(out, inst, x, fact.api, operation);
        continue;
      }
      const chosen = builder.choose(classes, inst);
      const buffer = chosen === null ? null : builder.operand(chosen);
      if (chosen === null || buffer === null) continue;
      const use = {
        fact,
        buffer,
        header: ring.get(chosen)?.operand.role === 'header',
        intoSkb: call !== null && this.intoSkb(call, inst),
        direct: call !== null && this.direct(call, inst),
      };
      for (const operation of receiveOperations(use)) builder.operation(out, inst, x, fact.api, operation);
    }
    if (transmit === null && call !== null && this.allocatesSkb(call, inst))
      builder.operation(out, inst, call, builder.index.text(inst.view, call.fn), { kind: 'alloc-skb' });
  }

  /** A linear skb of its own; one that sits in the ring is a buffer. */
  private allocatesSkb(call: CallExpr, inst: Instance): boolean {
    if (call.fn.k !== 'id') return false;
    const skb = effectsOf(call.fn.name)?.some((e) => e.source === 'skb') === true;
    return skb && !this.builder.index.factsAt(inst.view, call).some((f) => this.concerns(f));
  }

  /** The destination of a copy belongs to a socket buffer. */
  private intoSkb(call: CallExpr, inst: Instance): boolean {
    const [first] = call.args;
    if (first === undefined) return false;
    let found = false;
    visitExpression(first, (x) => {
      const type = x.k === 'id' || x.k === 'member' ? this.builder.index.type(inst.view, x) : null;
      if (type?.base === 'struct sk_buff') found = true;
    });
    return found;
  }

  private direct(call: CallExpr, inst: Instance): boolean {
    const name = call.fn.k === 'id' ? call.fn.name : '';
    if (name.includes('recycle_direct')) return true;
    const last = call.args.at(-1);
    return last !== undefined && this.builder.index.constant(last, inst) === 1;
  }

  private stackCall(effect: StackEffect, api: string, x: CallExpr, inst: Instance, out: ProgramNode[]): void {
    const { builder } = this;
    const emit = (...[operation]: [Parameters<PathBuilder['operation']>[4]]): void =>
      builder.operation(out, inst, x, api, operation);
    if (builder.direction.transmit !== null) {
      if (effect === 'free-skb') emit({ kind: builder.direction.transmit.completing ? 'tx-free-skb' : 'tx-drop' });
      else if (effect === 'copy-payload') emit({ kind: 'tx-read-payload', how: 'copy' });
      else if (effect === 'linearize') emit({ kind: 'tx-read-payload', how: 'linearize' });
      else if (effect === 'checksum') emit({ kind: 'tx-read-payload', how: 'checksum' });
      return;
    }
    switch (effect) {
      case 'deliver':
        for (const buffer of builder.skbOperands()) emit({ kind: 'build-skb', buffer });
        emit({ kind: 'deliver' });
        return;
      case 'mark-for-recycle':
      case 'read-skb-head':
      case 'free-skb':
      case 'napi-enable':
      case 'napi-disable':
        emit({ kind: effect });
        return;
      case 'napi-get-frags':
        emit({ kind: 'alloc-skb' });
        return;
      case 'run-xdp': {
        const buffer = builder.receivedOperand(inst);
        if (buffer !== null) emit({ kind: 'run-xdp', buffer });
        return;
      }
      case 'unwrap': {
        const arg = x.args[0];
        const classes = arg === undefined ? [] : builder.index.classesOf(inst.view, bare(arg));
        const chosen = builder.choose(classes, inst);
        const buffer = chosen === null ? null : builder.operand(chosen);
        if (buffer !== null) emit({ kind: 'unwrap', buffer, to: 'page' });
        return;
      }
      case 'pool-destroy': {
        const arg = x.args[0];
        if (arg === undefined) return;
        for (const pool of new Set(builder.index.poolsOf(inst.view, arg))) emit({ kind: effect, pool });
        return;
      }
      case 'copy-payload':
      case 'linearize':
      case 'checksum':
        return;
    }
  }
}
