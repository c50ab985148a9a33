/**
 * What tells modes from packets: a mode is chosen on set-up paths. A member that a poll, a transmission or an interrupt
 * writes belongs to packets and descriptors.
 */
import { TYPE } from '../../kernel/structures.ts';
import type { CallGraph, FunctionRef } from '../flow/call-graph.ts';
import type { DriverSymbols } from '../names/symbols.ts';
import type { Atom } from './atom.ts';
import { memberUses } from './member-uses.ts';

/** Entry points that run while packets flow, by their signatures. */
function isHot({ placed: { item } }: FunctionRef): boolean {
  const { params, returns } = item;
  if (returns.base === 'irqreturn_t' || returns.base === 'netdev_tx_t') return true;
  if (params.length !== 2) return false;
  return params[0]?.type.base === TYPE.napi_struct && params[1]?.type.base === 'int';
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
    const { functions, resolved } = this.calls;
    const seen = new Set<number>();
    for (const fn of functions) if (isHot(fn)) seen.add(fn.id);
    const places = new Set<string>();
    for (const id of seen) {
      const fn = functions[id];
      if (fn !== undefined) for (const place of memberUses(fn, this.symbols).written) places.add(place);
      for (const targets of resolved.callees[id] ?? []) for (const t of targets) seen.add(t);
    }
    return places;
  }
}
