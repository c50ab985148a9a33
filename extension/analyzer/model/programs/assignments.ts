/** What becomes known of a local or a member where it is assigned to. */
import type { ProgramNode } from '../../../../simulator/contract/driver-ir.ts';
import type { Expr, MemberExpr, Span } from '../../syntax/ast.ts';
import type { Instance } from './instance.ts';
import { isPredicate } from './condition-classifier.ts';
import type { PathBuilder } from './path-builder.ts';
import { bare } from './values.ts';

export class Assignments {
  private readonly builder: PathBuilder;

  constructor(builder: PathBuilder) {
    this.builder = builder;
  }

  /** `x->field = r`. */
  stored(l: MemberExpr, r: Expr, span: Span, inst: Instance, out: ProgramNode[]): void {
    const variable = this.builder.variables.member(l, inst);
    if (variable !== null) this.set(variable, bare(r), span, inst, out);
  }

  set(variable: number, from: Expr, span: Span, inst: Instance, out: ProgramNode[]): void {
    const { builder } = this;
    const at = builder.at(inst, span);
    const value = builder.index.constant(from, inst);
    const source = value === null ? builder.variables.of(from, inst) : null;
    if (from.k === 'cond' && from.a !== null) {
      const [a, b]: [ProgramNode[], ProgramNode[]] = [[], []];
      this.set(variable, bare(from.a), span, inst, a);
      this.set(variable, bare(from.b), span, inst, b);
      builder.truth(from.c, inst, a, b, out);
      return;
    }
    if (value === null && source === null && isTruth(from)) {
      const assign = (truth: number): ProgramNode[] => [
        { node: 'assign', at, variable, value: truth, from: null },
      ];
      builder.truth(from, inst, assign(1), assign(0), out);
      return;
    }
    builder.push(out, { node: 'assign', at, variable, value, from: source });
  }

  /** `x |= r`, `x += r`, `x++`: what is known of a truth value stays so. */
  changed(l: Expr, x: Extract<Expr, { k: 'assign' }>, inst: Instance, out: ProgramNode[]): void {
    const { builder } = this;
    const r = bare(x.r);
    const variable = this.variableOf(l, inst);
    if (variable === null) return;
    const at = builder.at(inst, x);
    if (isTruth(r) && (x.op === '|=' || x.op === '&=')) {
      const made: ProgramNode = { node: 'assign', at, variable, value: x.op === '|=' ? 1 : 0, from: null };
      builder.truth(r, inst, x.op === '|=' ? [made] : [], x.op === '|=' ? [] : [made], out);
      return;
    }
    builder.push(out, { node: 'assign', at, variable, value: null, from: null });
  }

  /** The variable that is assigned to, if somebody asks for it. */
  private variableOf(l: Expr, inst: Instance): number | null {
    const { variables } = this.builder;
    if (l.k === 'member') return variables.member(l, inst);
    if (l.k !== 'id' || !inst.view.locals.has(l.name) || !inst.survey.asked.has(l.name)) return null;
    return variables.local(inst.view.ref, l.name);
  }

  /** The value is another one from here on. */
  forget(l: Expr, span: Span, inst: Instance, out: ProgramNode[]): void {
    const variable = this.variableOf(l, inst);
    if (variable === null) return;
    const at = this.builder.at(inst, span);
    this.builder.push(out, { node: 'assign', at, variable, value: null, from: null });
  }
}

/** True for what is 0 or 1 by its form: a comparison, a negation, a predicate of the kernel. */
function isTruth(x: Expr): boolean {
  if (x.k === 'unary') return x.op === '!';
  if (x.k === 'binary') return TRUTHS.has(x.op);
  return x.k === 'call' && x.fn.k === 'id' && isPredicate(x.fn.name);
}

const TRUTHS = new Set(['==', '!=', '<', '>', '<=', '>=', '&&', '||']);
