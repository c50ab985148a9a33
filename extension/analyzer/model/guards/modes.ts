/**
 * What tells modes from packets: a mode is chosen on set-up paths. A member that a poll, a transmission or an interrupt
 * writes belongs to packets and descriptors.
 */
import { TYPE } from '../../kernel/structures.ts';
import type { CallGraph, FunctionRef } from '../call-graph.ts';
import type { DriverSymbols } from '../symbols.ts';
import type { Atom } from './atom.ts';
import { memberUses } from './member-uses.ts';

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
      for (const place of memberUses(fn, this.symbols).written) places.add(place);
      for (const targets of this.calls.callees(fn)) for (const t of targets) seen.add(t);
    }
    return places;
  }
}
