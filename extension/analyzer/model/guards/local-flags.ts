/**
 * Locals that remember a decision: `active = true` under a condition, or `is_iov = skb_frag_is_net_iov(frag)` in the turn
 * before. Where several values meet, a flag that is set tells of memory what was so where it was set.
 */
import type { Expr, FunctionItem, Stmt } from '../../syntax/ast.ts';
import { statementsIn, visitExpressions } from '../../syntax/walk.ts';
import { kindOfAtom } from './atom.ts';
import { ALWAYS, either, type Guard } from './guard.ts';

/** More values than this are no flag. */
const MOST_VALUES = 4;

/** What is assigned to each local, null for one that is changed in other ways, too. */
export function assignedValues(item: FunctionItem): ReadonlyMap<string, readonly Expr[] | null> {
  const values = new Map<string, Expr[] | null>();
  const add = (name: string, x: Expr): void => {
    const known = values.get(name);
    if (known === undefined) values.set(name, [x]);
    else if (known !== null && known.length < MOST_VALUES) known.push(x);
    else values.set(name, null);
  };
  const declared = (body: readonly Stmt[]): void => {
    for (const s of body) {
      if (s.k === 'decl') for (const d of s.vars) if (d.init !== null) add(d.name, d.init);
      declared(statementsIn(s));
    }
  };
  declared(item.body);
  for (const p of item.params) values.set(p.name, null);
  visitExpressions(item.body, (x) => {
    if (x.k === 'stmtexpr') declared(x.body);
    else if (x.k === 'assign' && x.l.k === 'id') {
      if (x.op === '=') add(x.l.name, x.r);
      else values.set(x.l.name, null);
    } else if (x.k === 'unary' && (x.op === '++' || x.op === '--') && x.x.k === 'id')
      values.set(x.x.name, null);
    else if (x.k === 'addr' && x.x.k === 'id') values.set(x.x.name, null);
  });
  return values;
}

/** What the ways to set a flag say of memory, by one of which it was set. */
export function saidOfMemory(ways: readonly Guard[]): Guard {
  if (ways.length === 0) return ALWAYS;
  return either(...ways.map((way): Guard => either(...way.map((c): Guard => [c.filter(isOfMemory)]))));
}

function isOfMemory({ atom }: Guard[number][number]): boolean {
  return kindOfAtom(atom) !== null;
}
