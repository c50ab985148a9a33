/** Structures of the kernel that show packet memory, and those whose fields hold nothing of the driver's. */
import type { FactKind } from './facts.ts';

/** Members of kernel structures through which a socket buffer or XDP frame shows its memory. */
export const ORIGINS: ReadonlyMap<string, FactKind> = new Map([
  ['struct sk_buff.data', 'skb-linear'],
  ['struct sk_buff.head', 'skb-linear'],
  ['struct sk_buff.tail', 'skb-linear'],
  ['struct xdp_buff.data', 'xdp-linear'],
  ['struct xdp_buff.data_meta', 'xdp-linear'],
  ['struct xdp_buff.data_end', 'xdp-linear'],
  ['struct xdp_buff.data_hard_start', 'xdp-linear'],
  ['struct xdp_frame.data', 'xdp-linear'],
]);

/** Kernel structures whose fields are no holders of the driver's. */
export const OPAQUE = new Set([
  'struct sk_buff',
  'struct skb_shared_info',
  'struct xdp_buff',
  'struct xdp_frame',
  'struct page',
  'skb_frag_t',
  'struct net_device',
  'struct device',
  'struct pci_dev',
  'struct napi_struct',
  'struct xdp_rxq_info',
  'struct page_pool_params',
  'struct net_iov',
  'struct iphdr',
  'struct ethhdr',
  'struct tcphdr',
  'struct ipv6hdr',
  'struct page_pool',
  'struct folio',
  'struct netdev_queue',
  'struct platform_device',
]);
