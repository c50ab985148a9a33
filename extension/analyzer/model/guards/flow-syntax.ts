/** What syntax alone tells of a function's flow. */
import type { Expr, Stmt } from '../../syntax/ast.ts';
import { statementsIn } from '../../syntax/walk.ts';

/** True if evaluating it again gives the same: a local may stand for it. */
export function isRepeatable(x: Expr): boolean {
  switch (x.k) {
    case 'id':
    case 'num':
    case 'sizeof':
      return true;
    case 'member':
      return isRepeatable(x.obj);
    case 'index':
      return isRepeatable(x.obj) && isRepeatable(x.index);
    case 'addr':
    case 'deref':
    case 'cast':
      return isRepeatable(x.x);
    case 'unary':
      return x.op !== '++' && x.op !== '--' && isRepeatable(x.x);
    case 'binary':
      return isRepeatable(x.l) && isRepeatable(x.r);
    case 'cond':
      return isRepeatable(x.c) && (x.a === null || isRepeatable(x.a)) && isRepeatable(x.b);
    case 'call':
      return x.fn.k === 'id' && x.args.every((a) => isRepeatable(a));
    case 'str':
    case 'assign':
    case 'comma':
    case 'init':
    case 'stmtexpr':
    case 'unknown':
      return false;
  }
}

/** Labels that stand before a goto that leads to them. */
export function labelsJumpedBackTo(body: readonly Stmt[]): ReadonlySet<string> {
  const out = new Set<string>();
  const seen = new Set<string>();
  const visit = (list: readonly Stmt[]): void => {
    for (const s of list) {
      if (s.k === 'label') seen.add(s.label);
      if (s.k === 'goto' && seen.has(s.label)) out.add(s.label);
      visit(statementsIn(s));
    }
  };
  visit(body);
  return out;
}

/** A number behind a mark; nothing for the first. */
export function numbered(mark: string, n: number | undefined): string {
  return n === undefined || n === 0 ? '' : `${mark}${n}`;
}

/** `l == r`. */
export function equals(l: Expr, r: Expr): Expr {
  return { k: 'binary', op: '==', l, r, s: l.s, e: l.e };
}

/** Adds a value to the list with a name. */
export function push<T>(table: Map<string, T[]>, name: string, value: T): void {
  const known = table.get(name);
  if (known === undefined) table.set(name, [value]);
  else known.push(value);
}
