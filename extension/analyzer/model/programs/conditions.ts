/** Branches from C conditions: short circuits become nested branches, what is constant is decided here. */
import type { SourceRange } from '../../../../simulator/contract/driver-model.ts';
import type { Asked, Condition, ProgramNode } from '../../../../simulator/contract/driver-ir.ts';
import type { CallExpr, Expr, Span } from '../../syntax/ast.ts';
import type { Comparison } from '../guards/atom.ts';
import { conditionOf } from '../guards/condition.ts';
import type { Stated } from '../guards/condition-context.ts';
import { constantText, subjectOf } from '../guards/subject.ts';
import { calleeArguments } from '../flow/call-arguments.ts';
import type { Instance } from './instance.ts';
import {
  classifyCondition,
  type ClassifiedCondition,
  type ClassifierContext,
} from './condition-classifier.ts';
import type { PathBuilder } from './path-builder.ts';
import type { Unanswered } from './questions.ts';
import { surveyOf } from './survey.ts';
import { bare } from './values.ts';

/** A condition on its way down: negations and likely() taken off so far. */
interface Test {
  readonly x: Expr;
  readonly inst: Instance;
  readonly negated: boolean;
  /** What the source expects of the whole, for the first side. */
  readonly expected: boolean | undefined;
  /** Where the condition stands, when it was read through a helper. */
  readonly shown: { readonly at: SourceRange; readonly text: string } | null;
}

const HINT = /\b(un)?likely\s*\(\s*$/;
const LONGEST_HINT = 16;
const MAX_TEXT = 120;
/** A side this small is written twice rather than jumped to. */
const SMALL = 12;

export class Conditions {
  private readonly builder: PathBuilder;
  private readonly cx: ClassifierContext;

  constructor(builder: PathBuilder) {
    this.builder = builder;
    const { index, lengths, ring, transmit } = builder.direction;
    const headers = (c: number): boolean => ring.get(c)?.operand.role === 'header';
    const withHeaders = [...ring.values()].some((r) => r.operand.role === 'header');
    this.cx = {
      index,
      lengths,
      transmit: transmit !== null,
      operandOf: (x, inst) => this.cx.operandAmong(index.classesOf(inst.view, x), inst),
      operandAmong: (classes, inst) => {
        const chosen = builder.choose(classes, inst);
        return chosen === null ? null : builder.operand(chosen);
      },
      headersOnly: (classes) => [...classes].every(headers),
      payloadBesideHeaders: (classes) => withHeaders && ![...classes].some(headers),
      variableOf: (x, inst) => builder.variables.of(x, inst),
    };
  }

  /** Writes `if (c) then else otherwise`. */
  branch(c: Expr, inst: Instance, then: ProgramNode[], otherwise: ProgramNode[], out: ProgramNode[]): void {
    this.builder.noteBudget(c, this.builder.loops.at(-1), inst);
    this.write({ x: c, inst, negated: false, expected: undefined, shown: null }, then, otherwise, out);
  }

  /** Writes `x = c` for a truth value; what `c` does has been written already. */
  value(c: Expr, inst: Instance, then: ProgramNode[], otherwise: ProgramNode[], out: ProgramNode[]): void {
    const made: ProgramNode[] = [];
    this.write({ x: c, inst, negated: false, expected: undefined, shown: null }, then, otherwise, made);
    out.push(...withoutOperations(made));
  }

  /** One step of a switch: `value` is one of `cases`. */
  cases(
    value: Expr,
    cases: readonly Expr[],
    inst: Instance,
    then: ProgramNode[],
    otherwise: ProgramNode[],
    out: ProgramNode[],
  ): void {
    const { builder } = this;
    const variable = builder.variables.of(bare(value), inst);
    const known = cases.map((c) => builder.index.constant(c, inst));
    const at = builder.at(inst, cases[0] ?? value);
    const text = `${builder.index.text(inst.view, value)} == ${cases.map((c) => builder.index.text(inst.view, c)).join(', ')}`;
    const constants = cases.map((c) => constantText(c, inst.words));
    const asks = builder.direction.questions.ask({
      subject: constants.includes(null) ? null : subjectOf(value, inst.words),
      compare: constants.map((c) => ({ is: 'equal', to: c ?? '' })),
      except: false,
      text: builder.index.text(inst.view, value),
      at,
    });
    const condition: Condition = { means: 'unknown', negated: false, buffer: null, bytes: null, text, asks };
    const [first] = known;
    // Several values of one case share its body, so that only a single value can be tested for.
    const test =
      variable !== null && known.length === 1 && first !== null && first !== undefined
        ? { variable: { variable, compare: '==', value: first } as const }
        : {};
    builder.push(out, { node: 'branch', at, condition: { ...condition, ...test }, then, otherwise });
  }

  private write(given: Test, then: ProgramNode[], otherwise: ProgramNode[], out: ProgramNode[]): void {
    if (!this.builder.enter()) return;
    this.writeTest(given, then, otherwise, out);
    this.builder.leave();
  }

  private writeTest(given: Test, then: ProgramNode[], otherwise: ProgramNode[], out: ProgramNode[]): void {
    const { inst, negated } = given;
    const hint = this.hint(given);
    const test: Test = hint === null ? given : { ...given, expected: hint !== negated };
    const x = bare(test.x);
    if (x.k === 'unary' && x.op === '!') {
      this.write({ ...test, x: x.x, negated: !negated }, then, otherwise, out);
      return;
    }
    const known = this.decided(x, inst);
    if (known !== null) {
      out.push(...(known !== negated ? then : otherwise));
      return;
    }
    if (x.k === 'binary' && (x.op === '&&' || x.op === '||')) {
      this.shortCircuit(test, x, then, otherwise, out);
      return;
    }
    if (x.k === 'comma') {
      this.builder.expression(x.l, inst, out);
      this.write({ ...test, x: x.r }, then, otherwise, out);
      return;
    }
    const helper = x.k === 'call' ? this.predicate(x, test) : null;
    if (helper !== null) {
      this.write(helper, then, otherwise, out);
      return;
    }
    this.leaf({ ...test, x }, then, otherwise, out);
  }

  /** What the source expects of this part of a condition: the tree has no likely() and unlikely(), the text does. */
  private hint({ x, inst: { view } }: Test): boolean | null {
    const start = view.base + x.s;
    const before = HINT.exec(view.file.text.slice(Math.max(0, start - LONGEST_HINT), start));
    return before === null ? null : before[1] === undefined;
  }

  /** Outcome of a condition that is constant here; the budget of a poll is more than zero. */
  private decided(x: Expr, inst: Instance): boolean | null {
    const value = this.builder.index.constant(x, inst);
    if (value !== null) return value !== 0;
    if (x.k === 'id') return inst.budget.has(x.name) ? true : null;
    if (x.k !== 'binary') return null;
    const right = this.builder.index.constant(x.r, inst);
    if (right === null) return null;
    const left = this.builder.index.constant(x.l, inst);
    if (left !== null) return compare(left, x.op, right);
    const budget = x.l.k === 'id' && inst.budget.has(x.l.name) && right === 0;
    return budget ? compare(1, x.op, 0) : null;
  }

  private shortCircuit(
    test: Test,
    x: Extract<Expr, { k: 'binary' }>,
    then: ProgramNode[],
    otherwise: ProgramNode[],
    out: ProgramNode[],
  ): void {
    const { negated, expected } = test;
    // `!(a && b)` is `!a || !b`.
    const both = (x.op === '&&') !== negated;
    const left: Test = { ...test, x: x.l };
    const right: Test = { ...test, x: x.r };
    // The expectation holds for a part where the whole can only come out so through it.
    // Else the last part decides, once the others have let it come so far.
    const part = expected === both ? expected : undefined;
    if (both) {
      const rest = this.twice(otherwise);
      const inner: ProgramNode[] = [];
      this.write(right, then, rest.again, inner);
      this.write({ ...left, expected: part }, inner, rest.once, out);
    } else {
      const rest = this.twice(then);
      const inner: ProgramNode[] = [];
      this.write(right, rest.again, otherwise, inner);
      this.write({ ...left, expected: part }, rest.once, inner, out);
    }
  }

  /** A side that is needed in two places: the same nodes again if it is small, else a jump to one copy. */
  private twice(side: ProgramNode[]): { readonly once: ProgramNode[]; readonly again: ProgramNode[] } {
    const at = side[0]?.at;
    if (at === undefined || sizeOf(side) <= SMALL) return { once: side, again: side };
    const label = this.builder.newLabel();
    return { once: [{ node: 'label', at, label }, ...side], again: [{ node: 'goto', at, label }] };
  }

  private leaf(test: Test, then: ProgramNode[], otherwise: ProgramNode[], out: ProgramNode[]): void {
    const { builder } = this;
    const { x, inst, negated, expected, shown } = test;
    const found = this.asked(this.evaluated(x, inst, out), x, test);
    const text = shown?.text ?? this.text(test, x);
    const predicted = expected ?? (found.expected === undefined ? undefined : found.expected !== negated);
    const condition: Condition = {
      means: found.means,
      negated: found.negated !== negated,
      buffer: found.buffer,
      bytes: found.bytes,
      text,
      ...(found.variable === null ? {} : { variable: found.variable }),
      ...(found.pool == null ? {} : { pool: found.pool }),
      ...(found.asks === undefined ? {} : { asks: found.asks }),
      ...(predicted === undefined ? {} : { expected: predicted }),
    };
    if (condition.means === 'always') {
      out.push(...(condition.negated ? otherwise : then));
      return;
    }
    if (then.length === 0 && otherwise.length === 0) return;
    const at = shown?.at ?? builder.at(inst, x);
    builder.push(out, { node: 'branch', at, condition, then, otherwise });
  }

  /** A test that means nothing to the machine is a question, the same one wherever it is asked. */
  private asked(
    found: ClassifiedCondition,
    x: Expr,
    { inst, shown }: Test,
  ): ClassifiedCondition & { readonly asks?: Asked } {
    if (found.means !== 'unknown') return found;
    const { builder } = this;
    const at = shown?.at ?? builder.at(inst, x);
    const [literals, ...others] = conditionOf(x, inst.words, true);
    const [only, ...more] = literals ?? [];
    const single = only !== undefined && others.length + more.length === 0;
    const asked: Pick<Unanswered, 'subject' | 'compare'> = single
      ? { subject: only.atom.subject, compare: [only.atom.compare] }
      : { subject: subjectOf(x, inst.words), compare: [{ is: 'set' }] };
    const text = this.questionText(x, inst, asked.compare[0]);
    // In the sense of the condition before its negation.
    const except = (single && !only.holds) !== found.negated;
    return { ...found, asks: builder.direction.questions.ask({ ...asked, except, text, at }) };
  }

  /** The question as a reader of the source would put it: of `a <= b`, the answer is to `a > b`. */
  private questionText(x: Expr, inst: Instance, compare: Comparison | undefined): string {
    const text = (span: Span): string => this.builder.index.text(inst.view, span).replace(/\s+/g, ' ');
    if (x.k !== 'binary' || compare === undefined || isOneSpan(x)) return text(x);
    if (compare.is === 'equal') return text(x.l);
    const op = compare.is === 'below' ? '<' : compare.is === 'above' ? '>' : (POSITIVE.get(x.op) ?? x.op);
    return `${text(x.l)} ${op} ${text(x.r)}`;
  }

  /** Writes the operations of a test and gives its meaning; counting references is the meaning itself. */
  private evaluated(x: Expr, inst: Instance, out: ProgramNode[]): ClassifiedCondition {
    const before: ProgramNode[] = [];
    this.builder.expression(x, inst, before);
    const found = classifyCondition(x, inst, this.cx);
    for (const node of before)
      if (found.means !== 'page-reusable' || node.node !== 'operation' || node.operation.kind !== 'refcount')
        out.push(node);
    return found;
  }

  private text(test: Test, span: Span): string {
    const text = this.builder.index.text(test.inst.view, span).replace(/\s+/g, ' ');
    const shortened = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
    return test.negated ? `!(${shortened})` : shortened;
  }

  /** A helper that only returns a condition is looked through: `{ struct bpf_prog *p = q->prog; return !!p; }`. */
  private predicate(call: CallExpr, test: Test): Test | null {
    const { builder } = this;
    const { inst, shown } = test;
    const targets = builder.index.targets(inst.view, call);
    const [target] = targets;
    if (target === undefined || targets.length > 1 || builder.stack.includes(target)) return null;
    const { body } = builder.index.itemOf(target);
    const last = body.at(-1);
    if (last?.k !== 'return' || last.x === null) return null;
    if (!body.slice(0, -1).every((s) => s.k === 'decl') || builder.direction.relevant.has(target))
      return null;
    const constants = new Map<string, number>();
    const stated = new Map<string, Stated>();
    const args = calleeArguments(call);
    target.placed.item.params.forEach((p, i) => {
      const arg = args[i];
      if (arg !== undefined) stated.set(p.name, { x: arg, cx: inst.words });
      const value = arg === undefined ? null : builder.index.constant(arg, inst);
      if (value !== null) constants.set(p.name, value);
    });
    const inner: Instance = {
      view: builder.index.view(target),
      survey: surveyOf(target.placed.item),
      constants,
      words: builder.index.words(target, stated),
      context: builder.index.classesOfCall(inst.view, call) ?? inst.context,
      budget: new Set(),
      origins: new Map(),
      functions: new Map(),
      labels: new Map(),
      passed: new Map(),
      breaks: [],
    };
    return {
      ...test,
      x: last.x,
      inst: inner,
      shown: shown ?? { at: builder.at(inst, call), text: this.text(test, call) },
    };
  }
}

/** Both sides come out of one macro: where they are in the source is its use. */
function isOneSpan({ l, r }: Extract<Expr, { k: 'binary' }>): boolean {
  return l.s === r.s && l.e === r.e;
}

/** Comparisons that are the opposite of another one. */
const POSITIVE: ReadonlyMap<string, string> = new Map([
  ['>=', '<'],
  ['<=', '>'],
  ['!=', '=='],
]);

/** The tests among the nodes and what follows from them. */
function withoutOperations(nodes: readonly ProgramNode[]): ProgramNode[] {
  return nodes.flatMap((node): ProgramNode[] => {
    switch (node.node) {
      case 'operation':
      case 'call':
        return [];
      case 'branch':
        return [
          { ...node, then: withoutOperations(node.then), otherwise: withoutOperations(node.otherwise) },
        ];
      default:
        return [node];
    }
  });
}

function compare(left: number, op: string, right: number): boolean | null {
  switch (op) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    default:
      return null;
  }
}

function sizeOf(nodes: readonly ProgramNode[]): number {
  let size = 0;
  for (const node of nodes) {
    size++;
    if (node.node === 'label') return Infinity;
    if (node.node === 'branch') size += sizeOf(node.then) + sizeOf(node.otherwise);
    else if (node.node === 'loop' || node.node === 'call') size += sizeOf(node.body);
    else if (node.node === 'sequence') size += sizeOf(node.steps);
    if (size > SMALL) return size;
  }
  return size;
}
