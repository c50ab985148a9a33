/**
 * What ndo_queue_mem_alloc says while the device is closed. netdev_rx_queue_reconfig() calls it whether or not the
 * device runs: the driver alone decides whether a provider can be bound to a closed device.
 */
import type { Sourced } from '../../../../simulator/contract/driver-model.ts';
import type { Expr, FunctionItem, Stmt } from '../../syntax/ast.ts';
import { visitExpression, visitExpressions } from '../../syntax/walk.ts';
import { sourceRange } from '../names/source-range.ts';
import type { DriverSymbols, PlacedFunction } from '../names/symbols.ts';

/** Words of the bit that says that a device is open. */
const OPEN_BIT = /(?:^|_)(?:OPEN|OPENED|RUNNING|UP)(?:_|$)/;

/**
 * The errno of the first guard that a closed device does not pass: `!netif_running(dev)`, a bit that says that it is
 * open, or a member of the driver's structures that is not there. Only what comes before the first function of the
 * driver counts, since a test behind one may be about what that did.
 */
export function closedQueue(
  fn: PlacedFunction | null,
  symbols: DriverSymbols,
): Sourced<string | null> | undefined {
  if (fn === null) return undefined;
  const own = memoryNames(fn.item);
  for (const s of fn.item.body) {
    if (s.k === 'if' && saysClosed(s.c, own)) {
      const errno = errnoOf(s.then);
      if (errno === null) return { value: null, at: null };
      const range = { start: fn.base + s.c.s, end: fn.base + s.c.e };
      return { value: errno, at: sourceRange(fn.file, range) };
    }
    if (s.k !== 'decl' && callsDriver([s], fn, symbols)) break;
  }
  return { value: null, at: null };
}

/** The memory to be filled (the last parameter but one) and the locals that stand for it. */
function memoryNames({ params, body }: FunctionItem): ReadonlySet<string> {
  const names = new Set<string>();
  const memory = params.at(-2);
  if (memory === undefined) return names;
  names.add(memory.name);
  const take = (name: string, value: Expr): void => {
    visitExpression(value, (x) => {
      if (x.k === 'id' && names.has(x.name)) names.add(name);
    });
  };
  for (const s of body) {
    if (s.k === 'decl') for (const d of s.vars) if (d.init !== null) take(d.name, d.init);
    if (s.k === 'expr' && s.x.k === 'assign' && s.x.l.k === 'id') take(s.x.l.name, s.x.r);
  }
  return names;
}

function saysClosed(c: Expr, own: ReadonlySet<string>): boolean {
  if (c.k === 'binary' && c.op === '||') return saysClosed(c.l, own) || saysClosed(c.r, own);
  if (c.k === 'binary' && c.op === '==' && isNull(c.r)) return isMember(c.l, own);
  if (c.k !== 'unary' || c.op !== '!') return false;
  const { x } = c;
  if (x.k !== 'call') return isMember(x, own);
  if (x.fn.k !== 'id') return false;
  if (x.fn.name === 'netif_running') return true;
  const bit = x.args.at(0);
  return x.fn.name === 'test_bit' && bit?.k === 'id' && OPEN_BIT.test(bit.name);
}

function isNull(x: Expr): boolean {
  return (x.k === 'id' && x.name === 'NULL') || (x.k === 'num' && x.text === '0');
}

/** A member of an object that is there before the call. */
function isMember(x: Expr, own: ReadonlySet<string>): boolean {
  if (x.k === 'index') return isMember(x.obj, own);
  if (x.k !== 'member') return false;
  let root: Expr = x;
  while (root.k === 'member' || root.k === 'index') root = root.obj;
  return root.k === 'id' && !own.has(root.name);
}

/** The errno that the guard leaves the function with; null when it does something else. */
export function errnoOf(then: Stmt): string | null {
  const steps = then.k === 'block' ? then.body : [then];
  const last = steps.at(-1);
  if (last?.k !== 'return' && last?.k !== 'goto') return null;
  let errno: string | null = null;
  visitExpressions(steps, (x) => {
    if (x.k === 'unary' && x.op === '-' && x.x.k === 'id' && /^E[A-Z0-9]+$/.test(x.x.name)) errno = x.x.name;
  });
  return errno;
}

function callsDriver(steps: readonly Stmt[], fn: PlacedFunction, symbols: DriverSymbols): boolean {
  let found = false;
  visitExpressions(steps, (x) => {
    if (x.k === 'call' && x.fn.k === 'id' && symbols.functionFor(x.fn.name, fn.file) !== null) found = true;
  });
  return found;
}
