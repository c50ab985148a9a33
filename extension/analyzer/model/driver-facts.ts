/** All that the model knows of one driver: classes and what rules ask besides. Plain data plus the source texts. */
import type { BufferClass, BufferFact, Holder } from './buffer-class.ts';
import type { CallGraph } from './call-graph.ts';
import type { DriverAbilities } from './capabilities.ts';
import type { DriverGuards } from './guards/driver-guards.ts';
import type { Pool } from './pools.ts';
import type { DriverSymbols, FileModel } from './symbols.ts';
import type { Location } from '../text/range.ts';

/** A call of a driver's own helper that hands a buffer of a class in or out. */
export interface HelperCall {
  readonly callee: string;
  readonly location: Location;
  readonly calleeAt: Location;
  readonly fn: string;
  readonly classId: string;
  /** What the helper does to the buffer. */
  readonly facts: readonly BufferFact[];
  /** True if the buffer lies in a structure that is handed over, not handed over itself. */
  readonly inObject: boolean;
}

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
  readonly classes: readonly BufferClass[];
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
  classById(id: string): BufferClass | null;
}

/** A part of a driver that is larger than any driver is, and was left out. */
export interface Limit {
  readonly location: Location;
  /** What was left out, and the bound. */
  readonly reason: string;
  /** Files or functions are not read at all: nothing can be converted, since they may hold what is. */
  readonly hides?: true;
}

export type { BufferClass, BufferFact, Holder };
