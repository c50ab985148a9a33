/**
 * What kernel functions do to buffers and packets, as plain values. This is data flow, not conversion; how a call is
 * rewritten is said by the netmem forms of an entry.
 */

/** Where a buffer comes from. */
export type AllocationSource =
  | 'pool' /* page_pool_alloc* */
  | 'pool-address' /* page_pool_alloc_va: address only */
  | 'page' /* alloc_page and friends */
  | 'fragment' /* napi_alloc_frag, page_frag_alloc */
  | 'skb' /* netdev_alloc_skb: data is mapped */
  | 'buffer-manager' /* hwbm_pool_add: a library fills the device's own pool of buffers */
  | 'coherent' /* dma_alloc_coherent */
  | 'heap'; /* kmalloc */

/** One thing that can be done to a buffer. */
export type FactKind =
  | 'allocate'
  | 'create-pool'
  /** Its address is taken: page_address, netmem_address. */
  | 'address'
  /** Page from address. */
  | 'page-of'
  /** A cookie becomes a page again: `(struct page *)ring->cookies[i]`. */
  | 'cast-page'
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
  /** Found by the physical address that the device hands back. */
  | 'from-physical'
  /** Put into an skb fragment. */
  | 'frag'
  | 'coalesce'
  | 'build-skb'
  | 'xdp-prepare'
  | 'copy-from'
  | 'copy-to'
  | 'read'
  | 'prefetch'
  /** The struct page itself is fetched, not what lies in it. */
  | 'prefetch-page'
  | 'kmap'
  /** Address stored for unmapping: dma_unmap_addr_set. */
  | 'unmap-store'
  /** A scatterlist is told pages: those of an skb, or the page of `sg-page`. */
  | 'sg-fill'
  /** The page that a scatterlist is told. */
  | 'sg-page'
  | 'sg-map'
  | 'sg-unmap'
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

/** One effect of a call on a buffer. */
export interface Effect {
  /**
   * `alloc`: the result is a new buffer. `same`: the result is the value of `arg`. `view`: the result denotes the buffer
   * of `arg` in another way (its address, its page). `fact`: something is done to `arg`. `derive`: the result is a new
   * value made from `arg` (an skb's fragment).
   */
  readonly does: 'alloc' | 'same' | 'view' | 'fact' | 'derive';
  readonly fact: FactKind | null;
  /** Position of the buffer among the arguments, or -1. */
  readonly arg: number;
  readonly source: AllocationSource | null;
}

/** What a call does to the packet, the queue or the pool as a whole. */
export type PacketEffect =
  | 'deliver'
  | 'mark-for-recycle'
  | 'read-skb-head'
  | 'free-skb'
  | 'run-xdp'
  /** An skb is made around the buffer that an xdp_buff was prepared with, and marked for recycling. */
  | 'build-from-xdp'
  | 'napi-get-frags'
  | 'pull-headers'
  | 'unwrap'
  | 'copy-payload'
  | 'linearize'
  | 'checksum'
  | 'pool-destroy'
  | 'napi-enable'
  | 'napi-disable';

/** The result is a new buffer. */
export function allocates(source: AllocationSource): Effect {
  return { does: 'alloc', fact: 'allocate', arg: -1, source };
}

/** Something is done to the buffer in argument `arg`. */
export function does(fact: FactKind, arg = 0): Effect {
  return { does: 'fact', fact, arg, source: null };
}

/** The result denotes the buffer of `arg` in another way. */
export function yields(fact: FactKind | null, arg = 0): Effect {
  return { does: 'view', fact, arg, source: null };
}

/** The result is the value of `arg`. */
export function passes(fact: FactKind | null, arg = 0): Effect {
  return { does: 'same', fact, arg, source: null };
}

/** The result is a new value that is made from `arg`; -1 for one made of none. */
export function derives(fact: FactKind, arg = 0): Effect {
  return { does: 'derive', fact, arg, source: null };
}
