/** Memory that comes from no page_pool: pages, fragments, socket buffers, the heap, coherent memory. */
import { allocates } from '../entry/effect.ts';
import { type Entry, fn } from '../entry/entry.ts';

const PAGE = [allocates('page')];
const FRAGMENT = [allocates('fragment')];
const SKB = [allocates('skb')];
const MANAGER = [allocates('buffer-manager')];
const HEAP = [allocates('heap')];
/** Coherent memory: its DMA address comes by the third argument. */
const COHERENT = { effects: [allocates('coherent')], addressOut: 2 };

const CACHE = 'struct page_frag_cache *nc, unsigned int fragsz, gfp_t gfp_mask';
const DEVICE = 'struct net_device *dev, unsigned int length';

export const ALLOCATORS = {
  alloc_page: fn('struct page *', 'gfp_t gfp', { effects: PAGE }),
  alloc_pages: fn('struct page *', 'gfp_t gfp, unsigned int order', { effects: PAGE }),
  alloc_pages_noprof: fn('struct page *', 'gfp_t gfp, unsigned int order', { effects: PAGE }),
  alloc_pages_node: fn('struct page *', 'int nid, gfp_t gfp_mask, unsigned int order', { effects: PAGE }),
  dev_alloc_page: fn('struct page *', '', { effects: PAGE }),
  dev_alloc_pages: fn('struct page *', 'unsigned int order', { effects: PAGE }),
  __dev_alloc_page: fn('struct page *', 'gfp_t gfp_mask', { effects: PAGE }),
  __dev_alloc_pages: fn('struct page *', 'gfp_t gfp_mask, unsigned int order', { effects: PAGE }),
  __page_frag_cache_refill: fn('struct page *', 'struct page_frag_cache *nc, gfp_t gfp_mask', {
    until: '6.12',
    effects: PAGE,
  }),
  __get_free_page: fn('unsigned long', 'gfp_t gfp_mask', { effects: PAGE }),
  __get_free_pages: fn('unsigned long', 'gfp_t gfp_mask, unsigned int order', { effects: PAGE }),
  get_zeroed_page: fn('unsigned long', 'gfp_t gfp_mask', { effects: PAGE }),

  napi_alloc_frag: fn('void *', 'unsigned int fragsz', { effects: FRAGMENT }),
  napi_alloc_frag_align: fn('void *', 'unsigned int fragsz, unsigned int align', { effects: FRAGMENT }),
  netdev_alloc_frag: fn('void *', 'unsigned int fragsz', { effects: FRAGMENT }),
  netdev_alloc_frag_align: fn('void *', 'unsigned int fragsz, unsigned int align', { effects: FRAGMENT }),
  __napi_alloc_frag_align: fn('void *', 'unsigned int fragsz, unsigned int align_mask', {
    effects: FRAGMENT,
  }),
  __netdev_alloc_frag_align: fn('void *', 'unsigned int fragsz, unsigned int align_mask', {
    effects: FRAGMENT,
  }),
  __page_frag_alloc_align: fn('void *', `${CACHE}, unsigned int align_mask`, { effects: FRAGMENT }),
  page_frag_alloc: fn('void *', CACHE, { effects: FRAGMENT }),
  page_frag_alloc_align: fn('void *', `${CACHE}, unsigned int align`, { effects: FRAGMENT }),

  hwbm_pool_add: fn('int', 'struct hwbm_pool *bm_pool, unsigned int buf_num', { effects: MANAGER }),
  hwbm_pool_refill: fn('int', 'struct hwbm_pool *bm_pool, gfp_t gfp', { effects: MANAGER }),

  netdev_alloc_skb: fn('struct sk_buff *', DEVICE, { effects: SKB }),
  __netdev_alloc_skb: fn('struct sk_buff *', `${DEVICE}, gfp_t gfp_mask`, { effects: SKB }),
  netdev_alloc_skb_ip_align: fn('struct sk_buff *', DEVICE, { effects: SKB }),
  __netdev_alloc_skb_ip_align: fn('struct sk_buff *', `${DEVICE}, gfp_t gfp`, { effects: SKB }),
  dev_alloc_skb: fn('struct sk_buff *', 'unsigned int length', { effects: SKB }),
  __dev_alloc_skb: fn('struct sk_buff *', 'unsigned int length, gfp_t gfp_mask', { effects: SKB }),
  alloc_skb: fn('struct sk_buff *', 'unsigned int size, gfp_t priority', { effects: SKB }),
  __alloc_skb: fn('struct sk_buff *', 'unsigned int size, gfp_t priority, int flags, int node', {
    effects: SKB,
  }),
  napi_alloc_skb: fn('struct sk_buff *', 'struct napi_struct *napi, unsigned int length', { effects: SKB }),
  __napi_alloc_skb: fn('struct sk_buff *', 'struct napi_struct *napi, unsigned int length, gfp_t gfp_mask', {
    until: '6.10',
    effects: SKB,
  }),

  kmalloc: fn('void *', 'size_t size, gfp_t flags', { effects: HEAP }),
  kzalloc: fn('void *', 'size_t size, gfp_t flags', { effects: HEAP }),
  kcalloc: fn('void *', 'size_t n, size_t size, gfp_t flags', { effects: HEAP }),
  kmalloc_array: fn('void *', 'size_t n, size_t size, gfp_t flags', { effects: HEAP }),
  kmalloc_node: fn('void *', 'size_t size, gfp_t flags, int node', { effects: HEAP }),
  kzalloc_node: fn('void *', 'size_t size, gfp_t flags, int node', { effects: HEAP }),
  kmemdup: fn('void *', 'const void *p, size_t size, gfp_t gfp', {
    effects: HEAP,
    copies: { from: 0, to: null },
  }),
  vmalloc: fn('void *', 'unsigned long size', { effects: HEAP }),
  vzalloc: fn('void *', 'unsigned long size', { effects: HEAP }),
  kvmalloc: fn('void *', 'size_t size, gfp_t flags', { effects: HEAP }),
  kvzalloc: fn('void *', 'size_t size, gfp_t flags', { effects: HEAP }),
  kvcalloc: fn('void *', 'size_t n, size_t size, gfp_t flags', { effects: HEAP }),
  devm_kzalloc: fn('void *', 'struct device *dev, size_t size, gfp_t gfp', { effects: HEAP }),
  devm_kcalloc: fn('void *', 'struct device *dev, size_t n, size_t size, gfp_t flags', { effects: HEAP }),
  kmem_cache_alloc: fn('void *', 'struct kmem_cache *cachep, gfp_t flags', { effects: HEAP }),

  dma_alloc_coherent: fn(
    'void *',
    'struct device *dev, size_t size, dma_addr_t *dma_handle, gfp_t gfp',
    COHERENT,
  ),
  dmam_alloc_coherent: fn(
    'void *',
    'struct device *dev, size_t size, dma_addr_t *dma_handle, gfp_t gfp',
    COHERENT,
  ),
  dma_alloc_attrs: fn(
    'void *',
    'struct device *dev, size_t size, dma_addr_t *dma_handle, gfp_t flag, unsigned long attrs',
    COHERENT,
  ),
  dma_alloc_noncoherent: fn(
    'void *',
    'struct device *dev, size_t size, dma_addr_t *dma_handle, enum dma_data_direction dir, gfp_t gfp',
    COHERENT,
  ),
  dma_pool_alloc: fn('void *', 'struct dma_pool *pool, gfp_t mem_flags, dma_addr_t *handle', COHERENT),
  dma_pool_zalloc: fn('void *', 'struct dma_pool *pool, gfp_t mem_flags, dma_addr_t *handle', COHERENT),
  pci_alloc_consistent: fn('void *', 'struct pci_dev *hwdev, size_t size, dma_addr_t *dma_handle', {
    until: '5.18',
    ...COHERENT,
  }),
} satisfies Record<string, Entry>;
