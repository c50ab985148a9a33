/** What can be known about a buffer: each fact is one thing done to it at one place. */
import type { Span } from '../syntax/ast.ts';

/** Where a buffer comes from. */
export type AllocationSource =
  | 'pool' /* page_pool_alloc* */
  | 'pool-address' /* page_pool_alloc_va: address only */
  | 'page' /* alloc_page and friends */
  | 'fragment' /* napi_alloc_frag, page_frag_alloc */
  | 'skb' /* netdev_alloc_skb: data is mapped */
  | 'coherent' /* dma_alloc_coherent */
  | 'heap'; /* kmalloc */

export type FactKind =
  | 'allocate'
  | 'create-pool'
  /** Its address is taken: page_address, netmem_address. */
  | 'address'
  /** Page from address. */
  | 'page-of'
  | 'dma-address'
  | 'map'
  | 'unmap'
  | 'sync-cpu'
  | 'sync-device'
  | 'release'
  | 'put-page'
  | 'refcount'
  | 'reusable'
  | 'fragment-count'
  | 'pfmemalloc'
  | 'node'
  | 'physical'
  | 'head-page'
  /** Put into an skb fragment. */
  | 'frag'
  | 'coalesce'
  | 'build-skb'
  | 'xdp-prepare'
  | 'copy-from'
  | 'copy-to'
  | 'read'
  | 'prefetch'
  | 'kmap'
  /** Address stored for unmapping: dma_unmap_addr_set. */
  | 'unmap-store'
  /** Its bytes come from a socket buffer, an skb fragment, an XDP frame. */
  | 'skb-linear'
  | 'skb-frag'
  | 'xdp-linear'
  | 'xdp-frag'
  | 'skb'
  | 'xdp'
  /** Told to the hardware: converted to descriptor byte order. */
  | 'post'
  | 'type-check';

export type Direction = 'to-device' | 'from-device' | 'both' | 'unknown';

/** One fact, placed in a function. */
export interface Fact {
  readonly kind: FactKind;
  /** Identifier concerned: the function, macro or field. */
  readonly api: string;
  /** Span of the expression, relative to the item. */
  readonly at: Span;
  /** Span of the identifier itself. */
  readonly apiAt: Span;
  readonly source: AllocationSource | null;
  readonly direction: Direction;
  /** A mapping is ended whose length is a constant: a whole buffer of a ring, never a fragment of a packet. */
  readonly wholeBuffer: boolean;
  /** Functions and members that made the value, as far as this function shows: `dma_map_single`, `skb-linear`. */
  readonly madeBy: readonly string[];
}
