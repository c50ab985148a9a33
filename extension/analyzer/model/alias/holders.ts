/** The declarations that hold the buffers of a class, as page, as address or as DMA address. */
import { TYPE } from '../../kernel/structures.ts';
import type { Span } from '../../syntax/ast.ts';
import { type Holder, locate } from './alias-class.ts';
import type { FunctionRef } from '../flow/call-graph.ts';
import { type LinkedDriver, RETURN_VALUE } from './link.ts';
import type { DriverSymbols, FileModel } from '../names/symbols.ts';
import { isPageType, resolved, typeOf } from '../names/types.ts';

/** How many pointers or dimensions of an array are followed. */
const DIMENSIONS = 3;

/** A value from which `level` pointers lead to another. */
interface PointsTo {
  readonly from: number;
  readonly level: number;
}

/** Holders by what the graph knows of them; the same declaration is the same object. */
export class HolderFinder {
  private readonly symbols: DriverSymbols;
  private readonly functions: readonly FunctionRef[];
  private readonly linked: LinkedDriver;
  private readonly named = new Map<string, Holder[]>();
  private pointers: Map<number, PointsTo[]> | null = null;
  private readonly local = new Map<number, Map<number, Holder[]>>();

  constructor(symbols: DriverSymbols, functions: readonly FunctionRef[], linked: LinkedDriver) {
    this.symbols = symbols;
    this.functions = functions;
    this.linked = linked;
  }

  /** All that hold one of the values. */
  of(nodes: readonly number[]): Holder[] {
    const { graph } = this.linked;
    const out = new Set<Holder>();
    for (const n of nodes) {
      for (const key of graph.keysOf(n)) for (const h of this.ofKey(key)) out.add(h);
      for (const holder of graph.holdersOf(n)) for (const h of this.ofVariable(holder)) out.add(h);
    }
    return [...out];
  }

  /** What points to one of the values, along one pointer or several: arrays of holders, and their rows. */
  arraysOf(nodes: readonly number[]): Holder[] {
    const pointers = (this.pointers ??= this.findPointers());
    const out = new Set<Holder>();
    for (const n of nodes)
      for (const { from, level } of pointers.get(n) ?? [])
        for (const h of this.of([from])) if (h.type.depth > level) out.add(h);
    return [...out];
  }

  /** Values by what the memory behind them holds, and how many pointers lie between. */
  private findPointers(): Map<number, PointsTo[]> {
    const { graph } = this.linked;
    const out = new Map<number, PointsTo[]>();
    for (let from = 0; from < graph.size; from++) {
      if (graph.find(from) !== from) continue;
      // Asked first: few values point anywhere, and who holds them takes longer to tell.
      let behind = graph.pointeeIfAny(from);
      if (behind < 0 || (graph.keysOf(from).length === 0 && !graph.hasHolders(from))) continue;
      for (let level = 1; behind >= 0 && level <= DIMENSIONS; level++) {
        const known = out.get(behind);
        if (known === undefined) out.set(behind, [{ from, level }]);
        else known.push({ from, level });
        behind = graph.pointeeIfAny(behind);
      }
    }
    return out;
  }

  private ofKey(key: string): Holder[] {
    return remember(this.named, key, () => {
      const dot = key.lastIndexOf('.');
      const global = dot < 0 ? this.symbols.globals.get(key.slice('global '.length)) : undefined;
      if (global !== undefined)
        return [this.declared('global', '', -1, global.file, global.base, global.item)];
      const info = this.symbols.structs.get(key.slice(0, dot));
      const field = info?.fields.get(key.slice(dot + 1));
      return info === undefined || field === undefined
        ? []
        : [this.declared('field', key.slice(0, dot), -1, info.file, info.base, field)];
    });
  }

  private declared(
    kind: Holder['kind'],
    owner: string,
    index: number,
    file: FileModel,
    base: number,
    d: {
      readonly name: string;
      readonly s: number;
      readonly e: number;
      readonly nameAt: Span;
      readonly baseAt: Span;
      readonly type: {
        readonly base: string;
        readonly stars: number;
        readonly dims: number;
        readonly fn: boolean;
      };
    },
  ): Holder {
    const type = resolved(typeOf({ ...d.type, s: 0, e: 0 }), this.symbols);
    return {
      kind,
      name: d.name,
      owner,
      index,
      type,
      location: locate(file, base, d),
      nameAt: locate(file, base, d.nameAt),
      baseAt: locate(file, base, d.baseAt),
      page: type.base === TYPE.page || type.base === TYPE.netmem_ref || isPageType(type),
    };
  }

  private ofVariable(holder: number): Holder[] {
    const number = this.linked.holders[2 * holder] ?? -1;
    const variable = this.linked.holders[2 * holder + 1] ?? -1;
    const fn = this.functions[number];
    if (fn === undefined) return [];
    let own = this.local.get(number);
    if (own === undefined) this.local.set(number, (own = new Map<number, Holder[]>()));
    return remember(own, variable, () =>
      variable === RETURN_VALUE ? this.ofReturn(fn) : this.ofLocal(fn, variable),
    );
  }

  private ofLocal(fn: FunctionRef, variable: number): Holder[] {
    const { file, base, item } = fn.placed;
    const v = fn.summary.variables[variable];
    if (v === undefined) return [];
    const own: Holder = {
      kind: v.parameter >= 0 ? 'parameter' : 'local',
      name: v.name,
      owner: item.name,
      index: v.parameter,
      type: v.type,
      location: locate(file, base, v.declarator),
      nameAt: locate(file, base, v.nameAt),
      baseAt: locate(file, base, v.baseAt),
      page: v.type.base === TYPE.page || v.type.base === TYPE.netmem_ref,
    };
    if (v.parameter < 0) return [own];
    const prototypes = (this.symbols.prototypes.get(item.name) ?? []).flatMap((p) => {
      const d = p.item.params?.[v.parameter];
      return d === undefined
        ? []
        : [this.declared('prototype-parameter', item.name, v.parameter, p.file, p.base, d)];
    });
    return [own, ...prototypes];
  }

  private ofReturn(fn: FunctionRef): Holder[] {
    const { file, base, item } = fn.placed;
    const d = {
      name: item.name,
      s: item.nameAt.s,
      e: item.nameAt.e,
      nameAt: item.nameAt,
      baseAt: item.returnBaseAt,
      type: item.returns,
    };
    return [
      this.declared('return', item.name, -1, file, base, d),
      ...(this.symbols.prototypes.get(item.name) ?? []).map((p) =>
        this.declared('prototype-return', item.name, -1, p.file, p.base, p.item),
      ),
    ];
  }
}

function remember<K, V>(made: Map<K, V>, key: K, make: () => V): V {
  let found = made.get(key);
  if (found === undefined) made.set(key, (found = make()));
  return found;
}
