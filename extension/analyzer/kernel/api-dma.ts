/** The DMA API in drivers, and what the pool or the TX helpers do in its place. */
import type { PageApi } from './api.ts';

function dma(name: string, does: string, caveat: string): PageApi {
  return { name, pageArguments: [], returnsPage: false, forms: [], does, caveat };
}

const N = 'net/netmem.h';
const POOL_MAPS = 'On payload the pool maps: PP_FLAG_DMA_MAP. On a TX fragment: skb_frag_dma_map().';
const POOL_SYNCS =
  'On payload: page_pool_dma_sync_netmem_for_cpu(), which knows the direction and the offset.';
const SYNC_DEV =
  'On payload the pool does it on allocation and recycling: PP_FLAG_DMA_SYNC_DEV. Delete the call.';

export const DMA_API: readonly PageApi[] = [
  dma('dma_map_page', 'Maps a page for a device.', POOL_MAPS),
  dma('dma_map_page_attrs', 'Maps a page for a device.', POOL_MAPS),
  dma('dma_map_single', 'Maps kernel memory for a device.', `${POOL_MAPS} The linear head keeps it.`),
  {
    name: 'dma_unmap_page',
    pageArguments: [],
    returnsPage: false,
    forms: [
      {
        name: 'netmem_dma_unmap_page_attrs',
        call: 'netmem_dma_unmap_page_attrs($0, $1, $2, $3, 0)',
        header: N,
      },
    ],
    does: 'Ends the mapping of a page.',
    caveat:
      'On a TX fragment only together with netmem_dma_unmap_addr_set(), which stores 0 for device memory.',
  },
  {
    name: 'dma_unmap_page_attrs',
    pageArguments: [],
    returnsPage: false,
    forms: [
      {
        name: 'netmem_dma_unmap_page_attrs',
        call: 'netmem_dma_unmap_page_attrs($0, $1, $2, $3, $4)',
        header: N,
      },
    ],
    does: 'Ends the mapping of a page.',
    caveat:
      'On a TX fragment only together with netmem_dma_unmap_addr_set(), which stores 0 for device memory.',
  },
  dma(
    'dma_unmap_single',
    'Ends the mapping of kernel memory.',
    'Right for the linear head; wrong for a fragment.',
  ),
  dma(
    'dma_unmap_addr_set',
    'Stores a DMA address for the time of unmapping.',
    'For a TX fragment: netmem_dma_unmap_addr_set(skb_frag_netmem(frag), ...). Compiles to nothing without CONFIG_NEED_DMA_MAP_STATE.',
  ),
  dma('dma_sync_single_for_cpu', 'Makes what the device wrote visible to the CPU.', POOL_SYNCS),
  dma('dma_sync_single_range_for_cpu', 'Makes what the device wrote visible to the CPU.', POOL_SYNCS),
  dma('dma_sync_single_for_device', 'Hands memory back to the device.', SYNC_DEV),
  dma('dma_sync_single_range_for_device', 'Hands memory back to the device.', SYNC_DEV),
];
