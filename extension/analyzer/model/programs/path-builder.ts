/**
 * Writes the tree of one path: the statements of the entry function in order, the driver's own functions inlined, only
 * what touches packet memory kept. The tree is raw: loops get their meaning, and what says nothing is dropped, later.
 */
import type { SourceRange } from '../../../../simulator/contract/driver-model.ts';
import type {
  BufferOperand,
  Doubt,
  ExitNode,
  Operation,
  ProgramNode,
} from '../../../../simulator/contract/driver-ir.ts';
import type { Declarator, Expr, Span, Stmt } from '../../syntax/ast.ts';
import type { FunctionRef } from '../flow/call-graph.ts';
import { Conditions } from './conditions.ts';
import type { DriverIndex } from './driver-index.ts';
import { Expressions } from './expressions.ts';
import { leaves } from './leaving.ts';
import type { Instance } from './instance.ts';
import type { Lengths } from './lengths.ts';
import type { Questions } from './questions.ts';
import type { RingClass } from './receive.ts';
import type { Transmit } from './transmit.ts';
import { surveyOf } from './survey.ts';
import { Variables } from './variables.ts';

/** What all paths of one direction share. */
export interface Direction {
  readonly index: DriverIndex;
  readonly ring: ReadonlyMap<number, RingClass>;
  /** Classes that stand for one of the ring. */
  readonly aliases: ReadonlyMap<number, number>;
  /** Functions with something to do on such a path; calls of others are left out. */
  readonly relevant: ReadonlySet<FunctionRef>;
  readonly lengths: Lengths;
  readonly questions: Questions;
  /** Null on receive paths. */
  readonly transmit: Transmit | null;
  /** No function of the driver calls the stack with a packet: a core in another module does it. */
  readonly handsUp: boolean;
}

export interface RawProgram {
  readonly buffers: readonly BufferOperand[];
  readonly variables: readonly string[];
  readonly kept: ReadonlyMap<number, string>;
  readonly at: SourceRange;
  readonly steps: readonly ProgramNode[];
  /** Loops that stop at the NAPI budget, by their place. */
  readonly budgeted: ReadonlySet<SourceRange>;
  /** The path is larger than any program may be: a part of it is missing. */
  readonly cut: boolean;
}

/** Most nodes of one program, and most calls one inside another: no further function is written out. */
const MAX_NODES = 12_000;
const MAX_DEPTH = 20;
/**
 * Nothing at all is written beyond these: nodes of a program, statements and expressions one inside another, cases of a
 * switch, functions that one call may reach. Drivers of 7.3 come to an eighth of the nodes, and far less of the rest.
 */
const MAX_WRITTEN = 24_000;
const MAX_LEVELS = 400;
const MAX_CASES = 256;
const MAX_WORK = 500_000;
export const MAX_TARGETS = 64;
/** Most alias classes of one program: the machine keeps that many. */
const MAX_BUFFERS = 32;

export class PathBuilder {
  readonly direction: Direction;
  readonly index: DriverIndex;
  readonly variables: Variables;
  readonly budgeted = new Set<SourceRange>();
  readonly stack: FunctionRef[] = [];
  private readonly operands = new Map<number, number>();
  private readonly buffers: BufferOperand[] = [];
  private readonly conditions: Conditions;
  private readonly expressions: Expressions;
  private readonly bodies = new Map<
    string,
    { readonly body: readonly ProgramNode[]; readonly size: number }
  >();
  private nodes = 0;
  /** Statements and expressions around the place at work, those of callers too. */
  private level = 0;
  /** Statements and expressions gone through, and what was noted of values at each branch. */
  private work = 0;
  /** Something was not written because of the bounds on what any program may be. */
  private cut = false;
  /** Where the call being written has to end: one of the entry's own calls takes half of what is left at most. */
  private limit = MAX_NODES;
  private labels = 0;
  private truncated = false;

  constructor(direction: Direction) {
    this.direction = direction;
    this.index = direction.index;
    this.variables = new Variables(direction.index);
    this.conditions = new Conditions(this);
    this.expressions = new Expressions(this);
  }

  /** The tree from `entry` down; `budget` is the position of its NAPI budget argument, or -1. */
  build(entry: FunctionRef, budget: number): RawProgram {
    const view = this.index.view(entry);
    const parameter = entry.placed.item.params[budget];
    const inst: Instance = {
      view,
      survey: surveyOf(entry.placed.item),
      constants: new Map(),
      context: null,
      words: this.index.words(entry),
      budget: new Set(parameter === undefined ? [] : [parameter.name]),
      origins: new Map(),
      functions: new Map(),
      labels: new Map(),
      passed: new Map(),
      breaks: [],
    };
    this.stack.push(entry);
    const steps = this.block(entry.placed.item.body, inst);
    this.stack.pop();
    return {
      buffers: this.buffers,
      variables: this.variables.names,
      kept: this.variables.kept,
      at: this.index.range(view, entry.placed.item.nameAt),
      steps,
      budgeted: this.budgeted,
      cut: this.cut,
    };
  }

  /** Number of the operand for a class, or null if the program has no room for more. */
  operand(classNumber: number): number | null {
    const known = this.operands.get(classNumber);
    if (known !== undefined) return known;
    const ring = this.direction.ring.get(classNumber);
    if (ring === undefined || this.buffers.length === MAX_BUFFERS) return null;
    const made = this.buffers.push(ring.operand) - 1;
    this.operands.set(classNumber, made);
    return made;
  }

  /**
   * The class that is meant where several are possible: the one the call is about, else one with a pool. Null where the
   * call is about memory beside the ring.
   */
  choose(classes: readonly number[], inst: Instance): number | null {
    const { ring, aliases } = this.direction;
    const meant = [...new Set(classes.map((c) => aliases.get(c) ?? c))];
    const possible = meant.filter((c) => ring.has(c));
    const { context } = inst;
    const about = context === null ? [] : possible.filter((c) => context.has(c));
    if (about.length === 0 && context !== null && meant.some((c) => context.has(c))) return null;
    const from = about.length > 0 ? about : possible;
    return from.find((c) => ring.get(c)?.operand.pool != null) ?? from[0] ?? null;
  }

  /** Buffers among the operands so far that a socket buffer of the ring is made of. */
  skbOperands(): readonly number[] {
    return [...this.operands].filter(([c]) => this.direction.ring.get(c)?.ofSkb === true).map(([, n]) => n);
  }

  /** True if there is room to inline the function here. */
  mayInline(ref: FunctionRef): boolean {
    if (!this.direction.relevant.has(ref) || this.stack.includes(ref)) return false;
    if (this.nodes < this.limit && this.stack.length < MAX_DEPTH) return true;
    this.truncated = true;
    return false;
  }

  /**
   * The body of a function as inlined under `key`, written once: what is known of its arguments decides what it looks
   * like, and nothing else does.
   */
  inlined(ref: FunctionRef, key: string, write: () => readonly ProgramNode[]): readonly ProgramNode[] {
    const known = this.bodies.get(key);
    if (known !== undefined) {
      this.nodes += known.size;
      return known.body;
    }
    const before = this.nodes;
    const { truncated, limit } = this;
    if (this.stack.length <= 2) this.limit = before + (limit - before) / 2;
    this.stack.push(ref);
    const loops = this.loops.splice(0);
    const body = write();
    this.loops.push(...loops);
    this.stack.pop();
    this.limit = limit;
    // A body cut short by the bounds of this place is not the body elsewhere.
    if (this.truncated === truncated) this.bodies.set(key, { body, size: this.nodes - before });
    return body;
  }

  /** Enters a statement or an expression; false if no more is to be written. What was entered has to be left. */
  enter(): boolean {
    this.work++;
    if (this.level < MAX_LEVELS && this.nodes < MAX_WRITTEN && this.work < MAX_WORK) {
      this.level++;
      return true;
    }
    this.leaveOut();
    return false;
  }

  leave(): void {
    this.level--;
  }

  /** Notes that a part of the path is not written. */
  leaveOut(): void {
    this.cut = this.truncated = true;
  }

  newLabel(): number {
    return this.labels++;
  }

  at(inst: Instance, span: Span): SourceRange {
    return this.index.range(inst.view, span);
  }

  push(out: ProgramNode[], node: ProgramNode): void {
    this.nodes++;
    out.push(node);
  }

  operation(
    out: ProgramNode[],
    inst: Instance,
    span: Span,
    api: string,
    operation: Operation,
    doubt: Doubt | null = null,
  ): void {
    const node = { node: 'operation', at: this.at(inst, span), operation, api } as const;
    this.push(out, doubt === null ? node : { ...node, doubt });
  }

  exit(out: ProgramNode[], inst: Instance, span: Span, exit: ExitNode['exit']): void {
    this.push(out, { node: 'exit', at: this.at(inst, span), exit });
  }

  /** Operations of an expression, in order of evaluation. */
  expression(x: Expr, inst: Instance, out: ProgramNode[]): void {
    this.expressions.visit(x, inst, out);
  }

  /** Parts of an expression that are evaluated only if `c` holds, or only if it does not. */
  conditionalParts(
    c: Expr,
    inst: Instance,
    then: ProgramNode[],
    otherwise: ProgramNode[],
    out: ProgramNode[],
  ): void {
    this.conditions.branch(c, inst, then, otherwise, out);
  }

  /** A value that is one thing if `c` holds and another if it does not; the test itself does what it does once. */
  truth(c: Expr, inst: Instance, then: ProgramNode[], otherwise: ProgramNode[], out: ProgramNode[]): void {
    this.conditions.value(c, inst, then, otherwise, out);
  }

  /** The operand that frames are received into: what XDP looks at. */
  receivedOperand(inst: Instance): number | null {
    const chosen = this.choose([...this.direction.ring.keys()], inst);
    return chosen === null ? null : this.operand(chosen);
  }

  /** True if evaluating the expression does something to packet memory. */
  touches(x: Expr, inst: Instance): boolean {
    return this.expressions.touches(x, inst);
  }

  block(body: readonly Stmt[], inst: Instance): ProgramNode[] {
    const out: ProgramNode[] = [];
    for (const s of body) this.statement(s, inst, out);
    return out;
  }

  private statement(s: Stmt, inst: Instance, out: ProgramNode[]): void {
    if (!this.enter()) return;
    this.statementOf(s, inst, out);
    this.leave();
  }

  private statementOf(s: Stmt, inst: Instance, out: ProgramNode[]): void {
    switch (s.k) {
      case 'decl':
        for (const d of s.vars) this.declaration(d, inst, out);
        return;
      case 'expr':
        this.expression(s.x, inst, out);
        return;
      case 'if': {
        // The sides are written first, but the condition speaks of what was before them.
        const before = new Map(inst.origins);
        this.work += before.size >> 2;
        const then = this.block([s.then], inst);
        const otherwise = s.otherwise === null ? [] : this.block([s.otherwise], inst);
        const after = inst.origins;
        inst.origins = before;
        this.conditions.branch(s.c, inst, then, otherwise, out);
        inst.origins = new Map([...inst.origins, ...after]);
        return;
      }
      case 'while':
        this.loop(s, s.macro === null ? s.c : null, s.body, null, inst, out);
        return;
      case 'do':
        this.doLoop(s, inst, out);
        return;
      case 'for':
        if (s.init !== null) this.statement(s.init, inst, out);
        this.loop(s, s.c, s.body, s.step, inst, out);
        return;
      case 'switch':
        this.switchStatement(s, inst, out);
        return;
      case 'case':
      case 'block':
      case 'broken':
        for (const inner of s.body) this.statement(inner, inst, out);
        return;
      case 'return':
        this.expressions.returned(s, inst, out);
        this.exit(out, inst, s, 'return');
        return;
      case 'goto':
        this.jump(s, inst, out);
        return;
      case 'label':
        inst.passed.set(s.label, this.loops.at(-1) ?? null);
        if (inst.survey.labels.has(s.label))
          this.push(out, {
            node: 'label',
            at: this.at(inst, { s: s.s, e: s.s + s.label.length }),
            label: this.label(s.label, inst),
          });
        if (s.body !== null) this.statement(s.body, inst, out);
        return;
      case 'break': {
        const label = inst.breaks.at(-1)?.label ?? null;
        if (label === null) this.exit(out, inst, s, 'break');
        else this.push(out, { node: 'goto', at: this.at(inst, s), label });
        return;
      }
      case 'continue':
        this.exit(out, inst, s, 'continue');
        return;
      case 'alternatives': {
        // Any one of them is compiled: the first that does something.
        const arms = s.arms.map((arm) => this.block(arm, inst));
        out.push(...(arms.find((arm) => arm.length > 0) ?? []));
        return;
      }
    }
  }

  /** Back to a label in the same loop: the driver takes the next descriptor there. */
  private jump(s: Extract<Stmt, { k: 'goto' }>, inst: Instance, out: ProgramNode[]): void {
    const loop = this.loops.at(-1);
    const back = loop !== undefined && inst.passed.get(s.label) === loop;
    const label = this.label(s.label, inst);
    this.push(out, { node: 'goto', at: this.at(inst, s), label, ...(back ? { next: true } : {}) });
  }

  private label(name: string, inst: Instance): number {
    let known = inst.labels.get(name);
    if (known === undefined) inst.labels.set(name, (known = this.newLabel()));
    return known;
  }

  private declaration(d: Declarator, inst: Instance, out: ProgramNode[]): void {
    if (d.params !== null && !d.type.fn) return;
    if (d.init === null) return;
    this.expression(d.init, inst, out);
    if (d.init.k !== 'init') this.expressions.assigned(d.name, d.init, d, inst, out);
  }

  private loop(
    s: Extract<Stmt, { k: 'while' | 'for' }>,
    condition: Expr | null,
    body: Stmt,
    step: Expr | null,
    inst: Instance,
    out: ProgramNode[],
  ): void {
    const at = this.at(inst, s);
    const inner: ProgramNode[] = [];
    if (condition !== null) {
      this.noteBudget(condition, at, inst);
      const leave: ProgramNode[] = [];
      this.exit(leave, inst, condition, 'break');
      this.conditions.branch(condition, inst, [], leave, inner);
    }
    inst.breaks.push({ label: null });
    this.loops.push(at);
    inner.push(...this.block([body], inst));
    this.loops.pop();
    inst.breaks.pop();
    if (step !== null) this.expression(step, inst, inner);
    this.push(out, { node: 'loop', at, over: 'unknown', body: inner });
  }

  private doLoop(s: Extract<Stmt, { k: 'do' }>, inst: Instance, out: ProgramNode[]): void {
    const at = this.at(inst, s);
    inst.breaks.push({ label: null });
    this.loops.push(at);
    const inner = this.block([s.body], inst);
    this.loops.pop();
    inst.breaks.pop();
    if (this.index.constant(s.c, inst) !== 0) {
      this.noteBudget(s.c, at, inst);
      const leave: ProgramNode[] = [];
      this.exit(leave, inst, s.c, 'break');
      this.conditions.branch(s.c, inst, [], leave, inner);
    }
    this.push(out, { node: 'loop', at, over: 'unknown', body: inner });
  }

  /** Loops of the source that are being written, innermost last. */
  readonly loops: SourceRange[] = [];

  /** A loop that looks at the NAPI budget is the packet loop, or one around it. */
  noteBudget(condition: Expr, loop: SourceRange | undefined, inst: Instance): void {
    if (loop !== undefined && this.expressions.mentionsBudget(condition, inst)) this.budgeted.add(loop);
  }

  /** A chain of tests; `break` leads to a label after it, and cases that fall through go on with the next one's text. */
  private switchStatement(s: Extract<Stmt, { k: 'switch' }>, inst: Instance, out: ProgramNode[]): void {
    this.expression(s.c, inst, out);
    const items = s.body.k === 'block' ? s.body.body : [s.body];
    const all = items.filter((item) => item.k === 'case');
    const cases = all.slice(0, MAX_CASES);
    if (cases.length < all.length) this.leaveOut();
    const label = this.newLabel();
    const bodies = cases.map((_, i) => {
      inst.breaks.push({ label });
      const body: ProgramNode[] = [];
      for (const c of cases.slice(i)) {
        for (const node of this.block(c.body, inst)) body.push(node);
        if (leaves(c.body)) break;
      }
      inst.breaks.pop();
      return body;
    });
    const groups = new Map<ProgramNode[], Expr[]>();
    let pending: Expr[] = [];
    let fallback: ProgramNode[] = [];
    cases.forEach((c, i) => {
      const body = bodies[i] ?? [];
      if (c.value === null) {
        fallback = body;
        pending = [];
        return;
      }
      pending.push(c.value);
      // `case A: case B:` share what follows.
      if (c.body.length === 0 && i + 1 < cases.length) return;
      groups.set(body, pending);
      pending = [];
    });
    let rest = fallback;
    for (const [body, values] of [...groups].reverse()) {
      const chained: ProgramNode[] = [];
      this.conditions.cases(s.c, values, inst, body, rest, chained);
      rest = chained;
    }
    out.push(...rest);
    this.push(out, { node: 'label', at: this.at(inst, { s: s.e - 1, e: s.e }), label });
  }
}
