/** Under which conditions of its function an expression is reached, in the words of the source. */
import type { Expr, FunctionItem, Stmt } from '../../syntax/ast.ts';
import { statementsIn } from '../../syntax/walk.ts';

/**
 * The tests of `if` and `switch` around a place, and those of the returns without a value before it, outermost first.
 * Returns with a value are how functions fail: they are no conditions of what they go on to do.
 * @param at offset in the item
 * @param textOf text of an expression of the function
 */
export function conditionsAround(
  { body }: FunctionItem,
  at: number,
  textOf: (x: Expr) => string,
): readonly string[] {
  const out: string[] = [];
  const not = (x: Expr): string => (x.k === 'id' || x.k === 'call' ? `!${textOf(x)}` : `!(${textOf(x)})`);
  const visit = (statements: readonly Stmt[]): void => {
    const here = statements.find(({ s, e }) => s <= at && at < e);
    if (here === undefined) return;
    for (const before of statements.slice(0, statements.indexOf(here)))
      if (before.k === 'if' && before.otherwise === null && leaves(before.then)) out.push(not(before.c));
    if (here.k === 'if' && at >= here.then.s)
      out.push(here.otherwise !== null && at >= here.otherwise.s ? not(here.c) : textOf(here.c));
    if (here.k === 'switch' && at >= here.body.s) out.push(textOf(here.c));
    visit(statementsIn(here));
  };
  visit(body);
  return out;
}

function leaves(s: Stmt): boolean {
  if (s.k === 'block') return s.body.length === 1 && s.body.every(leaves);
  return s.k === 'return' && s.x === null;
}
