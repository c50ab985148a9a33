/** Mistakes of a transmit path with device memory (requirement TX1). */
import type { FaultKind } from './fault-kinds.ts';

/** dma_map_page_attrs() computes an address from the NULL page (page_to_phys()) without looking at it. */
export const MAP_PAGE: FaultKind = {
  requirement: 'TX1',
  consequence: 'corruption',
  text: 'dma_map_page() of skb_frag_page(): a net_iov frag has no page, the device gets an address of nothing; skb_frag_dma_map() knows the right one',
};

export const MAP_ADDRESS: FaultKind = {
  requirement: 'TX1',
  consequence: 'null-dereference',
  text: 'maps the address of a frag that has none; skb_frag_dma_map() knows its DMA address',
};

export const UNMAP_PLAIN: FaultKind = {
  requirement: 'TX1',
  consequence: 'corruption',
  text: 'dma_unmap of an address that belongs to the dma-buf: the mapping of device memory is torn down',
};

export const STORED_PLAIN: FaultKind = {
  requirement: 'TX1',
  consequence: 'corruption',
  text: 'the address was stored without netmem_dma_unmap_addr_set(), so the unmap helper cannot know to skip it',
};

export const READ_PAYLOAD: FaultKind = {
  requirement: 'TX1',
  consequence: 'null-dereference',
  text: 'the CPU reads payload of an skb whose frags have no address (skb_frags_readable() is false)',
};
