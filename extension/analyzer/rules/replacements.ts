/** Netmem names of page-side functions, for messages; how a call is rewritten is the catalogue's business. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['page_pool_alloc_pages', 'page_pool_alloc_netmems'],
  ['page_pool_dev_alloc_pages', 'page_pool_dev_alloc_netmems'],
  ['page_pool_alloc', 'page_pool_alloc_netmem'],
  ['page_pool_dev_alloc', 'page_pool_dev_alloc_netmem'],
  ['page_pool_alloc_frag', 'page_pool_alloc_frag_netmem'],
  ['page_pool_dev_alloc_frag', 'page_pool_alloc_frag_netmem'],
  ['page_pool_put_page', 'page_pool_put_netmem'],
  ['page_pool_put_full_page', 'page_pool_put_full_netmem'],
  ['page_pool_recycle_direct', 'page_pool_recycle_direct_netmem'],
  ['page_pool_put_unrefed_page', 'page_pool_put_unrefed_netmem'],
  ['page_pool_put_page_bulk', 'page_pool_put_netmem_bulk'],
  ['page_pool_get_dma_addr', 'page_pool_get_dma_addr_netmem'],
  ['page_pool_dma_sync_for_cpu', 'page_pool_dma_sync_netmem_for_cpu'],
  ['page_pool_fragment_page', 'page_pool_fragment_netmem'],
  ['page_pool_ref_page', 'page_pool_ref_netmem'],
  ['page_pool_unref_page', 'page_pool_unref_netmem'],
  ['skb_add_rx_frag', 'skb_add_rx_frag_netmem'],
  ['skb_fill_page_desc', 'skb_fill_netmem_desc'],
  ['__skb_fill_page_desc', '__skb_fill_netmem_desc'],
  ['skb_fill_page_desc_noacc', '__skb_fill_netmem_desc_noacc'],
  ['__skb_fill_page_desc_noacc', '__skb_fill_netmem_desc_noacc'],
  ['skb_frag_fill_page_desc', 'skb_frag_fill_netmem_desc'],
  ['skb_can_coalesce', 'skb_can_coalesce_netmem'],
  ['page_address', 'netmem_address'],
  ['page_to_virt', 'netmem_address'],
  ['page_is_pfmemalloc', 'netmem_is_pfmemalloc'],
  ['page_to_nid', 'netmem_is_pref_nid'],
  ['compound_head', 'netmem_compound_head'],
  ['virt_to_page', 'virt_to_netmem'],
  ['virt_to_head_page', 'virt_to_netmem'],
  ['page_count', 'netmem_ref_count'],
  ['page_ref_count', 'netmem_ref_count'],
  ['dma_sync_single_for_cpu', 'page_pool_dma_sync_netmem_for_cpu'],
  ['dma_sync_single_range_for_cpu', 'page_pool_dma_sync_netmem_for_cpu'],
  ['dma_unmap_page', 'netmem_dma_unmap_page_attrs'],
  ['dma_unmap_page_attrs', 'netmem_dma_unmap_page_attrs'],
  ['dma_unmap_addr_set', 'netmem_dma_unmap_addr_set'],
  ['put_page', 'page_pool_put_full_netmem'],
  ['__free_page', 'page_pool_put_full_netmem'],
  ['struct page *', 'netmem_ref'],
]);

/** Netmem counterpart of a page-side identifier, or null if there is none. */
export function netmemNameOf(api: string): string | null {
  return NAMES.get(api) ?? null;
}

/** True for functions that already take a netmem. */
export function isNetmemApi(api: string): boolean {
  return /netmem/.test(api);
}
