/** The shape of the table of kernel identifiers: one entry holds everything the analyser knows of a name. */
import type { ConditionKind } from '../../../../simulator/contract/driver-ir.ts';
import type { KernelRelease } from '../../../../simulator/core/kernel-release.ts';
import type { Effect, PacketEffect } from './effect.ts';
import { type Signature, signature, type Version } from './signature.ts';

/** Header that declares an identifier, as a driver includes it. */
export type Header =
  | 'net/page_pool/types.h'
  | 'net/page_pool/helpers.h'
  | 'net/netmem.h'
  | 'linux/skbuff.h'
  | 'linux/netdevice.h'
  | 'linux/ethtool.h'
  | 'net/xdp.h'
  | 'net/netdev_queues.h'
  | 'net/libeth/rx.h'
  | 'linux/mm.h'
  | 'linux/dma-mapping.h';

/** What a condition means to the machine if the call is true, or if a pointer of the type is NULL. */
export interface Condition {
  readonly means: ConditionKind;
  /** The condition means the opposite. */
  readonly negated: boolean;
}

/** A signature that an identifier had before. */
export interface FormerSignature {
  /** First release of mainline with the next signature. */
  readonly until: Version;
  readonly signature: Signature;
  readonly header?: Header;
}

export interface Facets {
  readonly header?: Header;
  /** First release of mainline that has it; without one it is older than every release in the list. */
  readonly since?: Version;
  /** First release known to lack it. */
  readonly until?: Version;
  /** Releases of the list that have it although mainline got it later. */
  readonly backported?: readonly KernelRelease[];
  /** What mainline calls it from `until` on. */
  readonly renamedTo?: string;
  /** Oldest first. */
  readonly formerly?: readonly FormerSignature[];

  readonly effects?: readonly Effect[];
  readonly packet?: PacketEffect;
  /** What it means that the call is true, and which argument is the buffer (-1: none). */
  readonly condition?: Condition & { readonly arg: number };
  /** How a mapping function gets at the memory, or what an unmapping function expects. */
  readonly maps?: 'page' | 'address' | 'fragment' | 'netmem';
  /** Argument that gives the DMA direction, where the parameters do not say it. */
  readonly direction?: number;
  /** A macro that takes the name of a field: position of the pointer in front of it. */
  readonly namesField?: number;
  /** Argument whose bits the result is made of: another byte order, a half, a place in a descriptor. */
  readonly bitsOf?: number;
  /** Argument that points to where the DMA address of the new memory is put. */
  readonly addressOut?: number;
  /** Fills a fragment and leaves skb->unreadable alone. */
  readonly leavesUnmarked?: true;
  /** Copies what argument `from` points to into what argument `to` points to, or into its result. */
  readonly copies?: { readonly from: number; readonly to: number | null };
  /** Puts a socket buffer into the queue that the argument points to, or finds one there. */
  readonly packetQueue?: { readonly arg: number; readonly does: 'put' | 'find' };
  /** Makes a page_pool for its caller that no provider can feed. */
  readonly closedPool?: {
    /** What the pool does not get. */
    readonly lacks: readonly string[];
    /** Members of the parameters that a kernel has in which the caller can ask for it. */
    readonly unless: readonly { readonly tag: string; readonly field: string }[];
    /** Said of pools for headers, before the call. */
    readonly headers: string;
  };
  /** Yields NULL for memory that the CPU cannot read. */
  readonly nullIfUnreadable?: true;
  /** Takes a reference, but only one to a page: provider memory goes wrong without a warning. */
  readonly pagesOnly?: true;
  /** Reads packet headers. */
  readonly parsesHeaders?: true;
  /** Returns straight to the cache of the pool. */
  readonly direct?: true;
  /** A field of the ring parameters of ethtool. */
  readonly ringParameter?: true;
  /** A driver-wide fact for rules that ask for more than buffers. */
  readonly driverFact?: true;

  /**
   * Page side only: calls on the netmem side in order of preference, empty where netmem has no counterpart. A bare name
   * takes the arguments of the page call in order; else the text has `$0`, `$1`, ... in their places.
   */
  readonly netmem?: readonly string[];
  /** What messages advise where no form says it. */
  readonly advice?: string;
  /** What it does, in a sentence, for hovers. */
  readonly text?: string;
  /** What to mind when it is replaced, or why it has no counterpart. */
  readonly caveat?: string;
}

/** Everything known of one identifier. */
export interface Entry extends Facets {
  /** Null for what is not called: fields, flags, enumerators. */
  readonly signature: Signature | null;
}

/** A function, or a macro that is used like one. */
export function fn(returns: string, parameters: string, facets: Facets = {}): Entry {
  return { ...facets, signature: signature(returns, parameters) };
}

/** A field, flag, enumerator or structure tag. */
export function word(facets: Facets = {}): Entry {
  return { ...facets, signature: null };
}
