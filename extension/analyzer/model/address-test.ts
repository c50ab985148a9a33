/** Reads of payload behind a NULL test of netmem_address(): what a driver that supports netmem does. */
import { mayYieldNull } from '../kernel/table.ts';
import type { Expr, FunctionItem, Stmt } from '../syntax/ast.ts';
import { statementsIn, visitExpression, visitExpressions } from '../syntax/walk.ts';
import type { BufferFact } from './buffer-class.ts';
import type { DriverFacts } from './driver-facts.ts';

const tested = new WeakMap<FunctionItem, ReadonlySet<string>>();

/** True if the fact reads through a pointer that its function got from netmem_address() and tests for NULL. */
export function addressIsTested(f: BufferFact, facts: DriverFacts): boolean {
  if (!f.madeBy.some(mayYieldNull)) return false;
  const file = facts.files.find(({ path }) => path === f.location.file);
  const placed = facts.symbols.functions.get(f.fn)?.find((p) => p.file === file);
  if (file === undefined || placed === undefined) return false;
  let names = tested.get(placed.item);
  if (names === undefined) tested.set(placed.item, (names = testedAddresses(placed.item)));
  const text = file.text.slice(f.apiAt.range.start, f.apiAt.range.end);
  return [...text.matchAll(/[A-Za-z_]\w*/g)].some(([name]) => names.has(name));
}

/** Variables that are assigned netmem_address() and stand alone in a condition. */
function testedAddresses(item: FunctionItem): ReadonlySet<string> {
  const addresses = new Set<string>();
  const inTests = new Set<string>();
  visitExpressions(item.body, (x) => {
    if (x.k === 'assign' && x.l.k === 'id' && callsAddress(x.r)) addresses.add(x.l.name);
  });
  visitStatements(item.body, (s) => {
    if (s.k === 'decl') {
      for (const d of s.vars) if (d.init !== null && callsAddress(d.init)) addresses.add(d.name);
    } else if (s.k === 'if' || s.k === 'while') namesTested(s.c, inTests);
  });
  return new Set([...addresses].filter((name) => inTests.has(name)));
}

function callsAddress(x: Expr): boolean {
  let found = false;
  visitExpression(x, (inner) => {
    if (inner.k === 'call' && inner.fn.k === 'id' && mayYieldNull(inner.fn.name)) found = true;
  });
  return found;
}

/** `va`, `!va`, `va && …`, `va == NULL`; not the arguments of calls. */
function namesTested(x: Expr, into: Set<string>): void {
  switch (x.k) {
    case 'id':
      into.add(x.name);
      return;
    case 'unary':
      namesTested(x.x, into);
      return;
    case 'binary':
      namesTested(x.l, into);
      namesTested(x.r, into);
      return;
    case 'call':
      if (x.fn.k === 'id' && (x.fn.name === 'likely' || x.fn.name === 'unlikely'))
        for (const a of x.args) namesTested(a, into);
      return;
    default:
      return;
  }
}

function visitStatements(body: readonly Stmt[], visit: (s: Stmt) => void): void {
  for (const s of body) {
    visit(s);
    visitStatements(statementsIn(s), visit);
  }
}
