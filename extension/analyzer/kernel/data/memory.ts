/** Pages and their addresses (linux/mm.h, linux/gfp.h, linux/page_ref.h, linux/highmem.h), and netmem (net/netmem.h). */
import { derives, does, passes, yields } from '../entry/effect.ts';
import { type Entry, fn } from '../entry/entry.ts';

const M = 'linux/mm.h';
const N = 'net/netmem.h';
const PAGE = 'struct page *page';
const NETMEM = 'netmem_ref netmem';

const NULL_FIRST = 'NULL for memory that the CPU cannot read: test before adding an offset.';
const POOL_DECIDES = 'The pool decides about recycling: delete the test.';
const UNMAPPABLE = 'Device memory cannot be mapped for the CPU.';
const HOLD = 'Hold a reference of the pool: page_pool_ref_netmem().';
const RETURN = 'Return pool memory with page_pool_put_full_netmem().';
const NOT_FOR_RECYCLING = 'Always 1 for a net_iov, so it cannot drive recycling.';

export const MEMORY = {
  page_address: fn('void *', `const ${PAGE}`, {
    header: M,
    effects: [yields('address')],
    condition: { means: 'address-null', negated: true, arg: 0 },
    netmem: ['netmem_address'],
    text: 'Virtual address of a page.',
    caveat: NULL_FIRST,
  }),
  page_to_virt: fn('void *', `const ${PAGE}`, {
    header: M,
    effects: [yields('address')],
    netmem: ['netmem_address'],
    text: 'Virtual address of a page.',
    caveat: NULL_FIRST,
  }),
  lowmem_page_address: fn('void *', `const ${PAGE}`, { header: M, effects: [yields('address')] }),
  page_is_pfmemalloc: fn('bool', `const ${PAGE}`, {
    header: M,
    effects: [does('pfmemalloc')],
    netmem: ['netmem_is_pfmemalloc'],
    text: 'True if the page came from the reserves.',
  }),
  compound_head: fn('struct page *', PAGE, {
    effects: [passes('head-page')],
    netmem: ['netmem_compound_head'],
    text: 'First page of a compound page.',
    caveat: 'Identity for a net_iov.',
  }),
  page_ref_count: fn('int', `const ${PAGE}`, {
    effects: [does('refcount')],
    netmem: ['netmem_ref_count'],
    text: 'References on a page.',
    caveat: NOT_FOR_RECYCLING,
  }),
  page_count: fn('int', `const ${PAGE}`, {
    effects: [does('refcount')],
    netmem: ['netmem_ref_count'],
    text: 'References on a page.',
    caveat: NOT_FOR_RECYCLING,
  }),
  virt_to_page: fn('struct page *', 'const void *kaddr', {
    effects: [yields('page-of')],
    netmem: ['virt_to_netmem'],
    text: 'The page that holds a virtual address.',
    caveat: 'virt_to_netmem() does not go to the compound head.',
  }),
  virt_to_head_page: fn('struct page *', 'const void *x', {
    effects: [yields('page-of')],
    netmem: [],
    advice: 'virt_to_netmem',
    text: 'The head page that holds a virtual address.',
    caveat: 'Device memory has no virtual address.',
  }),
  kmap_local_page: fn('void *', `const ${PAGE}`, {
    effects: [yields('kmap')],
    netmem: [],
    text: 'Maps a page for the CPU.',
    caveat: UNMAPPABLE,
  }),
  kmap: fn('void *', PAGE, {
    effects: [yields('kmap')],
    netmem: [],
    text: 'Maps a page for the CPU.',
    caveat: UNMAPPABLE,
  }),
  kmap_atomic: fn('void *', `const ${PAGE}`, {
    effects: [yields('kmap')],
    netmem: [],
    text: 'Maps a page for the CPU.',
    caveat: UNMAPPABLE,
  }),
  page_to_pfn: fn('unsigned long', `const ${PAGE}`, {
    effects: [yields('physical')],
    netmem: [],
    text: 'Frame number of a page.',
    caveat: 'Use the DMA address; device memory has no frame.',
  }),
  page_to_phys: fn('phys_addr_t', `const ${PAGE}`, {
    effects: [yields('physical')],
    netmem: [],
    text: 'Physical address of a page.',
    caveat: 'Use the DMA address; device memory has no page.',
  }),
  virt_to_phys: fn('phys_addr_t', 'const volatile void *address', { effects: [yields('physical')] }),
  phys_to_virt: fn('void *', 'phys_addr_t address', { effects: [derives('from-physical', -1)] }),
  virt_to_bus: fn('unsigned long', 'void *address', { until: '6.12', effects: [yields('physical')] }),
  page_to_nid: fn('int', `const ${PAGE}`, {
    effects: [does('node')],
    netmem: [],
    advice: 'netmem_is_pref_nid',
    text: 'Node of a page.',
    caveat: 'page_pool_nid_changed() moves the pool; netmem_is_pref_nid() asks.',
  }),
  dev_page_is_reusable: fn('bool', `const ${PAGE}`, {
    effects: [does('reusable')],
    netmem: [],
    text: 'True if a page is worth recycling.',
    caveat: POOL_DECIDES,
  }),
  page_ref_add: fn('void', `${PAGE}, int nr`, {
    effects: [does('refcount')],
    netmem: [],
    text: 'Takes references on a page.',
    caveat: 'Hold references of the pool: page_pool_ref_netmem().',
  }),
  page_ref_sub: fn('void', `${PAGE}, int nr`, {
    effects: [does('refcount')],
    netmem: [],
    text: 'Drops references on a page.',
    caveat: 'Drop references of the pool: page_pool_unref_netmem().',
  }),
  page_ref_inc: fn('void', PAGE, {
    effects: [does('refcount')],
    netmem: [],
    text: 'Takes a reference on a page.',
    caveat: HOLD,
  }),
  get_page: fn('void', PAGE, {
    effects: [does('refcount')],
    netmem: [],
    text: 'Takes a reference on a page.',
    caveat: HOLD,
  }),
  page_ref_dec: fn('void', PAGE, { effects: [does('refcount')] }),
  page_ref_dec_and_test: fn('int', PAGE, { effects: [does('refcount')] }),
  page_ref_sub_and_test: fn('int', `${PAGE}, int nr`, { effects: [does('refcount')] }),
  page_ref_dec_return: fn('int', PAGE, { effects: [does('refcount')] }),
  page_ref_sub_return: fn('int', `${PAGE}, int nr`, { until: '6.12', effects: [does('refcount')] }),
  set_page_count: fn('void', `${PAGE}, int v`, { effects: [does('refcount')] }),
  __page_frag_cache_drain: fn('void', `${PAGE}, unsigned int count`, {
    effects: [does('refcount')],
    netmem: [],
    text: 'Drops the bias of a fragment cache.',
    caveat: 'The pool counts fragments itself.',
  }),
  put_page: fn('void', PAGE, {
    effects: [does('put-page')],
    netmem: [],
    advice: 'page_pool_put_full_netmem',
    text: 'Drops a reference on a page.',
    caveat: RETURN,
  }),
  __free_page: fn('void', PAGE, {
    effects: [does('put-page')],
    netmem: [],
    advice: 'page_pool_put_full_netmem',
    text: 'Frees a page.',
    caveat: RETURN,
  }),
  __free_pages: fn('void', `${PAGE}, unsigned int order`, {
    effects: [does('put-page')],
    netmem: [],
    text: 'Frees a compound page.',
    caveat: RETURN,
  }),
  page_frag_free: fn('void', 'void *addr', {
    effects: [does('put-page')],
    netmem: [],
    text: 'Frees a page fragment.',
    caveat: RETURN,
  }),
  free_page: fn('void', 'unsigned long addr', { effects: [does('put-page')] }),
  free_pages: fn('void', 'unsigned long addr, unsigned int order', { effects: [does('put-page')] }),
  page_folio: fn('struct folio *', PAGE, { effects: [yields(null)] }),

  netmem_address: fn('void *', NETMEM, {
    header: N,
    since: '6.12',
    effects: [yields('address')],
    condition: { means: 'address-null', negated: true, arg: 0 },
    nullIfUnreadable: true,
    text: 'Virtual address, or NULL if the CPU cannot read the memory.',
  }),
  __netmem_address: fn('void *', NETMEM, {
    header: N,
    since: '6.12',
    effects: [yields('address')],
    pagesOnly: true,
  }),
  netmem_is_net_iov: fn('bool', `const ${NETMEM}`, {
    header: N,
    since: '6.12',
    effects: [does('type-check')],
    condition: { means: 'is-net-iov', negated: false, arg: 0 },
    text: 'True for provider memory. Drivers should rarely need to ask.',
  }),
  netmem_to_net_iov: fn('struct net_iov *', NETMEM, {
    header: N,
    since: '6.12',
    effects: [does('type-check')],
  }),
  netmem_to_page: fn('struct page *', NETMEM, {
    header: N,
    since: '6.12',
    effects: [yields(null)],
    packet: 'unwrap',
    text: 'The page behind a reference; warns and yields NULL for provider memory.',
  }),
  __netmem_to_page: fn('struct page *', NETMEM, {
    header: N,
    since: '6.12',
    effects: [yields(null)],
    packet: 'unwrap',
  }),
  page_to_netmem: fn('netmem_ref', PAGE, {
    header: N,
    since: '6.12',
    effects: [yields(null)],
    text: 'A page as a reference. Wrapping page calls in it is no netmem support.',
  }),
  virt_to_netmem: fn('netmem_ref', 'const void *data', {
    header: N,
    since: '6.12',
    effects: [yields('page-of')],
  }),
  netmem_compound_head: fn('netmem_ref', NETMEM, {
    header: N,
    since: '6.12',
    effects: [passes('head-page')],
  }),
  netmem_to_nmdesc: fn('struct netmem_desc *', NETMEM, {
    header: N,
    since: '7.1',
    effects: [yields(null)],
    text: 'The descriptor of a buffer: pool, DMA address and references, for pages and provider memory alike.',
  }),
  __netmem_to_nmdesc: fn('struct netmem_desc *', NETMEM, {
    header: N,
    since: '6.17',
    effects: [yields(null)],
  }),
  pp_page_to_nmdesc: fn('struct netmem_desc *', PAGE, {
    header: N,
    since: '6.17',
    effects: [yields(null)],
  }),
  netmem_is_pfmemalloc: fn('bool', NETMEM, {
    header: N,
    since: '6.12',
    effects: [does('pfmemalloc')],
    text: 'True if the buffer came from the reserves.',
  }),
  netmem_is_pref_nid: fn('bool', `${NETMEM}, int pref_nid`, {
    header: N,
    since: '6.12',
    effects: [does('node')],
    text: 'True if the buffer lies on the node; always true for provider memory.',
  }),
  netmem_ref_count: fn('int', NETMEM, {
    header: N,
    since: '6.12',
    effects: [does('refcount')],
    text: 'References; always 1 for provider memory.',
  }),
  netmem_get_pp: fn('struct page_pool *', NETMEM, {
    header: N,
    since: '6.12',
    text: 'The pool that a buffer belongs to; of no use for memory that is sent.',
  }),
  __netmem_get_pp: fn('struct page_pool *', NETMEM, { header: N, since: '6.12', pagesOnly: true }),
  netmem_get_pp_ref_count_ref: fn('atomic_long_t *', NETMEM, {
    header: N,
    since: '6.12',
    effects: [does('fragment-count')],
  }),
  net_iov_to_netmem: fn('netmem_ref', 'struct net_iov *niov', {
    header: N,
    since: '6.12',
    effects: [yields(null)],
  }),
  get_netmem: fn('void', NETMEM, {
    header: N,
    since: '6.16',
    effects: [does('refcount')],
    text: 'Takes a reference on memory that is sent: on the page, or on the dma-buf binding. Pool memory has page_pool_ref_netmem().',
  }),
  put_netmem: fn('void', NETMEM, {
    header: N,
    since: '6.16',
    effects: [does('put-page')],
    text: 'Drops a reference that get_netmem() took. Pool memory goes back with page_pool_put_full_netmem().',
  }),
} satisfies Record<string, Entry>;
