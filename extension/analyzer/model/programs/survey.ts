/**
 * What one look at a function's syntax tells about path programs. Kept as long as the function's tree is kept, so that
 * a keystroke costs one function.
 */
import type { CallExpr, Expr, FunctionItem, Stmt } from '../../syntax/ast.ts';
import { statementsIn, visitExpressions } from '../../syntax/walk.ts';
import { stackEffect, type StackEffect } from './stack-calls.ts';

export interface FunctionSurvey {
  /** What it asks of the network stack about packets, pools or NAPI. */
  readonly effects: ReadonlySet<StackEffect>;
  /** Calls of netif_napi_add() and its variants. */
  readonly registrations: readonly CallExpr[];
  /** Locals and parameters that are assigned to or whose address is taken. */
  readonly changed: ReadonlySet<string>;
  /** Labels that some goto of the function leads to. */
  readonly labels: ReadonlySet<string>;
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
  const effects = new Set<StackEffect>();
  const registrations: CallExpr[] = [];
  const changed = new Set<string>();
  const labels = new Set<string>();
  visitExpressions(item.body, (x: Expr) => {
    switch (x.k) {
      case 'call':
        if (x.fn.k !== 'id') return;
        {
          const effect = stackEffect(x.fn.name);
          if (effect !== null) effects.add(effect);
        }
        if (x.fn.name.startsWith('netif_napi_add')) registrations.push(x);
        return;
      case 'assign':
        if (x.l.k === 'id') changed.add(x.l.name);
        return;
      case 'unary':
        if ((x.op === '++' || x.op === '--') && x.x.k === 'id') changed.add(x.x.name);
        return;
      case 'addr':
        if (x.x.k === 'id') changed.add(x.x.name);
        return;
      default:
        return;
    }
  });
  collectLabels(item.body, labels);
  return { effects, registrations, changed, labels, loops: hasLoop(item.body) };
}

function collectLabels(body: readonly Stmt[], into: Set<string>): void {
  for (const s of body) for (const inner of statementsIn(s)) collectLabels([inner], into);
  for (const s of body) if (s.k === 'goto') into.add(s.label);
}

function hasLoop(body: readonly Stmt[]): boolean {
  return body.some((s) => s.k === 'while' || s.k === 'for' || s.k === 'do' || hasLoop(statementsIn(s)));
}
