/**
 * Alias classes: everything in a driver that holds or does something to the same kind of buffer, with the role that
 * follows. Plain data; rules and fixes read it.
 */
import type { BufferRole } from '../../../../simulator/contract/driver-model.ts';
import type { Span } from '../../syntax/ast.ts';
import type { Location } from '../../text/range.ts';
import type { AllocationSource, Direction, FactKind } from '../flow/facts.ts';
import type { FileModel } from '../names/symbols.ts';

/** Something done to a buffer of the class, at one place. */
export interface BufferFact {
  readonly kind: FactKind;
  readonly api: string;
  /** The whole expression. */
  readonly location: Location;
  /** The identifier in it. */
  readonly apiAt: Location;
  readonly fn: string;
  readonly source: AllocationSource | null;
  readonly direction: Direction;
  readonly wholeBuffer: boolean;
  /** What made the value at this place, as far as the function shows: `skb_frag_dma_map`, `skb-linear`. */
  readonly madeBy: readonly string[];
  /** Of an address that is told to the device: the field that it is put into, as `struct tag.field`; else null. */
  readonly postedInto: string | null;
}

export type HolderKind =
  'field' | 'global' | 'local' | 'parameter' | 'return' | 'prototype-parameter' | 'prototype-return';

/** A declaration that holds a buffer of the class: as page, as address or as DMA address. */
export interface Holder {
  readonly kind: HolderKind;
  readonly name: string;
  /** `struct tag` of a field, function of a local, parameter or return value; '' for globals. */
  readonly owner: string;
  /** Position of a parameter, else -1. */
  readonly index: number;
  readonly type: { readonly base: string; readonly depth: number };
  /** The declarator (name with its stars), the name, and the type specifier before the stars. */
  readonly location: Location;
  readonly nameAt: Location;
  readonly baseAt: Location;
  /** True if the declared type is `struct page *` or `netmem_ref`, or a pointer or array of these. */
  readonly page: boolean;
}

export interface AliasClass {
  readonly id: string;
  readonly role: BufferRole;
  /** One line why the role was chosen. */
  readonly reason: string;
  /** The facts that decided. */
  readonly evidence: readonly BufferFact[];
  readonly facts: readonly BufferFact[];
  readonly holders: readonly Holder[];
  /** What is an array of holders, or points to some: `void **cookies`, `struct page *pages[A][B]`. */
  readonly arrays: readonly Holder[];
  /** Names of the pools (`PoolModel.name`) the buffers come from. */
  readonly pools: readonly string[];
}

/** Where a span of an item is. */
export function locate(file: FileModel, base: number, { s, e }: Span): Location {
  return { file: file.path, range: { start: base + s, end: base + e } };
}

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
