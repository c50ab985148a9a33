/** page_pool on pages and on netmem (include/net/page_pool/types.h and helpers.h). */
import type { NetmemForm, PageApi } from './api.ts';

const T = 'net/page_pool/types.h';
const H = 'net/page_pool/helpers.h';

/** What the dev_ variants pass, spelled out where a tree lacks their netmem form. */
const ATOMIC = 'GFP_ATOMIC | __GFP_NOWARN';

const allocNetmems = (gfp: string): NetmemForm => ({
  name: 'page_pool_alloc_netmems',
  call: `page_pool_alloc_netmems($0, ${gfp})`,
  header: T,
});

/** Trees of 6.11 to 6.13 call the two-argument function by the singular. */
const allocNetmemTwo = (gfp: string): NetmemForm => ({
  name: 'page_pool_alloc_netmem',
  call: `page_pool_alloc_netmem($0, ${gfp})`,
  header: T,
});

const same = (name: string, args: number, header: NetmemForm['header']): NetmemForm => ({
  name,
  call: `${name}(${Array.from({ length: args }, (_, i) => `$${i}`).join(', ')})`,
  header,
});

export const PAGE_POOL_API: readonly PageApi[] = [
  {
    name: 'page_pool_alloc_pages',
    pageArguments: [],
    returnsPage: true,
    forms: [allocNetmems('$1'), allocNetmemTwo('$1')],
    does: 'Takes a whole buffer from the pool: from its cache, its ring, or fresh from the system.',
    caveat: null,
  },
  {
    name: 'page_pool_dev_alloc_pages',
    pageArguments: [],
    returnsPage: true,
    forms: [same('page_pool_dev_alloc_netmems', 1, H), allocNetmems(ATOMIC), allocNetmemTwo(ATOMIC)],
    does: 'page_pool_alloc_pages() with the flags of a receive path: atomic, no warning.',
    caveat: 'Trees without the dev_ form take page_pool_alloc_netmems() with the same flags.',
  },
  {
    name: 'page_pool_alloc',
    pageArguments: [],
    returnsPage: true,
    forms: [same('page_pool_alloc_netmem', 4, H)],
    does: 'Takes a buffer of at least *size bytes: a fragment, or a whole page where two would not fit.',
    caveat: '*size comes back grown to what was really given. Two incompatible signatures exist in history.',
  },
  {
    name: 'page_pool_dev_alloc',
    pageArguments: [],
    returnsPage: true,
    forms: [same('page_pool_dev_alloc_netmem', 3, H)],
    does: 'page_pool_alloc() with the flags of a receive path.',
    caveat: null,
  },
  {
    name: 'page_pool_alloc_frag',
    pageArguments: [],
    returnsPage: true,
    forms: [same('page_pool_alloc_frag_netmem', 4, T)],
    does: 'Takes a fragment of a page that the pool cuts up; *offset says where it starts.',
    caveat: null,
  },
  {
    name: 'page_pool_dev_alloc_frag',
    pageArguments: [],
    returnsPage: true,
    forms: [
      {
        name: 'page_pool_alloc_frag_netmem',
        call: `page_pool_alloc_frag_netmem($0, $1, $2, ${ATOMIC})`,
        header: T,
      },
    ],
    does: 'page_pool_alloc_frag() with the flags of a receive path.',
    caveat: 'There is no dev_ form for netmem; the flags are spelled out.',
  },
  {
    name: 'page_pool_alloc_va',
    pageArguments: [],
    returnsPage: false,
    forms: [],
    does: 'Takes a fragment and yields its virtual address.',
    caveat:
      'No netmem form by design: header and copy memory always needs an address. Keep it on a header pool.',
  },
  {
    name: 'page_pool_dev_alloc_va',
    pageArguments: [],
    returnsPage: false,
    forms: [],
    does: 'page_pool_alloc_va() with the flags of a receive path.',
    caveat:
      'No netmem form by design: header and copy memory always needs an address. Keep it on a header pool.',
  },
  {
    name: 'page_pool_free_va',
    pageArguments: [],
    returnsPage: false,
    forms: [],
    does: 'Returns a buffer that was taken by virtual address.',
    caveat: 'No netmem form by design: keep it for headers.',
  },
  {
    name: 'page_pool_put_page',
    pageArguments: [1],
    returnsPage: false,
    forms: [same('page_pool_put_netmem', 4, H)],
    does: 'Returns a buffer to the pool; the second number says how many bytes the device may have to see again.',
    caveat: null,
  },
  {
    name: 'page_pool_put_full_page',
    pageArguments: [1],
    returnsPage: false,
    forms: [same('page_pool_put_full_netmem', 3, H)],
    does: 'Returns a buffer to the pool and syncs all of it for the device.',
    caveat: null,
  },
  {
    name: 'page_pool_recycle_direct',
    pageArguments: [1],
    returnsPage: false,
    forms: [
      same('page_pool_recycle_direct_netmem', 2, H),
      {
        name: 'page_pool_put_full_netmem',
        call: 'page_pool_put_full_netmem($0, $1, true)',
        header: H,
      },
    ],
    does: "Returns a buffer straight to the pool's cache; only in the pool's own NAPI context.",
    caveat: null,
  },
  {
    name: 'page_pool_put_unrefed_page',
    pageArguments: [1],
    returnsPage: false,
    forms: [same('page_pool_put_unrefed_netmem', 4, T)],
    does: 'Returns a buffer whose last reference the caller has already dropped.',
    caveat: null,
  },
  {
    name: 'page_pool_put_page_bulk',
    pageArguments: [],
    returnsPage: false,
    forms: [],
    does: 'Returns many buffers under one lock of the ring.',
    caveat:
      'page_pool_put_netmem_bulk(refs, count) takes an array of netmem_ref and no pool: the array has to change its type, which no single edit can do.',
  },
  {
    name: 'page_pool_get_dma_addr',
    pageArguments: [0],
    returnsPage: false,
    forms: [same('page_pool_get_dma_addr_netmem', 1, H)],
    does: 'The DMA address at which the pool mapped the buffer.',
    caveat: null,
  },
  {
    name: 'page_pool_dma_sync_for_cpu',
    pageArguments: [1],
    returnsPage: false,
    forms: [same('page_pool_dma_sync_netmem_for_cpu', 4, H)],
    does: 'Makes what the device wrote visible to the CPU.',
    caveat: 'The netmem form does nothing for memory that the CPU never reads.',
  },
  {
    name: 'page_pool_fragment_page',
    pageArguments: [0],
    returnsPage: false,
    forms: [same('page_pool_fragment_netmem', 2, H)],
    does: 'Splits a freshly allocated buffer into several references.',
    caveat: 'Only while the buffer has exactly one reference.',
  },
  {
    name: 'page_pool_ref_page',
    pageArguments: [0],
    returnsPage: false,
    forms: [same('page_pool_ref_netmem', 1, H)],
    does: 'Takes one more reference of the pool on the buffer.',
    caveat: null,
  },
  {
    name: 'page_pool_unref_page',
    pageArguments: [0],
    returnsPage: false,
    forms: [same('page_pool_unref_netmem', 2, H)],
    does: 'Drops references of the pool; yields what is left.',
    caveat: null,
  },
];
