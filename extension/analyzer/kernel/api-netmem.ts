/** The netmem side, for hovers: what each helper does and since when mainline has it. */
import type { Header, NetmemApi } from './api.ts';

const T: Header = 'net/page_pool/types.h';
const H: Header = 'net/page_pool/helpers.h';
const N: Header = 'net/netmem.h';
const S: Header = 'linux/skbuff.h';

function api(name: string, header: Header, since: string, does: string): NetmemApi {
  return { name, header, does, since };
}

export const NETMEM_API: readonly NetmemApi[] = [
  api('page_pool_alloc_netmems', T, '6.14', 'Takes a whole buffer from the pool; 0 if it has none.'),
  api('page_pool_dev_alloc_netmems', H, '6.14', 'Takes a whole buffer with the flags of a receive path.'),
  api('page_pool_alloc_netmem', H, '6.14', 'Takes a buffer of at least *size bytes; 0 if the pool has none.'),
  api('page_pool_dev_alloc_netmem', H, '6.14', 'page_pool_alloc_netmem() with the flags of a receive path.'),
  api('page_pool_alloc_frag_netmem', T, '6.12', 'Takes a fragment; *offset says where it starts.'),
  api('page_pool_put_netmem', H, '6.12', 'Returns a buffer to its pool.'),
  api('page_pool_put_full_netmem', H, '6.12', 'Returns a buffer and syncs all of it for the device.'),
  api('page_pool_recycle_direct_netmem', H, '6.14', "Returns a buffer straight to the pool's cache."),
  api('page_pool_put_unrefed_netmem', T, '6.12', 'Returns a buffer whose last reference is already dropped.'),
  api('page_pool_put_netmem_bulk', T, '6.14', 'Returns up to 16 buffers of any pools.'),
  api('page_pool_get_dma_addr_netmem', H, '6.12', 'The DMA address of a buffer, device memory included.'),
  api(
    'page_pool_dma_sync_netmem_for_cpu',
    H,
    '6.14',
    'Makes what the device wrote visible to the CPU, if it reads it.',
  ),
  api('page_pool_fragment_netmem', H, '6.12', 'Splits a fresh buffer into several references.'),
  api('page_pool_ref_netmem', H, '6.12', 'Takes one more reference of the pool.'),
  api('page_pool_unref_netmem', H, '6.12', 'Drops references of the pool; yields what is left.'),
  api(
    'page_pool_is_unreadable',
    H,
    '6.15',
    'True if a memory provider feeds the pool; ask after creating it.',
  ),
  api(
    'netif_rxq_has_unreadable_mp',
    'net/netdev_queues.h',
    '6.16',
    'True if a provider is bound to the queue; ask before creating the pool.',
  ),
  api('netmem_address', N, '6.12', 'Virtual address, or NULL if the CPU cannot read the memory.'),
  api('netmem_is_net_iov', N, '6.12', 'True for provider memory. Drivers should rarely need to ask.'),
  api('netmem_to_page', N, '6.12', 'The page behind a reference; warns and yields NULL for provider memory.'),
  api('page_to_netmem', N, '6.12', 'A page as a reference. Wrapping page calls in it is no netmem support.'),
  api('netmem_is_pfmemalloc', N, '6.12', 'True if the buffer came from the reserves.'),
  api('netmem_ref_count', N, '6.12', 'References; always 1 for provider memory.'),
  api('netmem_dma_unmap_addr_set', N, '6.16', 'Stores a DMA address to unmap later; 0 for provider memory.'),
  api('netmem_dma_unmap_page_attrs', N, '6.16', 'Ends a mapping; does nothing where the address is 0.'),
  api(
    'skb_add_rx_frag_netmem',
    S,
    '6.10',
    'Adds a received buffer to an skb and marks it unreadable if it is.',
  ),
  api('skb_fill_netmem_desc', S, '6.10', 'Sets a fragment and marks the skb unreadable if it is.'),
  api('skb_frag_netmem', S, '6.10', 'The buffer of a fragment.'),
  api('skb_can_coalesce_netmem', S, '6.16', 'True if the buffer continues the last fragment.'),
  api('skb_frags_readable', S, '6.12', 'False if a fragment is memory that the CPU cannot read.'),
  api('skb_frag_is_net_iov', S, '6.12', 'True if the fragment is provider memory.'),
  api('xdp_buff_add_frag', 'net/xdp.h', '6.14', 'Adds a fragment to an xdp_buff, flags included.'),
  api(
    'PP_FLAG_ALLOW_UNREADABLE_NETMEM',
    T,
    '6.12',
    'The driver can live with buffers the CPU cannot read; only on payload pools, with header split.',
  ),
  api('PP_FLAG_DMA_MAP', T, '6.6', 'The pool maps its buffers for the device.'),
  api('PP_FLAG_DMA_SYNC_DEV', T, '6.6', 'The pool syncs its buffers for the device; needs max_len.'),
];
