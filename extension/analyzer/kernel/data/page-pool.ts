/** page_pool on pages and on netmem (include/net/page_pool/types.h and helpers.h). */
import { allocates, does, yields } from '../entry/effect.ts';
import { type Entry, fn, word } from '../entry/entry.ts';
import { signature } from '../entry/signature.ts';

const T = 'net/page_pool/types.h';
const H = 'net/page_pool/helpers.h';

/** What the dev_ variants pass, spelled out where a tree lacks their netmem form. */
const ATOMIC = 'GFP_ATOMIC | __GFP_NOWARN';

const POOL = 'struct page_pool *pool';
const BY_ADDRESS =
  'No netmem form by design: header and copy memory always needs an address. Keep it on a header pool.';

export const PAGE_POOL = {
  page_pool_alloc_pages: fn('struct page *', `${POOL}, gfp_t gfp`, {
    header: T,
    effects: [allocates('pool')],
    // Trees of 6.11 to 6.13 call the two-argument function by the singular.
    netmem: ['page_pool_alloc_netmems', 'page_pool_alloc_netmem($0, $1)'],
    text: 'Takes a whole buffer from the pool: from its cache, its ring, or fresh from the system.',
  }),
  page_pool_dev_alloc_pages: fn('struct page *', POOL, {
    header: H,
    effects: [allocates('pool')],
    netmem: [
      'page_pool_dev_alloc_netmems',
      `page_pool_alloc_netmems($0, ${ATOMIC})`,
      `page_pool_alloc_netmem($0, ${ATOMIC})`,
    ],
    text: 'page_pool_alloc_pages() with the flags of a receive path: atomic, no warning.',
    caveat: 'Trees without the dev_ form take page_pool_alloc_netmems() with the same flags.',
  }),
  page_pool_alloc: fn('struct page *', `${POOL}, unsigned int *offset, unsigned int *size, gfp_t gfp`, {
    header: H,
    effects: [allocates('pool')],
    netmem: ['page_pool_alloc_netmem'],
    text: 'Takes a buffer of at least *size bytes: a fragment, or a whole page where two would not fit.',
    caveat: '*size comes back grown to what was really given. Two incompatible signatures exist in history.',
  }),
  page_pool_dev_alloc: fn('struct page *', `${POOL}, unsigned int *offset, unsigned int *size`, {
    header: H,
    effects: [allocates('pool')],
    netmem: ['page_pool_dev_alloc_netmem'],
    text: 'page_pool_alloc() with the flags of a receive path.',
  }),
  page_pool_alloc_frag: fn('struct page *', `${POOL}, unsigned int *offset, unsigned int size, gfp_t gfp`, {
    header: T,
    effects: [allocates('pool')],
    netmem: ['page_pool_alloc_frag_netmem'],
    text: 'Takes a fragment of a page that the pool cuts up; *offset says where it starts.',
  }),
  page_pool_dev_alloc_frag: fn('struct page *', `${POOL}, unsigned int *offset, unsigned int size`, {
    header: H,
    effects: [allocates('pool')],
    netmem: [`page_pool_alloc_frag_netmem($0, $1, $2, ${ATOMIC})`],
    text: 'page_pool_alloc_frag() with the flags of a receive path.',
    caveat: 'There is no dev_ form for netmem; the flags are spelled out.',
  }),
  page_pool_alloc_va: fn('void *', `${POOL}, unsigned int *size, gfp_t gfp`, {
    header: H,
    effects: [allocates('pool-address')],
    netmem: [],
    advice: 'page_pool_alloc_netmem',
    text: 'Takes a fragment and yields its virtual address.',
    caveat: BY_ADDRESS,
  }),
  page_pool_dev_alloc_va: fn('void *', `${POOL}, unsigned int *size`, {
    header: H,
    effects: [allocates('pool-address')],
    netmem: [],
    advice: 'page_pool_dev_alloc_netmem',
    text: 'page_pool_alloc_va() with the flags of a receive path.',
    caveat: BY_ADDRESS,
  }),
  page_pool_free_va: fn('void', `${POOL}, void *va, bool allow_direct`, {
    header: H,
    effects: [does('release', 1)],
    netmem: [],
    advice: 'page_pool_put_full_netmem',
    text: 'Returns a buffer that was taken by virtual address.',
    caveat: 'No netmem form by design: keep it for headers.',
  }),
  page_pool_put_page: fn(
    'void',
    `${POOL}, struct page *page, unsigned int dma_sync_size, bool allow_direct`,
    {
      header: H,
      effects: [does('release', 1)],
      netmem: ['page_pool_put_netmem'],
      text: 'Returns a buffer to the pool; the second number says how many bytes the device may have to see again.',
    },
  ),
  page_pool_put_full_page: fn('void', `${POOL}, struct page *page, bool allow_direct`, {
    header: H,
    effects: [does('release', 1)],
    netmem: ['page_pool_put_full_netmem'],
    text: 'Returns a buffer to the pool and syncs all of it for the device.',
  }),
  page_pool_recycle_direct: fn('void', `${POOL}, struct page *page`, {
    header: H,
    effects: [does('release', 1)],
    direct: true,
    netmem: ['page_pool_recycle_direct_netmem', 'page_pool_put_full_netmem($0, $1, true)'],
    text: "Returns a buffer straight to the pool's cache; only in the pool's own NAPI context.",
  }),
  page_pool_put_unrefed_page: fn(
    'void',
    `${POOL}, struct page *page, unsigned int dma_sync_size, bool allow_direct`,
    {
      header: T,
      effects: [does('release', 1)],
      netmem: ['page_pool_put_unrefed_netmem'],
      text: 'Returns a buffer whose last reference the caller has already dropped.',
    },
  ),
  page_pool_put_page_bulk: fn('void', `${POOL}, void **data, int count`, {
    header: T,
    until: '6.14',
    renamedTo: 'page_pool_put_netmem_bulk',
    effects: [does('release', 1)],
    netmem: [],
    advice: 'page_pool_put_netmem_bulk',
    text: 'Returns many buffers under one lock of the ring.',
    caveat:
      'page_pool_put_netmem_bulk(refs, count) takes an array of netmem_ref and no pool: the array has to change its type, which no single edit can do.',
  }),
  page_pool_get_dma_addr: fn('dma_addr_t', 'const struct page *page', {
    header: H,
    effects: [yields('dma-address')],
    netmem: ['page_pool_get_dma_addr_netmem'],
    text: 'The DMA address at which the pool mapped the buffer.',
  }),
  page_pool_dma_sync_for_cpu: fn(
    'void',
    `const ${POOL}, const struct page *page, u32 offset, u32 dma_sync_size`,
    {
      header: H,
      effects: [does('sync-cpu', 1)],
      netmem: ['page_pool_dma_sync_netmem_for_cpu'],
      text: 'Makes what the device wrote visible to the CPU.',
      caveat: 'The netmem form does nothing for memory that the CPU never reads.',
    },
  ),
  page_pool_fragment_page: fn('void', 'struct page *page, long nr', {
    header: H,
    effects: [does('fragment-count')],
    netmem: ['page_pool_fragment_netmem'],
    text: 'Splits a freshly allocated buffer into several references.',
    caveat: 'Only while the buffer has exactly one reference.',
  }),
  page_pool_ref_page: fn('void', 'struct page *page', {
    header: H,
    effects: [does('fragment-count')],
    netmem: ['page_pool_ref_netmem'],
    text: 'Takes one more reference of the pool on the buffer.',
  }),
  page_pool_unref_page: fn('long', 'struct page *page, long nr', {
    header: H,
    effects: [does('fragment-count')],
    netmem: ['page_pool_unref_netmem'],
    text: 'Drops references of the pool; yields what is left.',
  }),

  page_pool_alloc_netmems: fn('netmem_ref', `${POOL}, gfp_t gfp`, {
    header: T,
    since: '6.14',
    backported: ['6.12'],
    effects: [allocates('pool')],
    text: 'Takes a whole buffer from the pool; 0 if it has none.',
  }),
  page_pool_dev_alloc_netmems: fn('netmem_ref', POOL, {
    header: H,
    since: '6.14',
    effects: [allocates('pool')],
    text: 'Takes a whole buffer with the flags of a receive path.',
  }),
  page_pool_alloc_netmem: fn('netmem_ref', `${POOL}, unsigned int *offset, unsigned int *size, gfp_t gfp`, {
    header: H,
    since: '6.14',
    formerly: [{ until: '6.14', signature: signature('netmem_ref', `${POOL}, gfp_t gfp`), header: T }],
    effects: [allocates('pool')],
    text: 'Takes a buffer of at least *size bytes; 0 if the pool has none.',
  }),
  page_pool_dev_alloc_netmem: fn('netmem_ref', `${POOL}, unsigned int *offset, unsigned int *size`, {
    header: H,
    since: '6.14',
    effects: [allocates('pool')],
    text: 'page_pool_alloc_netmem() with the flags of a receive path.',
  }),
  page_pool_alloc_frag_netmem: fn(
    'netmem_ref',
    `${POOL}, unsigned int *offset, unsigned int size, gfp_t gfp`,
    {
      header: T,
      since: '6.12',
      effects: [allocates('pool')],
      text: 'Takes a fragment; *offset says where it starts.',
    },
  ),
  page_pool_put_netmem: fn(
    'void',
    `${POOL}, netmem_ref netmem, unsigned int dma_sync_size, bool allow_direct`,
    { header: H, since: '6.12', effects: [does('release', 1)], text: 'Returns a buffer to its pool.' },
  ),
  page_pool_put_full_netmem: fn('void', `${POOL}, netmem_ref netmem, bool allow_direct`, {
    header: H,
    since: '6.12',
    effects: [does('release', 1)],
    text: 'Returns a buffer and syncs all of it for the device.',
  }),
  page_pool_recycle_direct_netmem: fn('void', `${POOL}, netmem_ref netmem`, {
    header: H,
    since: '6.14',
    effects: [does('release', 1)],
    direct: true,
    text: "Returns a buffer straight to the pool's cache.",
  }),
  page_pool_put_unrefed_netmem: fn(
    'void',
    `${POOL}, netmem_ref netmem, unsigned int dma_sync_size, bool allow_direct`,
    {
      header: T,
      since: '6.12',
      effects: [does('release', 1)],
      text: 'Returns a buffer whose last reference is already dropped.',
    },
  ),
  page_pool_put_netmem_bulk: fn('void', 'netmem_ref *data, u32 count', {
    header: T,
    since: '6.14',
    effects: [does('release')],
    text: 'Returns up to 16 buffers of any pools.',
  }),
  page_pool_get_dma_addr_netmem: fn('dma_addr_t', 'netmem_ref netmem', {
    header: H,
    since: '6.12',
    effects: [yields('dma-address')],
    text: 'The DMA address of a buffer, device memory included.',
  }),
  page_pool_dma_sync_netmem_for_cpu: fn(
    'void',
    `const ${POOL}, const netmem_ref netmem, u32 offset, u32 dma_sync_size`,
    {
      header: H,
      since: '6.14',
      backported: ['6.12'],
      effects: [does('sync-cpu', 1)],
      text: 'Makes what the device wrote visible to the CPU, if it reads it.',
    },
  ),
  page_pool_fragment_netmem: fn('void', 'netmem_ref netmem, long nr', {
    header: H,
    since: '6.12',
    effects: [does('fragment-count')],
    text: 'Splits a fresh buffer into several references.',
  }),
  page_pool_ref_netmem: fn('void', 'netmem_ref netmem', {
    header: H,
    since: '6.12',
    effects: [does('fragment-count')],
    text: 'Takes one more reference of the pool.',
  }),
  page_pool_unref_netmem: fn('long', 'netmem_ref netmem, long nr', {
    header: H,
    since: '6.12',
    effects: [does('fragment-count')],
    text: 'Drops references of the pool; yields what is left.',
  }),
  page_pool_is_last_ref: fn('bool', 'netmem_ref netmem', {
    header: H,
    until: '6.14',
    renamedTo: 'page_pool_unref_and_test',
    effects: [does('fragment-count')],
  }),
  page_pool_unref_and_test: fn('bool', 'netmem_ref netmem', {
    header: H,
    since: '6.14',
    effects: [does('fragment-count')],
  }),

  page_pool_create: fn('struct page_pool *', 'const struct page_pool_params *params', {
    header: T,
    effects: [creates()],
  }),
  page_pool_create_percpu: fn('struct page_pool *', 'const struct page_pool_params *params, int cpuid', {
    header: T,
    effects: [creates()],
  }),
  page_pool_destroy: fn('void', POOL, { header: T, packet: 'pool-destroy' }),
  page_pool_put: fn('bool', POOL, { header: H, packet: 'pool-destroy' }),
  page_pool_is_unreadable: fn('bool', POOL, {
    header: H,
    since: '6.15',
    condition: { means: 'pool-unreadable', negated: false, arg: -1 },
    text: 'True if a memory provider feeds the pool; ask after creating it.',
  }),
  PP_FLAG_ALLOW_UNREADABLE_NETMEM: word({
    header: T,
    since: '6.12',
    text: 'The driver can live with buffers the CPU cannot read; only on payload pools, with header split.',
  }),
  PP_FLAG_DMA_MAP: word({
    header: T,
    since: '4.18',
    text: 'The pool maps its buffers for the device.',
  }),
  PP_FLAG_DMA_SYNC_DEV: word({
    header: T,
    since: '5.5',
    text: 'The pool syncs its buffers for the device; needs max_len.',
  }),
  PP_FLAG_SYSTEM_POOL: word({ header: T, since: '6.10' }),
} satisfies Record<string, Entry>;

function creates() {
  return { does: 'alloc', fact: 'create-pool', arg: -1, source: null } as const;
}
