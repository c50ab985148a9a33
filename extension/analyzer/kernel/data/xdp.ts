/** XDP buffers and frames (include/net/xdp.h, linux/filter.h). */
import { derives, does } from '../entry/effect.ts';
import { type Entry, fn } from '../entry/entry.ts';

const X = 'net/xdp.h';

export const XDP = {
  xdp_prepare_buff: fn(
    'void',
    'struct xdp_buff *xdp, unsigned char *hard_start, int headroom, int data_len, const bool meta_valid',
    { header: X, effects: [does('xdp-prepare', 1)] },
  ),
  xdp_buff_add_frag: fn(
    'bool',
    'struct xdp_buff *xdp, netmem_ref netmem, u32 offset, u32 size, u32 truesize',
    {
      header: X,
      since: '6.14',
      effects: [does('frag', 1)],
      text: 'Adds a fragment to an xdp_buff, flags included.',
    },
  ),
  __xdp_buff_add_frag: fn(
    'bool',
    'struct xdp_buff *xdp, netmem_ref netmem, u32 offset, u32 size, u32 truesize, bool try_coalesce',
    { header: X, since: '6.14', effects: [does('frag', 1)] },
  ),
  xdp_buff_set_frag_pfmemalloc: fn('void', 'struct xdp_buff *xdp', { header: X }),
  xdp_buff_set_frag_unreadable: fn('void', 'struct xdp_buff *xdp', {
    header: X,
    since: '6.18',
    text: 'Marks an xdp_buff as one with memory that the CPU cannot read; xdp_buff_add_frag() does it by itself.',
  }),
  xdp_update_skb_shared_info: fn(
    'void',
    'struct sk_buff *skb, u8 nr_frags, unsigned int size, unsigned int truesize, bool pfmemalloc',
    { header: X, until: '6.18', renamedTo: 'xdp_update_skb_frags_info' },
  ),
  xdp_update_skb_frags_info: fn(
    'void',
    'struct sk_buff *skb, u8 nr_frags, unsigned int size, unsigned int truesize, u32 xdp_flags',
    { header: X, since: '6.18' },
  ),
  xdp_build_skb_from_frame: fn('struct sk_buff *', 'struct xdp_frame *xdpf, struct net_device *dev', {
    header: X,
  }),
  xdp_build_skb_from_buff: fn('struct sk_buff *', 'const struct xdp_buff *xdp', {
    header: X,
    since: '6.14',
    packet: 'build-from-xdp',
  }),
  xdp_return_frag: fn('void', 'netmem_ref netmem, const struct xdp_buff *xdp', {
    header: X,
    since: '6.14',
    effects: [does('release')],
  }),
  xdp_return_buff: fn('void', 'struct xdp_buff *xdp', { header: X }),
  xdp_return_frame: fn('void', 'struct xdp_frame *xdpf', { header: X }),
  xdp_return_frame_rx_napi: fn('void', 'struct xdp_frame *xdpf', { header: X }),
  xdp_return_frame_bulk: fn('void', 'struct xdp_frame *xdpf, struct xdp_frame_bulk *bq', { header: X }),
  xdp_init_buff: fn('void', 'struct xdp_buff *xdp, u32 frame_sz, struct xdp_rxq_info *rxq', { header: X }),
  xdp_get_shared_info_from_buff: fn('struct skb_shared_info *', 'const struct xdp_buff *xdp', {
    header: X,
    effects: [derives('xdp')],
  }),
  xdp_get_shared_info_from_frame: fn('struct skb_shared_info *', 'const struct xdp_frame *frame', {
    header: X,
    effects: [derives('xdp')],
  }),
  xdp_convert_buff_to_frame: fn('struct xdp_frame *', 'struct xdp_buff *xdp', {
    header: X,
    effects: [derives('xdp')],
  }),
  bpf_prog_run_xdp: fn('u32', 'const struct bpf_prog *prog, struct xdp_buff *xdp', {
    header: X,
    packet: 'run-xdp',
  }),
} satisfies Record<string, Entry>;
