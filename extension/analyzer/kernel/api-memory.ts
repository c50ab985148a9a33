/** Helpers on struct page and on netmem (include/net/netmem.h, linux/mm.h). */
import type { Header, PageApi } from './api.ts';

const N: Header = 'net/netmem.h';

function unary(
  name: string,
  netmem: string,
  returnsPage: boolean,
  does: string,
  caveat: string | null,
): PageApi {
  return {
    name,
    pageArguments: [0],
    returnsPage,
    forms: [{ name: netmem, call: `${netmem}($0)`, header: N }],
    does,
    caveat,
  };
}

function none(name: string, pageArguments: readonly number[], does: string, caveat: string): PageApi {
  return { name, pageArguments, returnsPage: false, forms: [], does, caveat };
}

const NULL_FIRST = 'NULL for memory that the CPU cannot read: test before adding an offset.';
const POOL_DECIDES = 'The pool decides about recycling: delete the test.';

export const MEMORY_API: readonly PageApi[] = [
  unary('page_address', 'netmem_address', false, 'Virtual address of a page.', NULL_FIRST),
  unary('page_to_virt', 'netmem_address', false, 'Virtual address of a page.', NULL_FIRST),
  unary(
    'page_is_pfmemalloc',
    'netmem_is_pfmemalloc',
    false,
    'True if the page came from the reserves.',
    null,
  ),
  unary(
    'compound_head',
    'netmem_compound_head',
    true,
    'First page of a compound page.',
    'Identity for a net_iov.',
  ),
  unary(
    'page_ref_count',
    'netmem_ref_count',
    false,
    'References on a page.',
    'Always 1 for a net_iov, so it cannot drive recycling.',
  ),
  unary(
    'page_count',
    'netmem_ref_count',
    false,
    'References on a page.',
    'Always 1 for a net_iov, so it cannot drive recycling.',
  ),
  {
    name: 'virt_to_page',
    pageArguments: [],
    returnsPage: true,
    forms: [{ name: 'virt_to_netmem', call: 'virt_to_netmem($0)', header: N }],
    does: 'The page that holds a virtual address.',
    caveat: 'virt_to_netmem() does not go to the compound head.',
  },
  none(
    'virt_to_head_page',
    [],
    'The head page that holds a virtual address.',
    'Device memory has no virtual address.',
  ),
  none('kmap_local_page', [0], 'Maps a page for the CPU.', 'Device memory cannot be mapped for the CPU.'),
  none('kmap', [0], 'Maps a page for the CPU.', 'Device memory cannot be mapped for the CPU.'),
  none('kmap_atomic', [0], 'Maps a page for the CPU.', 'Device memory cannot be mapped for the CPU.'),
  none('page_to_pfn', [0], 'Frame number of a page.', 'Use the DMA address; device memory has no frame.'),
  none('page_to_phys', [0], 'Physical address of a page.', 'Use the DMA address; device memory has no page.'),
  none(
    'page_to_nid',
    [0],
    'Node of a page.',
    'page_pool_nid_changed() moves the pool; netmem_is_pref_nid() asks.',
  ),
  none('dev_page_is_reusable', [0], 'True if a page is worth recycling.', POOL_DECIDES),
  none(
    'page_ref_add',
    [0],
    'Takes references on a page.',
    'Hold references of the pool: page_pool_ref_netmem().',
  ),
  none(
    'page_ref_sub',
    [0],
    'Drops references on a page.',
    'Drop references of the pool: page_pool_unref_netmem().',
  ),
  none(
    'page_ref_inc',
    [0],
    'Takes a reference on a page.',
    'Hold a reference of the pool: page_pool_ref_netmem().',
  ),
  none(
    'get_page',
    [0],
    'Takes a reference on a page.',
    'Hold a reference of the pool: page_pool_ref_netmem().',
  ),
  none(
    'put_page',
    [0],
    'Drops a reference on a page.',
    'Return pool memory with page_pool_put_full_netmem().',
  ),
  none('__free_page', [0], 'Frees a page.', 'Return pool memory with page_pool_put_full_netmem().'),
  none('__free_pages', [0], 'Frees a compound page.', 'Return pool memory with page_pool_put_full_netmem().'),
  none(
    '__page_frag_cache_drain',
    [0],
    'Drops the bias of a fragment cache.',
    'The pool counts fragments itself.',
  ),
  none(
    'page_frag_free',
    [],
    'Frees a page fragment.',
    'Return pool memory with page_pool_put_full_netmem().',
  ),
];
