/**
 * What tells modes from packets: a mode is chosen on set-up paths. A member that a poll, a transmission or an interrupt
 * writes belongs to packets and descriptors.
 */
import { TYPE } from '../../kernel/structures.ts';
import type { Expr, FunctionItem } from '../../syntax/ast.ts';
import { visitExpressions } from '../../syntax/walk.ts';
import type { CallGraph, FunctionRef } from '../call-graph.ts';
import type { Names } from '../names.ts';
import type { DriverSymbols } from '../symbols.ts';
import { ownerOfMember } from '../types.ts';
import type { Atom } from './atom.ts';
import { type ConditionContext, wholeFunction } from './condition-context.ts';
import { constantText } from './subject.ts';

const BIT_WRITES =
  /^(?:__)?(?:set_bit|clear_bit|change_bit|test_and_set_bit|test_and_clear_bit|assign_bit)(?:_unlock)?$/;

/** What an expression writes: `struct tag.field`, or one bit of it, as atoms are named. */
export function writtenPlace(x: Expr, cx: ConditionContext): string | null {
  if (x.k === 'assign') return memberWritten(x.l, cx);
  if (x.k === 'unary' && (x.op === '++' || x.op === '--')) return memberWritten(x.x, cx);
  if (x.k !== 'call' || x.fn.k !== 'id' || !BIT_WRITES.test(x.fn.name)) return null;
  const [bit, word] = x.args;
  const place = word === undefined ? null : memberWritten(word.k === 'addr' ? word.x : word, cx);
  const number = bit === undefined ? null : constantText(bit, cx);
  return place === null || number === null ? place : `${place} & BIT(${number})`;
}

function memberWritten(x: Expr, cx: ConditionContext): string | null {
  if (x.k === 'index') return memberWritten(x.obj, cx);
  if (x.k !== 'member') return null;
  const owner = ownerOfMember(x.obj, x.field, cx, cx.names);
  return owner === null ? null : `${owner}.${x.field}`;
}

const known = new WeakMap<FunctionItem, { readonly names: Names; readonly places: ReadonlySet<string> }>();

function writtenIn({ placed: { item } }: FunctionRef, symbols: DriverSymbols): ReadonlySet<string> {
  const before = known.get(item);
  if (before?.names === symbols.names) return before.places;
  const places = new Set<string>();
  const cx = wholeFunction(item, symbols, () => null);
  visitExpressions(item.body, (x) => {
    const place = writtenPlace(x, cx);
    if (place !== null) places.add(place);
  });
  known.set(item, { names: symbols.names, places });
  return places;
}

/** Entry points that run while packets flow, by their signatures. */
function isHot({ placed: { item } }: FunctionRef): boolean {
  const [first, second, third] = item.params;
  if (item.returns.base === 'irqreturn_t' || item.returns.base === 'netdev_tx_t') return true;
  return first?.type.base === TYPE.napi_struct && second?.type.base === 'int' && third === undefined;
}

/** Tells members that choose a mode from those that change with packets. */
export class Modes {
  private readonly calls: CallGraph;
  private readonly symbols: DriverSymbols;
  private hot: ReadonlySet<string> | null = null;

  constructor(calls: CallGraph, symbols: DriverSymbols) {
    this.calls = calls;
    this.symbols = symbols;
  }

  /** True if nothing that runs while packets flow changes what the atom is about. */
  isMode({ subject, compare }: Atom): boolean {
    const { member } = subject;
    if (subject.root !== 'member' || member === null) return false;
    const hot = (this.hot ??= this.findHot());
    if (compare.is === 'bit') return !hot.has(`${member} & BIT(${compare.number})`) && !hot.has(member);
    return !hot.has(member);
  }

  private findHot(): ReadonlySet<string> {
    const seen = new Set<FunctionRef>(this.calls.functions.filter(isHot));
    const places = new Set<string>();
    for (const fn of seen) {
      for (const place of writtenIn(fn, this.symbols)) places.add(place);
      for (const targets of this.calls.callees(fn)) for (const t of targets) seen.add(t);
    }
    return places;
  }
}
