/** What is worked out of a function, kept while the function and what it asked of the declared names are the same. */
import type { FunctionItem } from '../../syntax/ast.ts';
import { LastingNames } from './asked.ts';
import type { NameHistory } from './name-history.ts';
import type { TypeNames } from './names.ts';
import type { DriverSymbols } from './symbols.ts';

interface Kept<T> {
  readonly value: T;
  /** Null if nobody expects edits: then it holds for these names alone. */
  readonly asked: LastingNames | null;
  readonly history: NameHistory | null;
  names: TypeNames;
  /** The number of the last change of names that it is known to hold after. */
  since: number;
}

export class KeptByNames<T> {
  private readonly known = new WeakMap<FunctionItem, Kept<T>>();

  /** What is known of the function, or null. */
  get(item: FunctionItem, symbols: DriverSymbols): T | null {
    const kept = this.known.get(item);
    return kept !== undefined && holds(kept, symbols) ? kept.value : null;
  }

  /** Works it out. What `make` gives may go on asking the names that it is given. */
  set(item: FunctionItem, { names, history }: DriverSymbols, make: (names: TypeNames) => T): T {
    const asked = history === null ? null : new LastingNames(names);
    const value = make(asked ?? names);
    this.known.set(item, { value, asked, history, names, since: history?.now ?? 0 });
    return value;
  }
}

function holds(kept: Kept<unknown>, { names, history }: DriverSymbols): boolean {
  if (kept.names === names) return true;
  const { asked } = kept;
  if (asked === null || history === null || kept.history !== history) return false;
  if (!history.isSame(asked.asked, kept.since)) return false;
  asked.goOver(names);
  kept.names = names;
  kept.since = history.now;
  return true;
}
