/**
 * Every mistake that a receive path can make with unreadable memory: the requirement it breaks, what the kernel does,
 * and the sentence for people.
 */
import type { Consequence, RequirementId } from '../contract/verdict.ts';

export interface FaultKind {
  readonly requirement: RequirementId;
  readonly consequence: Consequence;
  readonly text: string;
}

export const MAP_BY_DRIVER: FaultKind = {
  requirement: 'RX4',
  consequence: 'null-dereference',
  text: 'maps a net_iov by itself: there is no struct page behind it, the page pool has to map (PP_FLAG_DMA_MAP)',
};

export const UNWRAP_TO_PAGE: FaultKind = {
  requirement: 'RX5',
  consequence: 'warn',
  text: 'netmem_to_page() of a net_iov: WARN, and NULL comes back',
};

export const UNWRAP_TO_NETIOV: FaultKind = {
  requirement: 'RX5',
  consequence: 'warn',
  text: 'netmem_to_net_iov() of a page: WARN',
};

export const XDP_UNREADABLE: FaultKind = {
  requirement: 'RX5',
  consequence: 'null-dereference',
  text: 'runs XDP over memory that has no address',
};

export const PAST_POOL_ALLOC: FaultKind = {
  requirement: 'RX1',
  consequence: 'past-pool',
  text: 'payload memory is taken past the page pool: no provider can back it',
};

export const PAGE_ALLOC: FaultKind = {
  requirement: 'RX3',
  consequence: 'warn',
  text: 'page interface on a pool with a provider: netmem_to_page() WARNs and returns NULL, the chunk is lost',
};

export const PAGE_DMA_ADDRESS: FaultKind = {
  requirement: 'RX3',
  consequence: 'null-dereference',
  text: 'page_pool_get_dma_addr() needs a struct page; a net_iov has none',
};

export const NOT_MAPPED: FaultKind = {
  requirement: 'RX4',
  consequence: 'corruption',
  text: 'the pool does not map its pages (no PP_FLAG_DMA_MAP): the device gets address 0',
};

export const DMA_API_SYNC: FaultKind = {
  requirement: 'RX6',
  consequence: 'corruption',
  text: 'dma_sync of an address that the DMA API did not map (provider memory): bounce buffers or an IOMMU misuse',
};

export const PAGE_SYNC: FaultKind = {
  requirement: 'RX6',
  consequence: 'null-dereference',
  text: 'page_pool_dma_sync_for_cpu() needs a struct page; a net_iov has none',
};

export const CPU_ACCESS_FAULT: FaultKind = {
  requirement: 'RX5',
  consequence: 'null-dereference',
  text: 'the CPU touches payload that has no address: page_address()/netmem_address() is NULL',
};

export const HEADER_UNREADABLE: FaultKind = {
  requirement: 'RX5',
  consequence: 'null-dereference',
  text: 'headers were written to memory that has no address: header buffers need a pool of pages of their own',
};

export const BUILD_SKB_FAULT: FaultKind = {
  requirement: 'RX5',
  consequence: 'null-dereference',
  text: 'build_skb() around memory that has no address: it writes skb_shared_info through NULL',
};

export const PAGE_FRAG: FaultKind = {
  requirement: 'RX3',
  consequence: 'null-dereference',
  text: 'skb_add_rx_frag() takes a struct page; a net_iov has none',
};

export const NOACC_FRAG: FaultKind = {
  requirement: 'RX5',
  consequence: 'null-dereference',
  text: 'this helper does not mark the skb unreadable: the first reader in the stack follows a NULL page',
};

export const NO_RECYCLE_MARK: FaultKind = {
  requirement: 'RX7',
  consequence: 'leak',
  text: 'skb with provider memory goes up without skb_mark_for_recycle(): its chunks never return to the pool',
};

export const PAGE_PUT: FaultKind = {
  requirement: 'RX3',
  consequence: 'null-dereference',
  text: 'page_pool_put_page() takes a struct page; a net_iov has none',
};

export const PUT_PAGE_NETIOV: FaultKind = {
  requirement: 'RX7',
  consequence: 'null-dereference',
  text: 'put_page() of a net_iov: there is no struct page, and its pool would never see it again',
};

export const PUT_PAGE_POOL: FaultKind = {
  requirement: 'RX7',
  consequence: 'leak',
  text: 'a page of the pool is freed past it: the pool waits for it for ever',
};

export const REFCOUNT_NETIOV: FaultKind = {
  requirement: 'RX7',
  consequence: 'null-dereference',
  text: 'reads the reference count of a struct page that a net_iov does not have',
};

export const REFCOUNT_PAGE: FaultKind = {
  requirement: 'RX7',
  consequence: 'private-recycling',
  text: 'decides about reuse by the page reference count, which says nothing about netmem',
};

export const LOST_BUFFER: FaultKind = {
  requirement: 'RX7',
  consequence: 'leak',
  text: 'a received buffer was neither attached, posted again nor put: the pool never gets it back',
};
