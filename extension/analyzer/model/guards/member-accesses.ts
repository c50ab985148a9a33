/** Where a function gets at members: what guards of a field are asked for. */
import type { Expr, FunctionItem, MemberExpr } from '../../syntax/ast.ts';
import { visitExpressions } from '../../syntax/walk.ts';

const members = new WeakMap<FunctionItem, ReadonlyMap<string, readonly MemberExpr[]>>();

/** NULL, or 0. */
function isNothing(x: Expr): boolean {
  return x.k === 'id' ? x.name === 'NULL' : x.k === 'num' && Number(x.text) === 0;
}

/** Accesses to members in a function, by the name of the member. To clear one is none: it says that nothing is there. */
export function membersIn(item: FunctionItem): ReadonlyMap<string, readonly MemberExpr[]> {
  let found = members.get(item);
  if (found === undefined) {
    const out = new Map<string, MemberExpr[]>();
    visitExpressions(item.body, (x, parent) => {
      if (x.k !== 'member' || (parent?.k === 'assign' && parent.l === x && isNothing(parent.r))) return;
      const list = out.get(x.field);
      if (list === undefined) out.set(x.field, [x]);
      else list.push(x);
    });
    members.set(item, (found = out));
  }
  return found;
}
