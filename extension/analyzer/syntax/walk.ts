/** Visits every expression of a statement list, outermost first. */
import type { Expr, Stmt } from './ast.ts';

export type ExpressionVisitor = (x: Expr, parent: Expr | null) => void;

export function visitExpression(x: Expr, visit: ExpressionVisitor, parent: Expr | null = null): void {
  visit(x, parent);
  const go = (inner: Expr): void => visitExpression(inner, visit, x);
  switch (x.k) {
    case 'id':
    case 'num':
    case 'str':
    case 'sizeof':
      return;
    case 'call':
      go(x.fn);
      x.args.forEach(go);
      return;
    case 'member':
      go(x.obj);
      return;
    case 'index':
      go(x.obj);
      go(x.index);
      return;
    case 'deref':
    case 'addr':
    case 'unary':
    case 'cast':
      go(x.x);
      return;
    case 'binary':
    case 'assign':
    case 'comma':
      go(x.l);
      go(x.r);
      return;
    case 'cond':
      go(x.c);
      if (x.a !== null) go(x.a);
      go(x.b);
      return;
    case 'init':
      for (const item of x.items) go(item.value);
      return;
    case 'stmtexpr':
      visitExpressions(x.body, visit);
      return;
    case 'unknown':
      x.parts.forEach(go);
      return;
  }
}

/** Visits all expressions of statements in source order. */
export function visitExpressions(body: readonly Stmt[], visit: ExpressionVisitor): void {
  const x = (e: Expr | null): void => {
    if (e !== null) visitExpression(e, visit);
  };
  for (const s of body) {
    switch (s.k) {
      case 'decl':
        for (const d of s.vars) x(d.init);
        break;
      case 'expr':
        x(s.x);
        break;
      case 'if':
        x(s.c);
        visitExpressions(s.otherwise === null ? [s.then] : [s.then, s.otherwise], visit);
        break;
      case 'while':
      case 'switch':
        x(s.c);
        visitExpressions([s.body], visit);
        break;
      case 'do':
        visitExpressions([s.body], visit);
        x(s.c);
        break;
      case 'for':
        if (s.init !== null) visitExpressions([s.init], visit);
        x(s.c);
        x(s.step);
        visitExpressions([s.body], visit);
        break;
      case 'case':
        x(s.value);
        visitExpressions(s.body, visit);
        break;
      case 'return':
        x(s.x);
        break;
      case 'label':
        if (s.body !== null) visitExpressions([s.body], visit);
        break;
      case 'block':
      case 'broken':
        visitExpressions(s.body, visit);
        break;
      case 'alternatives':
        for (const arm of s.arms) visitExpressions(arm, visit);
        break;
      case 'goto':
      case 'break':
      case 'continue':
        break;
    }
  }
}

/** Statements directly inside a statement. */
export function statementsIn(s: Stmt): readonly Stmt[] {
  switch (s.k) {
    case 'if':
      return s.otherwise === null ? [s.then] : [s.then, s.otherwise];
    case 'while':
    case 'do':
    case 'switch':
      return [s.body];
    case 'for':
      return s.init === null ? [s.body] : [s.init, s.body];
    case 'case':
    case 'block':
    case 'broken':
      return s.body;
    case 'label':
      return s.body === null ? [] : [s.body];
    case 'alternatives':
      return s.arms.flat();
    case 'decl':
    case 'expr':
    case 'return':
    case 'goto':
    case 'break':
    case 'continue':
      return [];
  }
}
