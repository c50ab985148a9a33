/** From files to the facts of a driver: symbols, flows, links, classes. What an edit leaves alone is kept. */
import { type BufferFact, locate } from '../alias/alias-class.ts';
import { callGraph, type FunctionRef, MAX_INDIRECT } from '../flow/call-graph.ts';
import { readAbilities } from './capabilities.ts';
import type { ClassShapes } from '../alias/class-shapes.ts';
import { type FactPlaces, placeClasses } from '../alias/alias-classes.ts';
import type { HelperCall } from '../alias/alias-class.ts';
import type { DriverFacts, MappedAt } from './driver-facts.ts';
import type { Limit } from '../reading/limit.ts';
import { DriverGuards } from '../guards/driver-guards.ts';
import { WordIndex } from '../flow/word-index.ts';
import { LinkCache } from '../alias/link-cache.ts';
import { findPoolCreations } from '../alias/pool-params.ts';
import { readPool } from './pools.ts';
import { DriverSymbols, type FileModel, type PlacedFunction } from '../names/symbols.ts';
import type { FunctionSummary } from '../flow/function-summary.ts';
import { SummaryCache } from '../flow/summary-cache.ts';
import type { Expr } from '../../syntax/ast.ts';

/** What one analysis of a driver leaves for the next. */
export class DriverCache {
  readonly summaries: SummaryCache;
  readonly links = new LinkCache();
  readonly words = new WordIndex();

  /** @param expectsEdits of declarations: what flows take from them is written down only for these */
  constructor(expectsEdits: boolean) {
    this.summaries = new SummaryCache(expectsEdits);
  }
}

/** Functions named in the initialisers of global structures: the driver's operation tables. */
function tablePointers(symbols: DriverSymbols, into: (key: string, name: string) => void): void {
  const visit = (x: Expr, tag: string): void => {
    if (x.k !== 'init') return;
    for (const item of x.items) {
      const [field] = item.path;
      const found = field === undefined ? null : symbols.field(tag, field);
      if (item.value.k === 'init') visit(item.value, found === null ? tag : found.field.type.base);
      else if (item.value.k === 'id' && field !== undefined && symbols.isFunction(item.value.name))
        into(`${found?.owner ?? tag}.${field}`, item.value.name);
    }
  };
  for (const { item } of symbols.globals.values()) if (item.init !== null) visit(item.init, item.type.base);
}

/** Most functions that one pointer is taken to lead to. The largest tables of handlers in the kernel have some hundred. */
const MAX_TARGETS = 256;

/**
 * Things done to buffers that a driver is taken to do: the last function that is followed may bring it above. The largest
 * network driver of 7.3 (mlx5) does some 600; each takes about 2 KB.
 */
export const MAX_FACTS = 100_000;

/** Of a function that is not followed. */
const NOTHING_DONE: FunctionSummary = {
  ...{ nodes: 0, code: new Int32Array(0), keys: [], facts: [], calls: [] },
  ...{ variables: [], pointers: [], returns: [], returnSources: [], kept: [], put: [], given: [] },
};

function tooManyFacts({ file, base, item }: PlacedFunction): Limit {
  const reason = `The driver does more than ${MAX_FACTS} things to buffers; ${item.name}() and what is read after it are not followed.`;
  return { location: locate(file, base, item.nameAt), reason, hides: true };
}

function tooManyTargets(
  key: string,
  name: string,
  symbols: DriverSymbols,
  functions: readonly FunctionRef[],
): Limit {
  const placed = symbols.functions.get(name)?.[0] ?? functions[0]?.placed;
  const reason = `${key} may lead to more than ${MAX_TARGETS} functions; from ${name}() on, calls through it are not followed.`;
  if (placed === undefined) throw new Error('a pointer to a function where there is none');
  return { location: locate(placed.file, placed.base, placed.item.nameAt), reason };
}

function unfollowedCall(functions: readonly FunctionRef[], [fn, call]: readonly [number, number]): Limit {
  const owner = functions[fn];
  const at = owner?.summary.calls[call]?.calleeAt;
  if (owner === undefined || at === undefined) throw new Error('a call that is not there');
  const reason = `Calls through pointers lead to more than ${MAX_INDIRECT} functions, counted at each call; from here on they are not followed.`;
  return { location: locate(owner.placed.file, owner.placed.base, at), reason };
}

function mappedAt(f: BufferFact, shapes: ClassShapes, places: FactPlaces): MappedAt {
  const index = places.indexOf(f);
  if (index === null) return { mappings: [], others: [], fields: [], into: '', isComplete: false };
  const { mappings, ...rest } = shapes.mappedBy(index);
  return { mappings: places.all(mappings.flatMap((m) => shapes.factOf(m) ?? [])), ...rest };
}

/** @param unread says which files of the driver are not among these */
export function understandDriver(
  files: readonly FileModel[],
  { summaries, links, words }: DriverCache = new DriverCache(false),
  unread: readonly Limit[] = [],
): DriverFacts {
  const symbols = new DriverSymbols(files, summaries.enter(files), summaries.history);
  const functions: FunctionRef[] = [];
  const limits: Limit[] = [...unread];
  let facts = 0;
  let isCut = false;
  for (const list of symbols.functions.values()) {
    for (const placed of list) {
      const isRead = facts < MAX_FACTS;
      if (!isRead && !isCut) limits.push(tooManyFacts(placed));
      isCut = !isRead;
      const summary = isRead ? summaries.summaryOf(placed.item) : NOTHING_DONE;
      facts += summary.facts.length + summary.variables.length;
      functions.push({ id: functions.length, placed, summary });
    }
  }
  const pointers = new Map<string, Set<string>>();
  const point = (key: string, name: string): void => {
    const names = pointers.get(key);
    if (names === undefined) pointers.set(key, new Set([name]));
    else if (names.size < MAX_TARGETS) names.add(name);
    else if (!names.has(name) && !limits.some((l) => l.reason.startsWith(`${key} `)))
      limits.push(tooManyTargets(key, name, symbols, functions));
  };
  tablePointers(symbols, point);
  for (const f of functions) for (const [key, name] of f.summary.pointers) point(key, name);
  const { calls, linked, shapes, places } = links.of(functions, symbols, pointers);
  if (calls.unfollowed !== null) limits.push(unfollowedCall(functions, calls.unfollowed));
  words.enter(functions);
  const { creations, limit } = findPoolCreations(symbols, words);
  if (limit !== null) limits.push(limit);
  const placed = placeClasses(shapes, linked, functions, symbols, creations, places);
  const pools = creations.map((c) => readPool(c, symbols, placed.roles.get(c) ?? 'unknown'));
  const byId = new Map(placed.classes.map((c) => [c.id, c]));
  let helperCalls: readonly HelperCall[] | null = null;
  const graph = callGraph(functions, calls, symbols, pointers);
  let guards: DriverGuards | null = null;
  const mapped = new Map<BufferFact, MappedAt>();
  return {
    symbols,
    get guards() {
      return (guards ??= new DriverGuards({
        ...{ symbols, calls: graph, words, pointers, classes: placed.classes, pools },
        helperCalls: () => (helperCalls ??= placed.helperCalls()),
      }));
    },
    flows: shapes,
    files,
    classes: placed.classes,
    get helperCalls() {
      return (helperCalls ??= placed.helperCalls());
    },
    pools,
    abilities: readAbilities(symbols, functions, words),
    calls: graph,
    pointers,
    limits,
    mappedAt: (f) => {
      let found = mapped.get(f);
      if (found === undefined) mapped.set(f, (found = mappedAt(f, shapes, places)));
      return found;
    },
    classById: (id) => byId.get(id) ?? null,
  };
}
