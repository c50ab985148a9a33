/** From files to the facts of a driver: symbols, flows, links, classes. Flows of unchanged functions are kept. */
import { buildCallGraph, type FunctionRef } from './call-graph.ts';
import { readAbilities } from './capabilities.ts';
import { collectClasses } from './classes.ts';
import type { DriverFacts } from './driver-facts.ts';
import { linkDriver } from './link.ts';
import { findPoolCreations } from './pool-params.ts';
import { readPool } from './pools.ts';
import { DriverSymbols, type FileModel } from './symbols.ts';
import { TapeMemory } from './tape-memory.ts';
import type { Expr } from '../syntax/ast.ts';

/** Functions named in the initialisers of global structures: the driver's operation tables. */
function tablePointers(symbols: DriverSymbols, into: (key: string, name: string) => void): void {
  const visit = (x: Expr, tag: string): void => {
    if (x.k !== 'init') return;
    for (const item of x.items) {
      const [field] = item.path;
      const found = field === undefined ? null : symbols.field(tag, field);
      if (item.value.k === 'init') visit(item.value, found === null ? tag : found.field.type.base);
      else if (item.value.k === 'id' && field !== undefined && symbols.functions.has(item.value.name))
        into(`${found?.owner ?? tag}.${field}`, item.value.name);
    }
  };
  for (const { item } of symbols.globals.values()) if (item.init !== null) visit(item.init, item.type.base);
}

export function understandDriver(
  files: readonly FileModel[],
  memory: TapeMemory = new TapeMemory(),
): DriverFacts {
  const symbols = new DriverSymbols(files);
  memory.enter(files);
  const functions: FunctionRef[] = [];
  for (const list of symbols.functions.values()) {
    for (const placed of list)
      functions.push({
        id: functions.length,
        placed,
        tape: memory.tapeOf(placed, symbols),
      });
  }
  const pointers = new Map<string, Set<string>>();
  const point = (key: string, name: string): void => {
    const names = pointers.get(key);
    if (names === undefined) pointers.set(key, new Set([name]));
    else names.add(name);
  };
  tablePointers(symbols, point);
  for (const f of functions) for (const [key, name] of f.tape.pointers) point(key, name);
  const calls = buildCallGraph(functions, symbols, pointers);
  const linked = linkDriver(calls);
  const creations = findPoolCreations(symbols);
  const { classes, helperCalls, roles } = collectClasses(linked, calls, symbols, creations);
  const pools = creations.map((c) => readPool(c, symbols, roles.get(c) ?? 'unknown'));
  const byId = new Map(classes.map((c) => [c.id, c]));
  const abilities = readAbilities(symbols);
  return {
    symbols,
    files,
    classes,
    helperCalls,
    pools,
    abilities,
    calls,
    pointers,
    classById: (id) => byId.get(id) ?? null,
  };
}
