/**
 * What kernel functions do to buffers, as data: which argument is the buffer, what comes back. This is data flow, not
 * conversion; how a call is rewritten is in the catalogue of `kernel/`.
 */
import type { AllocationSource, FactKind } from './facts.ts';

export interface Effect {
  /** `alloc`: the result (or `*out`) is a new buffer. `same`: the result denotes the buffer of `arg`. `fact`: something is done to `arg`. `derive`: the result is a new value made from `arg` (an skb's fragment). */
  readonly does: 'alloc' | 'same' | 'fact' | 'derive';
  readonly fact: FactKind | null;
  readonly arg: number;
  /** Argument that names the pool, or -1. */
  readonly pool: number;
  readonly source: AllocationSource | null;
  /** Argument that gives the DMA direction, or -1. */
  readonly direction: number;
  /** Out-argument that receives a DMA address of the same buffer, or -1. */
  readonly dmaOut: number;
}

function effect(
  does: Effect['does'],
  fact: FactKind | null,
  arg: number,
  more: Partial<Effect> = {},
): Effect {
  return { does, fact, arg, pool: -1, source: null, direction: -1, dmaOut: -1, ...more };
}

const table = new Map<string, Effect[]>();

function add(names: string, ...effects: Effect[]): void {
  for (const name of names.split(' ')) table.set(name, effects);
}

const alloc = (source: AllocationSource, more: Partial<Effect> = {}): Effect =>
  effect('alloc', 'allocate', -1, { source, ...more });
const fact = (kind: FactKind, arg: number, more: Partial<Effect> = {}): Effect =>
  effect('fact', kind, arg, more);
const same = (kind: FactKind | null, arg = 0): Effect => effect('same', kind, arg);
const derive = (kind: FactKind, arg = 0): Effect => effect('derive', kind, arg);

add(
  'page_pool_alloc_pages page_pool_dev_alloc_pages page_pool_alloc page_pool_dev_alloc page_pool_alloc_frag page_pool_dev_alloc_frag page_pool_alloc_netmem page_pool_alloc_netmems page_pool_dev_alloc_netmem page_pool_dev_alloc_netmems page_pool_alloc_frag_netmem',
  alloc('pool', { pool: 0 }),
);
add('page_pool_alloc_va page_pool_dev_alloc_va', alloc('pool-address', { pool: 0 }));
add('page_pool_create page_pool_create_percpu', effect('alloc', 'create-pool', -1));
add(
  'alloc_page alloc_pages alloc_pages_node dev_alloc_page dev_alloc_pages __dev_alloc_page __dev_alloc_pages alloc_pages_noprof __page_frag_cache_refill __get_free_page __get_free_pages get_zeroed_page',
  alloc('page'),
);
add(
  'napi_alloc_frag netdev_alloc_frag page_frag_alloc napi_alloc_frag_align netdev_alloc_frag_align page_frag_alloc_align skb_page_frag_refill',
  alloc('fragment'),
);
add(
  'netdev_alloc_skb __netdev_alloc_skb netdev_alloc_skb_ip_align __netdev_alloc_skb_ip_align dev_alloc_skb __dev_alloc_skb alloc_skb napi_alloc_skb __napi_alloc_skb __alloc_skb',
  alloc('skb'),
);
add(
  'kmalloc kzalloc kcalloc kmalloc_node kzalloc_node kmemdup vmalloc vzalloc kvmalloc kvzalloc kvcalloc devm_kzalloc devm_kcalloc kmem_cache_alloc kmalloc_array',
  alloc('heap'),
);
add(
  'dma_alloc_coherent dmam_alloc_coherent dma_alloc_attrs dma_pool_alloc dma_pool_zalloc dma_alloc_noncoherent pci_alloc_consistent',
  alloc('coherent'),
);

add('page_address page_to_virt lowmem_page_address netmem_address __netmem_address', same('address'));
add('kmap kmap_atomic kmap_local_page kmap_local', same('kmap'));
add('virt_to_page virt_to_head_page virt_to_netmem', same('page-of'));
add('compound_head netmem_compound_head', same('head-page'));
add(
  'page_to_netmem netmem_to_page __netmem_to_page netmem_to_nmdesc __netmem_to_nmdesc pp_page_to_nmdesc page_folio',
  same(null),
);
add('page_pool_get_dma_addr page_pool_get_dma_addr_netmem', same('dma-address'));
add('page_to_phys page_to_pfn virt_to_phys virt_to_bus', same('physical'));
add('PTR_ALIGN ALIGN ALIGN_DOWN PTR_ALIGN_DOWN xchg skb_get get_page', same(null));
// What goes into a descriptor is gone: the device reads it, and one descriptor layout serves all kinds of buffers.
add(
  'cpu_to_le64 cpu_to_be64 cpu_to_le32 cpu_to_be32 __cpu_to_be64 upper_32_bits lower_32_bits put_unaligned_le64',
  fact('post', 0),
);

add(
  'page_pool_put_page page_pool_put_full_page page_pool_recycle_direct page_pool_put_unrefed_page page_pool_put_netmem page_pool_put_full_netmem page_pool_recycle_direct_netmem page_pool_put_unrefed_netmem page_pool_free_va',
  fact('release', 1, { pool: 0 }),
);
add('page_pool_put_page_bulk', fact('release', 1, { pool: 0 }));
add('page_pool_put_netmem_bulk', fact('release', 0));
add('page_pool_dma_sync_for_cpu page_pool_dma_sync_netmem_for_cpu', fact('sync-cpu', 1, { pool: 0 }));
add(
  'page_pool_fragment_page page_pool_ref_page page_pool_unref_page page_pool_fragment_netmem page_pool_ref_netmem page_pool_unref_netmem page_pool_is_last_ref page_pool_unref_and_test',
  fact('fragment-count', 0),
);
add(
  'put_page __free_page __free_pages page_frag_free skb_free_frag free_page free_pages',
  fact('put-page', 0),
);
add(
  'page_ref_count page_count page_ref_add page_ref_sub page_ref_inc page_ref_dec page_ref_dec_and_test set_page_count page_ref_sub_and_test page_ref_dec_return page_ref_sub_return __page_frag_cache_drain netmem_ref_count',
  fact('refcount', 0),
);
add('get_page', same('refcount'));
add('dev_page_is_reusable page_frag_can_reuse', fact('reusable', 0));
add('page_is_pfmemalloc netmem_is_pfmemalloc', fact('pfmemalloc', 0));
add('page_to_nid netmem_is_pref_nid', fact('node', 0));
add('netmem_is_net_iov netmem_to_net_iov', fact('type-check', 0));

add(
  'skb_add_rx_frag skb_fill_page_desc __skb_fill_page_desc skb_fill_page_desc_noacc skb_add_rx_frag_netmem skb_fill_netmem_desc __skb_fill_netmem_desc',
  fact('frag', 2),
);
add('__skb_fill_page_desc_noacc __skb_fill_netmem_desc_noacc', fact('frag', 2));
add('skb_frag_fill_page_desc skb_frag_fill_netmem_desc __skb_frag_set_page', fact('frag', 1));
add('skb_can_coalesce skb_can_coalesce_netmem', fact('coalesce', 2));
add('skb_propagate_pfmemalloc', fact('pfmemalloc', 0));
add('xdp_buff_add_frag', fact('frag', 1));

add(
  'build_skb napi_build_skb build_skb_around slab_build_skb __build_skb napi_skb_build',
  fact('build-skb', 0),
  derive('skb', -1),
);
add('xdp_prepare_buff', fact('xdp-prepare', 1));
add('memcpy __builtin_memcpy memmove', fact('copy-to', 0), fact('copy-from', 1));
add('skb_copy_to_linear_data', fact('copy-to', 0), fact('copy-from', 1));
add('skb_copy_to_linear_data_offset', fact('copy-to', 0), fact('copy-from', 2));
add('skb_copy_from_linear_data', fact('copy-to', 1));
add('skb_copy_from_linear_data_offset', fact('copy-to', 2));
add('skb_put_data __skb_put_data', fact('copy-to', 0), fact('copy-from', 1));
add('skb_store_bits', fact('copy-from', 1));
add('prefetch prefetchw net_prefetch net_prefetchw prefetch_range', fact('prefetch', 0));
add('eth_get_headlen', fact('read', 1));
add('eth_type_trans', fact('read', 0));
add('skb_frag_address skb_frag_address_safe', effect('derive', 'skb-frag', 0));
add('skb_frag_page skb_frag_netmem', effect('derive', 'skb-frag', 0));
add('xdp_get_shared_info_from_buff xdp_get_shared_info_from_frame', effect('derive', 'xdp', 0));
add('skb_shinfo', same(null));
add('xdp_convert_buff_to_frame', effect('derive', 'xdp', 0));

add('dma_map_page', effect('same', 'map', 1, { direction: 4 }));
add('dma_map_page_attrs', effect('same', 'map', 1, { direction: 4 }));
add('dma_map_single dma_map_single_attrs', effect('same', 'map', 1, { direction: 3 }));
add('pci_map_single pci_map_page', effect('same', 'map', 1));
add('skb_frag_dma_map', effect('derive', 'skb-frag', 1));
add(
  'dma_unmap_page dma_unmap_single dma_unmap_page_attrs dma_unmap_single_attrs',
  fact('unmap', 1, { direction: 3 }),
);
add('netmem_dma_unmap_page_attrs', fact('unmap', 1, { direction: 3 }));
add('dma_sync_single_for_cpu', fact('sync-cpu', 1, { direction: 3 }));
add('dma_sync_single_range_for_cpu', fact('sync-cpu', 1, { direction: 4 }));
add('dma_sync_single_for_device', fact('sync-device', 1, { direction: 3 }));
add('dma_sync_single_range_for_device', fact('sync-device', 1, { direction: 4 }));

/** Effects of a kernel function, or null if it does nothing to buffers as far as known. */
export function effectsOf(name: string): readonly Effect[] | null {
  return table.get(name) ?? null;
}

/** Names of all functions with effects. */
export function effectNames(): IterableIterator<string> {
  return table.keys();
}

/**
 * How much a call says about its surroundings. `buffer`: only code that handles packet buffers or pages makes it.
 * `touch`: any code may; on a buffer it matters. `none`: it never matters by itself.
 */
export function weightOf(name: string): 'buffer' | 'touch' | 'none' {
  const effects = table.get(name) ?? [];
  if (effects.some((e) => BUFFER_SOURCES.has(e.source) || BUFFER_FACTS.has(e.fact))) return 'buffer';
  return effects.some((e) => TOUCHING.has(e.fact)) ? 'touch' : 'none';
}

const BUFFER_SOURCES: ReadonlySet<AllocationSource | null> = new Set([
  'pool',
  'pool-address',
  'page',
  'fragment',
  'skb',
]);
const BUFFER_FACTS: ReadonlySet<FactKind | null> = new Set([
  'create-pool',
  'address',
  'page-of',
  'dma-address',
  'release',
  'put-page',
  'refcount',
  'reusable',
  'fragment-count',
  'frag',
  'coalesce',
  'build-skb',
  'xdp-prepare',
  'kmap',
  'skb-frag',
  'map',
  'unmap',
  'sync-cpu',
  'sync-device',
]);
const TOUCHING: ReadonlySet<FactKind | null> = new Set([
  'copy-from',
  'read',
  'prefetch',
  'type-check',
  'pfmemalloc',
  'node',
  'head-page',
  'physical',
  'xdp',
]);
