/** Devices, queues, NAPI and ethtool (linux/netdevice.h, net/netdev_queues.h, linux/ethtool.h, net/mac80211.h). */
import { type Entry, fn, word } from '../entry/entry.ts';

const NAPI = 'struct napi_struct *napi';
const SKB = 'struct sk_buff *skb';

export const NETDEV = {
  napi_gro_receive: fn('gro_result_t', `${NAPI}, ${SKB}`, { packet: 'deliver' }),
  napi_gro_frags: fn('gro_result_t', NAPI, { packet: 'deliver', parsesHeaders: true }),
  netif_receive_skb: fn('int', SKB, { packet: 'deliver' }),
  netif_receive_skb_list: fn('void', 'struct list_head *head', { packet: 'deliver' }),
  netif_receive_skb_core: fn('int', SKB, { packet: 'deliver' }),
  netif_rx: fn('int', SKB, { packet: 'deliver' }),
  ieee80211_rx_napi: fn('void', `struct ieee80211_hw *hw, struct ieee80211_sta *sta, ${SKB}, ${NAPI}`, {
    packet: 'deliver',
  }),
  ieee80211_rx_list: fn(
    'void',
    `struct ieee80211_hw *hw, struct ieee80211_sta *sta, ${SKB}, struct list_head *list`,
    { packet: 'deliver' },
  ),
  gro_normal_one: fn('void', `struct gro_node *gro, ${SKB}, int segs`, { packet: 'deliver' }),
  napi_get_frags: fn('struct sk_buff *', NAPI, { packet: 'napi-get-frags' }),
  napi_free_frags: fn('void', NAPI, { packet: 'free-skb' }),
  napi_enable: fn('void', NAPI, { packet: 'napi-enable' }),
  napi_enable_locked: fn('void', NAPI, { since: '6.14', packet: 'napi-enable' }),
  napi_disable: fn('void', NAPI, { packet: 'napi-disable' }),
  napi_disable_locked: fn('void', NAPI, { since: '6.15', packet: 'napi-disable' }),

  register_netdev: fn('int', 'struct net_device *dev', { driverFact: true }),
  register_netdevice: fn('int', 'struct net_device *dev', { driverFact: true }),
  devm_register_netdev: fn('int', 'struct device *dev, struct net_device *ndev', { driverFact: true }),
  netif_rxq_has_unreadable_mp: fn('bool', 'struct net_device *dev, unsigned int rxq_idx', {
    header: 'net/netdev_queues.h',
    since: '6.16',
    condition: { means: 'queue-has-provider', negated: false, arg: -1 },
    text: 'True if a provider is bound to the queue; ask before creating the pool.',
  }),

  queue_mgmt_ops: word({ header: 'linux/netdevice.h', since: '6.10', driverFact: true }),
  netmem_tx: word({ header: 'linux/netdevice.h', since: '6.16', driverFact: true }),
  NETMEM_TX_NONE: word({ header: 'linux/netdevice.h', since: '7.2' }),
  NETMEM_TX_DMA: word({ header: 'linux/netdevice.h', since: '7.2' }),
  NETMEM_TX_NO_DMA: word({ header: 'linux/netdevice.h', since: '7.2' }),
  tcp_data_split: word({ header: 'linux/ethtool.h', ringParameter: true, driverFact: true }),
  hds_thresh: word({ header: 'linux/ethtool.h', since: '6.14', ringParameter: true, driverFact: true }),
  ETHTOOL_RING_USE_TCP_DATA_SPLIT: word({ header: 'linux/ethtool.h' }),
  ETHTOOL_RING_USE_HDS_THRS: word({ header: 'linux/ethtool.h', since: '6.14' }),
  netdev_queue_config: word({ header: 'net/netdev_queues.h', since: '7.0', backported: ['6.18'] }),
  rx_page_size: word({ header: 'net/netdev_queues.h', since: '7.0', backported: ['6.18'] }),
  QCFG_RX_PAGE_SIZE: word({ header: 'net/netdev_queues.h', since: '7.0', backported: ['6.18'] }),
} satisfies Record<string, Entry>;
