/**
 * What one look at a function's syntax tells the extraction of the driver IR. Kept as long as the function's tree is
 * kept, so that a keystroke costs one function.
 */
import type { PacketEffect } from '../../kernel/entry/effect.ts';
import { packetEffectOf } from '../../kernel/table.ts';
import type { CallExpr, Expr, FunctionItem, MemberExpr, Stmt } from '../../syntax/ast.ts';
import { statementsIn, visitExpression, visitExpressions } from '../../syntax/walk.ts';
import { bare } from './values.ts';

export interface FunctionSurvey {
  /** What it asks of the network stack about packets, pools or NAPI. */
  readonly effects: ReadonlySet<PacketEffect>;
  /** Calls of netif_napi_add() and its variants. */
  readonly registrations: readonly CallExpr[];
  /** Locals and parameters that are assigned to or whose address is taken. */
  readonly changed: ReadonlySet<string>;
  /** Names whose value something depends on: tested, returned, handed on. */
  readonly asked: ReadonlySet<string>;
  /** Labels that some goto of the function leads to. */
  readonly labels: ReadonlySet<string>;
  /** Members that it writes, their bits included. */
  readonly written: readonly MemberExpr[];
  /** It has a loop. */
  readonly loops: boolean;
}

const surveys = new WeakMap<FunctionItem, FunctionSurvey>();

export function surveyOf(item: FunctionItem): FunctionSurvey {
  let known = surveys.get(item);
  if (known === undefined) surveys.set(item, (known = survey(item)));
  return known;
}

function survey(item: FunctionItem): FunctionSurvey {
  const effects = new Set<PacketEffect>();
  const registrations: CallExpr[] = [];
  const changed = new Set<string>();
  const labels = new Set<string>();
  const written: MemberExpr[] = [];
  const asked = new Set<string>();
  const ask = (x: Expr | null): void => {
    if (x !== null) visitExpression(x, (inner) => inner.k === 'id' && asked.add(inner.name));
  };
  visitExpressions(item.body, (x: Expr) => {
    switch (x.k) {
      case 'call':
        for (const a of x.args) {
          ask(bare(a).k === 'id' ? a : null);
          if (a.k === 'addr' && a.x.k === 'member') written.push(a.x);
        }
        if (x.fn.k !== 'id') return;
        {
          const effect = packetEffectOf(x.fn.name);
          if (effect !== null) effects.add(effect);
        }
        if (x.fn.name.startsWith('netif_napi_add')) registrations.push(x);
        return;
      case 'assign':
        if (x.l.k === 'member') written.push(x.l);
        if (x.l.k === 'id') changed.add(x.l.name);
        if (bare(x.r).k === 'id') ask(x.r);
        return;
      case 'cond':
        ask(x.c);
        return;
      case 'unary':
        if (x.op !== '++' && x.op !== '--') return;
        if (x.x.k === 'id') changed.add(x.x.name);
        else if (x.x.k === 'member') written.push(x.x);
        return;
      case 'addr':
        if (x.x.k === 'id') changed.add(x.x.name);
        return;
      default:
        return;
    }
  });
  collectLabels(item.body, labels);
  askedByStatements(item.body, ask);
  return { effects, asked, written, registrations, changed, labels, loops: hasLoop(item.body) };
}

function askedByStatements(body: readonly Stmt[], ask: (x: Expr | null) => void): void {
  for (const s of body) {
    if (s.k === 'if' || s.k === 'while' || s.k === 'do' || s.k === 'switch' || s.k === 'for') ask(s.c);
    else if (s.k === 'return') ask(s.x);
    else if (s.k === 'decl')
      for (const d of s.vars) ask(d.init !== null && bare(d.init).k === 'id' ? d.init : null);
    askedByStatements(statementsIn(s), ask);
  }
}

function collectLabels(body: readonly Stmt[], into: Set<string>): void {
  for (const s of body) for (const inner of statementsIn(s)) collectLabels([inner], into);
  for (const s of body) if (s.k === 'goto') into.add(s.label);
}

function hasLoop(body: readonly Stmt[]): boolean {
  return body.some((s) => s.k === 'while' || s.k === 'for' || s.k === 'do' || hasLoop(statementsIn(s)));
}
