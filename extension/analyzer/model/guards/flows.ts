/** Guards of functions from one analysis to the next: they hold while the function and what it was read from do. */
import type { FunctionItem } from '../../syntax/ast.ts';
import type { Names } from '../names.ts';
import type { DriverSymbols, PlacedFunction } from '../symbols.ts';
import { type FunctionGuards, guardFunction } from './flow.ts';
import type { Guard } from './guard.ts';

interface Remembered {
  readonly names: Names;
  /** Functions that conditions named, and what they meant. */
  readonly asked: ReadonlyMap<string, FunctionItem | null>;
  readonly guards: FunctionGuards;
}

const known = new WeakMap<FunctionItem, Remembered>();

/** The guards of a function of the driver, in its own words. */
export function guardsOf({ item, file }: PlacedFunction, symbols: DriverSymbols): FunctionGuards {
  const now = (name: string): FunctionItem | null => symbols.functionFor(name, file)?.item ?? null;
  const before = known.get(item);
  if (before?.names === symbols.names && [...before.asked].every(([name, meant]) => now(name) === meant))
    return before.guards;
  const asked = new Map<string, FunctionItem | null>();
  const guards = guardFunction({
    ...{ item, names: symbols },
    functionNamed(name) {
      const meant = now(name);
      asked.set(name, meant);
      return meant;
    },
  });
  known.set(item, { names: symbols.names, asked, guards });
  return guards;
}

/** The guards of a function where something is known to hold: as those of others, but worked out at each call. */
export function guardsUnder(
  { item, file }: PlacedFunction,
  symbols: DriverSymbols,
  assumed: Guard,
): FunctionGuards {
  const functionNamed = (name: string): FunctionItem | null => symbols.functionFor(name, file)?.item ?? null;
  return guardFunction({ item, names: symbols, functionNamed }, assumed);
}
