/** skb fragments on pages and on netmem (include/linux/skbuff.h). */
import type { PageApi } from './api.ts';

const S = 'linux/skbuff.h';

function named(
  name: string,
  netmem: string,
  args: number,
  pageArgument: number,
  does: string,
  caveat: string | null = null,
): PageApi {
  const list = Array.from({ length: args }, (_, i) => `$${i}`).join(', ');
  return {
    name,
    pageArguments: [pageArgument],
    returnsPage: false,
    forms: [{ name: netmem, call: `${netmem}(${list})`, header: S }],
    does,
    caveat,
  };
}

const NO_MARK = 'Does not mark the skb unreadable; only for XDP frames or where the caller does it.';

export const SKB_API: readonly PageApi[] = [
  named(
    'skb_add_rx_frag',
    'skb_add_rx_frag_netmem',
    6,
    2,
    'Adds a received buffer to an skb and accounts for it.',
  ),
  named(
    'skb_fill_page_desc',
    'skb_fill_netmem_desc',
    5,
    2,
    'Sets a fragment of an skb and the number of fragments.',
  ),
  named('__skb_fill_page_desc', '__skb_fill_netmem_desc', 5, 2, 'Sets a fragment of an skb.'),
  named(
    '__skb_fill_page_desc_noacc',
    '__skb_fill_netmem_desc_noacc',
    5,
    2,
    'Sets a fragment in a shared info, without accounting.',
    NO_MARK,
  ),
  {
    name: 'skb_fill_page_desc_noacc',
    pageArguments: [2],
    returnsPage: false,
    forms: [],
    does: 'Sets a fragment of an skb, without accounting.',
    caveat: 'No netmem form: use __skb_fill_netmem_desc_noacc() on the shared info and set nr_frags.',
  },
  named('skb_frag_fill_page_desc', 'skb_frag_fill_netmem_desc', 4, 1, 'Fills one skb_frag_t.', NO_MARK),
  named(
    'skb_can_coalesce',
    'skb_can_coalesce_netmem',
    4,
    2,
    'True if the buffer continues the last fragment of the skb.',
    'Refuses zero-copy skbs.',
  ),
  {
    name: 'skb_frag_page',
    pageArguments: [],
    returnsPage: true,
    forms: [{ name: 'skb_frag_netmem', call: 'skb_frag_netmem($0)', header: S }],
    does: 'The page of a fragment; NULL if the fragment is a net_iov.',
    caveat: 'A page is needed only by code that reads it: check skb_frags_readable() there instead.',
  },
  {
    name: 'skb_frag_address',
    pageArguments: [],
    returnsPage: false,
    forms: [],
    does: 'Virtual address of a fragment; NULL if it is a net_iov.',
    caveat: 'Only behind skb_frags_readable(), or test the result.',
  },
  {
    name: 'skb_frag_address_safe',
    pageArguments: [],
    returnsPage: false,
    forms: [],
    does: 'Virtual address of a fragment, or NULL if it has none.',
    caveat: null,
  },
  {
    name: 'napi_build_skb',
    pageArguments: [],
    returnsPage: false,
    forms: [],
    does: 'Builds an skb around memory that already holds the packet.',
    caveat: 'Needs an address: only for headers, or for buffers that no provider can replace.',
  },
  {
    name: 'build_skb',
    pageArguments: [],
    returnsPage: false,
    forms: [],
    does: 'Builds an skb around memory that already holds the packet.',
    caveat: 'Needs an address: only for headers, or for buffers that no provider can replace.',
  },
  {
    name: 'skb_mark_for_recycle',
    pageArguments: [],
    returnsPage: false,
    forms: [],
    does: "Lets the skb's buffers go back to their pool when it is freed.",
    caveat: 'Mandatory for netmem: without it a net_iov never returns to its pool.',
  },
];
