/** XDP buffers and frames (include/net/xdp.h, linux/filter.h). */
import { derives, does } from '../effect.ts';
import { type Entry, fn } from '../entry.ts';

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
