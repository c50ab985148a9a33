/** Socket buffers and their fragments, on pages and on netmem (include/linux/skbuff.h, linux/etherdevice.h). */
import { allocates, derives, does, passes, yields } from '../entry/effect.ts';
import { type Entry, fn } from '../entry/entry.ts';
import { signature } from '../entry/signature.ts';

const S = 'linux/skbuff.h';
const SKB = 'struct sk_buff *skb';
const FRAG = 'const skb_frag_t *frag';

const NO_MARK = 'Does not mark the skb unreadable; only for XDP frames or where the caller does it.';
const NEEDS_ADDRESS = 'Needs an address: only for headers, or for buffers that no provider can replace.';
const BUILDS = [does('build-skb'), derives('skb', -1)];
const QUEUE = 'struct sk_buff_head *list';
const PUTS = { packetQueue: { arg: 0, does: 'put' } } as const;
const FINDS = { packetQueue: { arg: 0, does: 'find' } } as const;
const COPIES = [does('copy-to'), does('copy-from', 1)];

export const SKB_FUNCTIONS = {
  skb_add_rx_frag: fn('void', `${SKB}, int i, struct page *page, int off, int size, unsigned int truesize`, {
    header: S,
    effects: [does('frag', 2)],
    netmem: ['skb_add_rx_frag_netmem'],
    text: 'Adds a received buffer to an skb and accounts for it.',
  }),
  skb_fill_page_desc: fn('void', `${SKB}, int i, struct page *page, int off, int size`, {
    header: S,
    effects: [does('frag', 2)],
    netmem: ['skb_fill_netmem_desc'],
    text: 'Sets a fragment of an skb and the number of fragments.',
  }),
  __skb_fill_page_desc: fn('void', `${SKB}, int i, struct page *page, int off, int size`, {
    header: S,
    effects: [does('frag', 2)],
    netmem: ['__skb_fill_netmem_desc'],
    text: 'Sets a fragment of an skb.',
  }),
  __skb_fill_page_desc_noacc: fn(
    'void',
    'struct skb_shared_info *shinfo, int i, struct page *page, int off, int size',
    {
      header: S,
      effects: [does('frag', 2)],
      leavesUnmarked: true,
      netmem: ['__skb_fill_netmem_desc_noacc'],
      text: 'Sets a fragment in a shared info, without accounting.',
      caveat: NO_MARK,
    },
  ),
  skb_fill_page_desc_noacc: fn('void', `${SKB}, int i, struct page *page, int off, int size`, {
    header: S,
    effects: [does('frag', 2)],
    leavesUnmarked: true,
    netmem: [],
    advice: '__skb_fill_netmem_desc_noacc',
    text: 'Sets a fragment of an skb, without accounting.',
    caveat: 'No netmem form: use __skb_fill_netmem_desc_noacc() on the shared info and set nr_frags.',
  }),
  skb_frag_fill_page_desc: fn('void', 'skb_frag_t *frag, struct page *page, int off, int size', {
    header: S,
    effects: [does('frag', 1)],
    leavesUnmarked: true,
    netmem: ['skb_frag_fill_netmem_desc'],
    text: 'Fills one skb_frag_t.',
    caveat: NO_MARK,
  }),
  __skb_frag_set_page: fn('void', 'skb_frag_t *frag, struct page *page', {
    until: '6.5',
    effects: [does('frag', 1)],
    leavesUnmarked: true,
  }),
  skb_frag_set_page: fn('void', `${SKB}, int f, struct page *page`, {
    until: '6.5',
    effects: [does('frag', 2)],
    leavesUnmarked: true,
  }),
  skb_can_coalesce: fn('bool', `${SKB}, int i, const struct page *page, int off`, {
    header: S,
    effects: [does('coalesce', 2)],
    netmem: ['skb_can_coalesce_netmem'],
    text: 'True if the buffer continues the last fragment of the skb.',
    caveat: 'Refuses zero-copy skbs.',
  }),
  skb_propagate_pfmemalloc: fn('void', `const struct page *page, ${SKB}`, {
    header: S,
    effects: [does('pfmemalloc')],
  }),
  skb_frag_page: fn('struct page *', FRAG, {
    header: S,
    effects: [derives('skb-frag')],
    netmem: ['skb_frag_netmem'],
    text: 'The page of a fragment; NULL if the fragment is a net_iov.',
    caveat: 'A page is needed only by code that reads it: check skb_frags_readable() there instead.',
  }),
  skb_frag_address: fn('void *', FRAG, {
    header: S,
    effects: [derives('skb-frag')],
    packet: 'pull-headers',
    netmem: [],
    text: 'Virtual address of a fragment; NULL if it is a net_iov.',
    caveat: 'Only behind skb_frags_readable(), or test the result.',
  }),
  skb_frag_address_safe: fn('void *', FRAG, {
    header: S,
    effects: [derives('skb-frag')],
    packet: 'pull-headers',
    netmem: [],
    text: 'Virtual address of a fragment, or NULL if it has none.',
  }),
  skb_add_rx_frag_netmem: fn(
    'void',
    `${SKB}, int i, netmem_ref netmem, int off, int size, unsigned int truesize`,
    {
      header: S,
      since: '6.10',
      effects: [does('frag', 2)],
      text: 'Adds a received buffer to an skb and marks it unreadable if it is.',
    },
  ),
  skb_fill_netmem_desc: fn('void', `${SKB}, int i, netmem_ref netmem, int off, int size`, {
    header: S,
    since: '6.10',
    effects: [does('frag', 2)],
    text: 'Sets a fragment and marks the skb unreadable if it is.',
  }),
  __skb_fill_netmem_desc: fn('void', `${SKB}, int i, netmem_ref netmem, int off, int size`, {
    header: S,
    since: '6.10',
    effects: [does('frag', 2)],
  }),
  __skb_fill_netmem_desc_noacc: fn(
    'void',
    'struct skb_shared_info *shinfo, int i, netmem_ref netmem, int off, int size',
    { header: S, since: '6.10', effects: [does('frag', 2)], leavesUnmarked: true },
  ),
  skb_frag_fill_netmem_desc: fn('void', 'skb_frag_t *frag, netmem_ref netmem, int off, int size', {
    header: S,
    since: '6.10',
    effects: [does('frag', 1)],
    leavesUnmarked: true,
    text: 'Fills one skb_frag_t and leaves the skb unmarked; only for XDP frames or where the caller marks it.',
  }),
  skb_frag_netmem: fn('netmem_ref', FRAG, {
    header: S,
    since: '6.10',
    effects: [derives('skb-frag')],
    text: 'The buffer of a fragment.',
  }),
  skb_can_coalesce_netmem: fn('bool', `${SKB}, int i, netmem_ref netmem, int off`, {
    header: S,
    since: '6.16',
    effects: [does('coalesce', 2)],
    text: 'True if the buffer continues the last fragment.',
  }),
  skb_frags_readable: fn('bool', `const ${SKB}`, {
    header: S,
    since: '6.12',
    condition: { means: 'skb-unreadable', negated: true, arg: -1 },
    text: 'False if a fragment is memory that the CPU cannot read.',
  }),
  skb_frag_is_net_iov: fn('bool', FRAG, {
    header: S,
    since: '6.12',
    condition: { means: 'frag-is-net-iov', negated: false, arg: -1 },
    text: 'True if the fragment is provider memory.',
  }),
  skb_frag_dma_map: fn('dma_addr_t', `struct device *dev, ${FRAG}, ...`, {
    header: S,
    formerly: [
      {
        until: '6.14',
        signature: signature(
          'dma_addr_t',
          `struct device *dev, ${FRAG}, size_t offset, size_t size, enum dma_data_direction dir`,
        ),
        header: S,
      },
    ],
    effects: [derives('skb-frag', 1)],
    direction: 4,
    maps: 'fragment',
  }),
  skb_headlen: fn('unsigned int', `const ${SKB}`, {
    header: S,
    condition: { means: 'skb-has-head', negated: false, arg: -1 },
  }),
  skb_is_nonlinear: fn('bool', `const ${SKB}`, {
    header: S,
    condition: { means: 'always', negated: false, arg: -1 },
  }),
  skb_shinfo: fn('struct skb_shared_info *', SKB, { header: S, effects: [yields(null)] }),
  skb_get: fn('struct sk_buff *', SKB, { header: S, effects: [passes(null)] }),
  skb_page_frag_refill: fn('bool', 'unsigned int sz, struct page_frag *pfrag, gfp_t prio', {
    header: S,
    effects: [allocates('fragment')],
  }),
  skb_free_frag: fn('void', 'void *addr', { header: S, effects: [does('put-page')] }),
  skb_mark_for_recycle: fn('void', SKB, {
    header: S,
    packet: 'mark-for-recycle',
    netmem: [],
    text: "Lets the skb's buffers go back to their pool when it is freed.",
    caveat: 'Mandatory for netmem: without it a net_iov never returns to its pool.',
  }),

  build_skb: fn('struct sk_buff *', 'void *data, unsigned int frag_size', {
    header: S,
    effects: BUILDS,
    netmem: [],
    text: 'Builds an skb around memory that already holds the packet.',
    caveat: NEEDS_ADDRESS,
  }),
  napi_build_skb: fn('struct sk_buff *', 'void *data, unsigned int frag_size', {
    header: S,
    effects: BUILDS,
    netmem: [],
    text: 'Builds an skb around memory that already holds the packet.',
    caveat: NEEDS_ADDRESS,
  }),
  build_skb_around: fn('struct sk_buff *', `${SKB}, void *data, unsigned int frag_size`, { effects: BUILDS }),
  slab_build_skb: fn('struct sk_buff *', 'void *data', { effects: BUILDS }),
  __build_skb: fn('struct sk_buff *', 'void *data, unsigned int frag_size', { effects: BUILDS }),

  skb_copy_to_linear_data: fn('void', `${SKB}, const void *from, const unsigned int len`, {
    effects: COPIES,
  }),
  skb_copy_to_linear_data_offset: fn(
    'void',
    `${SKB}, const int offset, const void *from, const unsigned int len`,
    { effects: [does('copy-to'), does('copy-from', 2)] },
  ),
  skb_copy_from_linear_data: fn('void', `const ${SKB}, void *to, const unsigned int len`, {
    effects: [does('copy-to', 1)],
  }),
  skb_copy_from_linear_data_offset: fn(
    'void',
    `const ${SKB}, const int offset, void *to, const unsigned int len`,
    { effects: [does('copy-to', 2)] },
  ),
  skb_put_data: fn('void *', `${SKB}, const void *data, unsigned int len`, { effects: COPIES }),
  __skb_put_data: fn('void *', `${SKB}, const void *data, unsigned int len`, { effects: COPIES }),
  skb_store_bits: fn('int', `${SKB}, int offset, const void *from, int len`, {
    effects: [does('copy-from', 1)],
  }),
  eth_get_headlen: fn('u32', 'const struct net_device *dev, const void *data, u32 len', {
    effects: [does('read', 1)],
    parsesHeaders: true,
  }),
  eth_type_trans: fn('__be16', `${SKB}, struct net_device *dev`, {
    effects: [does('read')],
    packet: 'read-skb-head',
  }),

  skb_queue_tail: fn('void', `${QUEUE}, struct sk_buff *newsk`, PUTS),
  __skb_queue_tail: fn('void', `${QUEUE}, struct sk_buff *newsk`, PUTS),
  skb_queue_head: fn('void', `${QUEUE}, struct sk_buff *newsk`, PUTS),
  __skb_queue_head: fn('void', `${QUEUE}, struct sk_buff *newsk`, PUTS),
  skb_dequeue: fn('struct sk_buff *', QUEUE, FINDS),
  __skb_dequeue: fn('struct sk_buff *', QUEUE, FINDS),
  skb_dequeue_tail: fn('struct sk_buff *', QUEUE, FINDS),
  __skb_dequeue_tail: fn('struct sk_buff *', QUEUE, FINDS),
  skb_peek: fn('struct sk_buff *', 'const struct sk_buff_head *list_', FINDS),
  skb_peek_tail: fn('struct sk_buff *', 'const struct sk_buff_head *list_', FINDS),

  __pskb_pull_tail: fn('void *', `${SKB}, int delta`, { packet: 'pull-headers' }),
  skb_copy_bits: fn('int', `const ${SKB}, int offset, void *to, int len`, { packet: 'copy-payload' }),
  skb_linearize: fn('int', SKB, { packet: 'linearize' }),
  __skb_linearize: fn('int', SKB, { packet: 'linearize' }),
  skb_linearize_cow: fn('int', SKB, { packet: 'linearize' }),
  skb_checksum_help: fn('int', SKB, { packet: 'checksum' }),
  skb_copy_and_csum_dev: fn('void', `const ${SKB}, u8 *to`, { packet: 'checksum' }),
  skb_copy_and_csum_bits: fn('__wsum', `const ${SKB}, int offset, u8 *to, int len`, { packet: 'checksum' }),
  skb_checksum: fn('__wsum', `const ${SKB}, int offset, int len, __wsum csum`, { packet: 'checksum' }),

  kfree_skb: fn('void', SKB, { packet: 'free-skb' }),
  kfree_skb_reason: fn('void', `${SKB}, enum skb_drop_reason reason`, { packet: 'free-skb' }),
  consume_skb: fn('void', SKB, { packet: 'free-skb' }),
  dev_kfree_skb: fn('void', SKB, { packet: 'free-skb' }),
  dev_kfree_skb_any: fn('void', SKB, { packet: 'free-skb' }),
  dev_kfree_skb_irq: fn('void', SKB, { packet: 'free-skb' }),
  dev_consume_skb_any: fn('void', SKB, { packet: 'free-skb' }),
  dev_consume_skb_irq: fn('void', SKB, { packet: 'free-skb' }),
  napi_consume_skb: fn('void', `${SKB}, int budget`, { packet: 'free-skb' }),
  dev_kfree_skb_any_reason: fn('void', `${SKB}, enum skb_drop_reason reason`, { packet: 'free-skb' }),
} satisfies Record<string, Entry>;
