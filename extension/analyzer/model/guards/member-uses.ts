/**
 * What a function does to members of structures, seen as a whole: enough to leave functions out whose paths need not be
 * followed to learn when a member is written. On mlx5 that is two flows of three.
 */
import type { CallExpr, Expr, FunctionItem, InitializerExpr, MemberExpr, Stmt } from '../../syntax/ast.ts';
import { statementsIn, visitExpressions } from '../../syntax/walk.ts';
import type { FunctionRef } from '../flow/call-graph.ts';
import { KeptByNames } from '../names/kept-by-names.ts';
import type { TypeNames } from '../names/names.ts';
import type { DriverSymbols } from '../names/symbols.ts';
import { ownerOfMember } from '../names/types.ts';
import { type ConditionContext, wholeFunction } from './condition-context.ts';
import { constantText } from './subject.ts';

/** Members as `struct tag.field`. */
export interface MemberUses {
  /** Assigned to or counted, or a bit of them, which is named as in atoms. */
  readonly written: ReadonlySet<string>;
  /** Their address is an argument of a call that may write them. */
  readonly handed: ReadonlySet<string>;
  /** Given a value other than zero by an initialiser of the structure. */
  readonly initialised: ReadonlySet<string>;
  /** Their value is stored somewhere. */
  readonly stored: ReadonlySet<string>;
}

const known = new KeptByNames<MemberUses>();

/** Worked out once for a function and the declarations it is read with. */
export function memberUses({ placed: { item } }: FunctionRef, symbols: DriverSymbols): MemberUses {
  return known.get(item, symbols) ?? known.set(item, symbols, (names) => usesIn(item, names));
}

function usesIn(item: FunctionItem, names: TypeNames): MemberUses {
  const cx = wholeFunction(item, names, () => null);
  const written = new Set<string>();
  const handed = new Set<string>();
  const stored = new Set<string>();
  const initialised = new Set<string>();
  const add = (to: Set<string>, place: string | null): void => {
    if (place !== null) to.add(place);
  };
  const declared = (body: readonly Stmt[]): void => {
    visitDeclared(body, (x, tag) => addInitialised(initialised, x, tag));
  };
  visitExpressions(item.body, (x) => {
    add(written, writtenPlace(x, cx));
    if (x.k === 'assign' && x.r.k === 'member') add(stored, memberKey(x.r, cx));
    if (x.k === 'call') for (const m of membersHanded(x)) add(handed, memberKey(m, cx));
    if (x.k === 'init' && x.type !== null) addInitialised(initialised, x, x.type.base);
    if (x.k === 'stmtexpr') declared(x.body);
  });
  declared(item.body);
  return { written, handed, initialised, stored };
}

const BIT_WRITES =
  /^(?:__)?(?:set_bit|clear_bit|change_bit|test_and_set_bit|test_and_clear_bit|assign_bit)(?:_unlock)?$/;

/** What an expression writes: `struct tag.field`, or one bit of it, as atoms are named. */
export function writtenPlace(x: Expr, cx: ConditionContext): string | null {
  if (x.k === 'assign') return placeWritten(x.l, cx);
  if (x.k === 'unary' && (x.op === '++' || x.op === '--')) return placeWritten(x.x, cx);
  if (x.k !== 'call' || x.fn.k !== 'id' || !BIT_WRITES.test(x.fn.name)) return null;
  const [bit, word] = x.args;
  const place = word === undefined ? null : placeWritten(word.k === 'addr' ? word.x : word, cx);
  const number = bit === undefined ? null : constantText(bit, cx);
  return place === null || number === null ? place : `${place} & BIT(${number})`;
}

function placeWritten(x: Expr, cx: ConditionContext): string | null {
  if (x.k === 'index') return placeWritten(x.obj, cx);
  return x.k === 'member' ? memberKey(x, cx) : null;
}

/** `struct tag.field`, or null where the structure is not known. */
export function memberKey(x: MemberExpr, cx: ConditionContext): string | null {
  const owner = ownerOfMember(x.obj, x.field, cx, cx.names);
  return owner === null ? null : `${owner}.${x.field}`;
}

/** Members whose address a call is given. Locks, counters and bits are told apart by their helpers. */
function membersHanded({ fn, args }: CallExpr): MemberExpr[] {
  if (fn.k === 'id' && /bit|lock|atomic|refcount/.test(fn.name)) return [];
  return args.flatMap((a) => (a.k === 'addr' && a.x.k === 'member' ? [a.x] : []));
}

function addInitialised(to: Set<string>, x: InitializerExpr, tag: string): void {
  for (const { path, value } of x.items) {
    const [field] = path;
    const zero = value.k === 'num' && Number(value.text) === 0;
    if (field !== undefined && !zero) to.add(`${tag}.${field}`);
  }
}

function visitDeclared(body: readonly Stmt[], visit: (x: InitializerExpr, tag: string) => void): void {
  for (const s of body) {
    if (s.k === 'decl') for (const d of s.vars) if (d.init?.k === 'init') visit(d.init, d.type.base);
    visitDeclared(statementsIn(s), visit);
  }
}
