/** Guards of functions from one analysis to the next: they hold while the function and what it was read from do. */
import type { FunctionItem } from '../../syntax/ast.ts';
import { KeptByNames } from '../names/kept-by-names.ts';
import type { DriverSymbols, FileModel, PlacedFunction } from '../names/symbols.ts';
import { type FunctionGuards, guardFunction } from './flow.ts';
import type { Guard } from './guard.ts';

/** The functions of the driver that conditions of one function name, as they are now. */
class NamedFunctions {
  private readonly asked = new Map<string, FunctionItem | null>();
  private symbols: DriverSymbols;
  private file: FileModel;

  constructor(symbols: DriverSymbols, file: FileModel) {
    this.symbols = symbols;
    this.file = file;
  }

  of(name: string): FunctionItem | null {
    const meant = named(name, this.symbols, this.file);
    this.asked.set(name, meant);
    return meant;
  }

  /** Goes over to other symbols. @returns false if something that was asked means another function there */
  goOver(symbols: DriverSymbols, file: FileModel): boolean {
    if (symbols === this.symbols) return true;
    for (const [name, meant] of this.asked) if (named(name, symbols, file) !== meant) return false;
    this.symbols = symbols;
    this.file = file;
    return true;
  }
}

function named(name: string, symbols: DriverSymbols, file: FileModel): FunctionItem | null {
  return symbols.functionFor(name, file)?.item ?? null;
}

interface Remembered {
  readonly functions: NamedFunctions;
  readonly guards: FunctionGuards;
}

const known = new KeptByNames<Remembered>();

/** The guards of a function of the driver, in its own words. */
export function guardsOf({ item, file }: PlacedFunction, symbols: DriverSymbols): FunctionGuards {
  const before = known.get(item, symbols);
  if (before?.functions.goOver(symbols, file) === true) return before.guards;
  const functions = new NamedFunctions(symbols, file);
  const functionNamed = (name: string): FunctionItem | null => functions.of(name);
  return known.set(item, symbols, (names) => ({
    ...{ functions, guards: guardFunction({ item, names, functionNamed }) },
  })).guards;
}

/** The guards of a function where something is known to hold: as those of others, but worked out at each call. */
export function guardsUnder(
  { item, file }: PlacedFunction,
  symbols: DriverSymbols,
  assumed: Guard,
): FunctionGuards {
  const functionNamed = (name: string): FunctionItem | null => named(name, symbols, file);
  return guardFunction({ item, names: symbols, functionNamed }, assumed);
}
