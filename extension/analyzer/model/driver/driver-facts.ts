/** All that the model knows of one driver: classes and what rules ask besides. Plain data plus the source texts. */
import type { AliasClass, BufferFact, HelperCall, Holder } from '../alias/alias-class.ts';
import type { CallGraph } from '../flow/call-graph.ts';
import type { DriverAbilities } from './capabilities.ts';
import type { DriverGuards } from '../guards/driver-guards.ts';
import type { Limit } from '../reading/limit.ts';
import type { Pool } from '../alias/pool-params.ts';
import type { DriverSymbols, FileModel } from '../names/symbols.ts';

/** Where an address was mapped. */
export interface MappedAt {
  readonly mappings: readonly BufferFact[];
  /** Kernel functions that it comes from besides: of coherent memory, of pools. */
  readonly others: readonly string[];
  /** The fields that it is read from itself, as `struct tag.field`. */
  readonly fields: readonly string[];
  /** The field that it is put into, or ''. */
  readonly into: string;
  /** False if it may come from elsewhere, too. */
  readonly isComplete: boolean;
}

export interface DriverFacts {
  readonly symbols: DriverSymbols;
  /** The same object as long as all functions say the same about buffers. */
  readonly flows: object;
  readonly files: readonly FileModel[];
  readonly classes: readonly AliasClass[];
  readonly helperCalls: readonly HelperCall[];
  readonly pools: readonly Pool[];
  readonly abilities: DriverAbilities;
  /** When things happen. */
  readonly guards: DriverGuards;
  readonly calls: CallGraph;
  /** Functions stored in fields, by `struct tag.field`: `struct net_device_ops.ndo_start_xmit`. */
  readonly pointers: ReadonlyMap<string, ReadonlySet<string>>;
  /** Where a bound on what is analysed was met, and what is left out for it. */
  readonly limits: readonly Limit[];
  /** Where the address that is unmapped, or kept to be, was mapped. */
  mappedAt(f: BufferFact): MappedAt;
  classById(id: string): AliasClass | null;
}

export type { AliasClass, BufferFact, Holder };
