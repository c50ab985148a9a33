/** The DMA API in drivers, and what the pool or the TX helpers do in its place (linux/dma-mapping.h, net/netmem.h). */
import { does, yields } from '../entry/effect.ts';
import { type Entry, fn } from '../entry/entry.ts';

const D = 'linux/dma-mapping.h';
const N = 'net/netmem.h';

const DEV = 'struct device *dev';
const MAPPED = `${DEV}, dma_addr_t addr, size_t size, enum dma_data_direction dir`;
const RANGE = `${DEV}, dma_addr_t addr, unsigned long offset, size_t size, enum dma_data_direction dir`;
const MAP_PAGE = `${DEV}, struct page *page, size_t offset, size_t size, enum dma_data_direction dir`;
const MAP_SINGLE = `${DEV}, void *ptr, size_t size, enum dma_data_direction dir`;
const ATTRS = 'unsigned long attrs';

const POOL_MAPS = 'On payload the pool maps: PP_FLAG_DMA_MAP. On a TX fragment: skb_frag_dma_map().';
const POOL_SYNCS =
  'On payload: page_pool_dma_sync_netmem_for_cpu(), which knows the direction and the offset.';
const SYNC_DEV =
  'On payload the pool does it on allocation and recycling: PP_FLAG_DMA_SYNC_DEV. Delete the call.';
const IN_PAIRS =
  'On a TX fragment only together with netmem_dma_unmap_addr_set(), which stores 0 for device memory.';

export const DMA = {
  dma_map_page: fn('dma_addr_t', MAP_PAGE, {
    header: D,
    effects: [yields('map', 1)],
    maps: 'page',
    netmem: [],
    text: 'Maps a page for a device.',
    caveat: POOL_MAPS,
  }),
  dma_map_page_attrs: fn('dma_addr_t', `${MAP_PAGE}, ${ATTRS}`, {
    header: D,
    effects: [yields('map', 1)],
    maps: 'page',
    netmem: [],
    text: 'Maps a page for a device.',
    caveat: POOL_MAPS,
  }),
  dma_map_single: fn('dma_addr_t', MAP_SINGLE, {
    header: D,
    effects: [yields('map', 1)],
    maps: 'address',
    netmem: [],
    text: 'Maps kernel memory for a device.',
    caveat: `${POOL_MAPS} The linear head keeps it.`,
  }),
  dma_map_single_attrs: fn('dma_addr_t', `${MAP_SINGLE}, ${ATTRS}`, {
    header: D,
    effects: [yields('map', 1)],
    maps: 'address',
  }),
  pci_map_single: fn('dma_addr_t', 'struct pci_dev *hwdev, void *ptr, size_t size, int direction', {
    until: '5.18',
    effects: [yields('map', 1)],
    maps: 'address',
  }),
  pci_map_page: fn(
    'dma_addr_t',
    'struct pci_dev *hwdev, struct page *page, unsigned long offset, size_t size, int direction',
    { until: '5.18', effects: [yields('map', 1)], maps: 'page' },
  ),
  dma_mapping_error: fn('int', `${DEV}, dma_addr_t dma_addr`, {
    header: D,
    condition: { means: 'mapping-error', negated: false, arg: -1 },
  }),

  dma_unmap_page: fn('void', MAPPED, {
    header: D,
    effects: [does('unmap', 1)],
    maps: 'page',
    netmem: ['netmem_dma_unmap_page_attrs($0, $1, $2, $3, 0)'],
    text: 'Ends the mapping of a page.',
    caveat: IN_PAIRS,
  }),
  dma_unmap_page_attrs: fn('void', `${MAPPED}, ${ATTRS}`, {
    header: D,
    effects: [does('unmap', 1)],
    maps: 'page',
    netmem: ['netmem_dma_unmap_page_attrs'],
    text: 'Ends the mapping of a page.',
    caveat: IN_PAIRS,
  }),
  dma_unmap_single: fn('void', MAPPED, {
    header: D,
    effects: [does('unmap', 1)],
    maps: 'address',
    netmem: [],
    text: 'Ends the mapping of kernel memory.',
    caveat: 'Right for the linear head; wrong for a fragment.',
  }),
  dma_unmap_single_attrs: fn('void', `${MAPPED}, ${ATTRS}`, {
    header: D,
    effects: [does('unmap', 1)],
    maps: 'address',
  }),
  netmem_dma_unmap_page_attrs: fn('void', `${MAPPED}, ${ATTRS}`, {
    header: N,
    since: '6.16',
    effects: [does('unmap', 1)],
    maps: 'netmem',
    text: 'Ends a mapping; does nothing where the address is 0.',
  }),

  dma_unmap_addr: fn('dma_addr_t', 'PTR, ADDR_NAME', { header: D, namesField: 0 }),
  dma_unmap_addr_set: fn('void', 'PTR, ADDR_NAME, VAL', {
    header: D,
    namesField: 0,
    driverFact: true,
    netmem: [],
    advice: 'netmem_dma_unmap_addr_set',
    text: 'Stores a DMA address for the time of unmapping.',
    caveat:
      'For a TX fragment: netmem_dma_unmap_addr_set(skb_frag_netmem(frag), ...). Compiles to nothing without CONFIG_NEED_DMA_MAP_STATE.',
  }),
  netmem_dma_unmap_addr_set: fn('void', 'NETMEM, PTR, ADDR_NAME, VAL', {
    header: N,
    since: '6.16',
    namesField: 1,
    driverFact: true,
    maps: 'netmem',
    text: 'Stores a DMA address to unmap later; 0 for provider memory.',
  }),

  dma_sync_single_for_cpu: fn('void', MAPPED, {
    header: D,
    effects: [does('sync-cpu', 1)],
    netmem: [],
    advice: 'page_pool_dma_sync_netmem_for_cpu',
    text: 'Makes what the device wrote visible to the CPU.',
    caveat: POOL_SYNCS,
  }),
  dma_sync_single_range_for_cpu: fn('void', RANGE, {
    header: D,
    effects: [does('sync-cpu', 1)],
    netmem: [],
    advice: 'page_pool_dma_sync_netmem_for_cpu',
    text: 'Makes what the device wrote visible to the CPU.',
    caveat: POOL_SYNCS,
  }),
  dma_sync_single_for_device: fn('void', MAPPED, {
    header: D,
    effects: [does('sync-device', 1)],
    netmem: [],
    advice: 'PP_FLAG_DMA_SYNC_DEV',
    text: 'Hands memory back to the device.',
    caveat: SYNC_DEV,
  }),
  dma_sync_single_range_for_device: fn('void', RANGE, {
    header: D,
    effects: [does('sync-device', 1)],
    netmem: [],
    advice: 'PP_FLAG_DMA_SYNC_DEV',
    text: 'Hands memory back to the device.',
    caveat: SYNC_DEV,
  }),
} satisfies Record<string, Entry>;
