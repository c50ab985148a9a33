/**
 * Names that people meet around memory providers: netlink requests and attributes, ring settings, socket options, counters
 * of the page pool. What the kernel refuses about them comes from the simulator's checks, not from here.
 */

export interface Term {
  /** How it is written, the usual one first; a question may write `_` for `-`. */
  readonly names: readonly string[];
  readonly text: string;
  /** Commands that show it; DEV stands for the device. */
  readonly see: readonly string[];
  /**
   * Refusals that are about it: by their request, or by a word of their cause. Missing: none are told unless an errno is
   * asked for.
   */
  readonly refusals?: RegExp;
}

const QUEUES = 'ynl --family netdev --dump queue-get';
const POOLS = 'ynl --family netdev --dump page-pool-get';
const STATS = 'ynl --family netdev --dump page-pool-stats-get';

export const TERMS: readonly Term[] = [
  {
    names: ['bind-rx', 'NETDEV_CMD_BIND_RX'],
    text: 'The request of the netdev family that puts a dma-buf under receive queues. The kernel checks the request, then the device and its ring settings, then restarts each queue: ndo_queue_mem_alloc of the driver has to make a page pool that takes the provider. A kernel without CONFIG_NET_DEVMEM says EOPNOTSUPP to all of it.',
    see: [QUEUES, POOLS, 'ethtool -g DEV'],
    refusals: /^bind-(rx|again)/,
  },
  {
    names: ['bind-tx', 'NETDEV_CMD_BIND_TX'],
    text: 'The request of the netdev family that makes a dma-buf available for sending, since 6.16. It needs netdev->netmem_tx of the driver, and no capability.',
    see: [],
    refusals: /^(bind-tx|sendmsg)/,
  },
  {
    names: ['zcrx', 'IORING_REGISTER_ZCRX_IFQ', 'register_ifq', 'io_uring_register_ifq', 'zcrx-register'],
    text: 'Registers an area of memory with io_uring and puts it under a receive queue, since 6.15. The area is checked before the device is asked for its queue operations. The queue is free again when the ring is gone and all data is given back.',
    see: [QUEUES, POOLS, 'ethtool -g DEV'],
    refusals: /^(zcrx-register|IORING_OP_RECV_ZC|bind-again|add-area|import|export|arm-copy)/,
  },
  {
    names: ['IORING_OP_RECV_ZC', 'recv_zc'],
    text: 'Reads a socket by a zcrx registration. Data that is not in the area, as what came over another queue, is copied into it.',
    see: [],
    refusals: /^IORING_OP_RECV_ZC/,
  },
  {
    names: ['queue-create', 'lease'],
    text: 'The request of the netdev family that gives a virtual device (netkit) a receive queue that stands for one of a NIC, since 7.1. A provider bound to it is installed on the queue of the NIC.',
    see: [QUEUES],
    refusals: /^queue-create|leas/,
  },
  {
    names: ['tcp-data-split', 'ETHTOOL_A_RINGS_TCP_DATA_SPLIT', 'header-split', 'hds'],
    text: 'The ring setting that has the device put headers and payload into different buffers (RX2). It must be enabled, not just unknown, before a provider is opened (since 6.15), and stays enabled while there is one.',
    see: ['ethtool -g DEV', 'ethtool -G DEV tcp-data-split on'],
    refusals: /tcp-data-split|set-split/,
  },
  {
    names: ['hds-thresh', 'ETHTOOL_A_RINGS_HDS_THRESH', 'header-data-split-thresh'],
    text: 'The ring setting that has the device split only frames that are longer. It must be 0 while a provider is opened: every payload has to get there.',
    see: ['ethtool -g DEV', 'ethtool -G DEV hds-thresh 0'],
    refusals: /hds-thresh/,
  },
  {
    names: ['rx-page-size', 'NETDEV_A_DMABUF_RX_PAGE_SIZE'],
    text: 'Length of a receive buffer in a dma-buf, since 7.3: a power of two, a page at least. The driver says that it can (QCFG_RX_PAGE_SIZE in supported_params), may refuse lengths (ndo_validate_qcfg), and makes its pool of that order.',
    see: [POOLS],
    refusals: /rx-page-size|QCFG_RX_PAGE_SIZE|ndo_validate_qcfg|chunks of \d+|not aligned to \d+/,
  },
  {
    names: ['rx_buf_len', 'rx-buf-len'],
    text: 'Length of a receive buffer in a zcrx area, since 7.0: a power of two, a page at least. The driver says that it can (QCFG_RX_PAGE_SIZE in supported_params), may refuse lengths (ndo_validate_qcfg), and makes its pool of that order. The area needs that much memory in one piece.',
    see: [POOLS],
    refusals: /rx_buf_len|QCFG_RX_PAGE_SIZE|ndo_validate_qcfg|chunks of \d+|in one piece/,
  },
  {
    names: ['ntuple', 'flow-steering', 'flow-rule', 'rss-context', 'rxfh'],
    text: 'A provider gets only what the device steers to its queue. Without a flow rule nothing arrives as device memory: the connection goes over the other queues, plain reads work, and with MSG_SOCK_DEVMEM it comes as linear data. Take the bound queues out of RSS, and put a rule for the connection in.',
    see: [
      'ethtool -X DEV equal N',
      'ethtool -N DEV flow-type tcp4 dst-port PORT action QUEUE',
      'ethtool -n DEV',
    ],
  },
  {
    names: ['MSG_SOCK_DEVMEM'],
    text: 'The flag of recvmsg() that takes device memory as tokens. Without it a read that meets device memory fails with EFAULT, and the data stays queued.',
    see: [],
    refusals: /^recvmsg/,
  },
  {
    names: ['SO_DEVMEM_DONTNEED', 'dontneed', 'token', 'tokens'],
    text: 'The socket option that gives tokens back. What is not given back is missing in the pool: it runs empty, and the device drops. Closing the socket gives all of them back.',
    see: [POOLS],
  },
  {
    names: ['SCM_DEVMEM_LINEAR', 'SO_DEVMEM_LINEAR'],
    text: 'Data that is not in the dma-buf: the headers of a frame that the device did not split, or all of it where the frame came over another queue. See tcp-data-split and ntuple.',
    see: ['ethtool -g DEV', 'ethtool -n DEV'],
  },
  {
    names: ['SCM_DEVMEM_DMABUF', 'SO_DEVMEM_DMABUF'],
    text: 'The control message of recvmsg() that names a fragment in the dma-buf by offset, length and token.',
    see: [],
  },
  {
    names: ['MSG_CTRUNC'],
    text: 'The control buffer of recvmsg() was too small for all fragments: the read ends there with MSG_CTRUNC, and the rest stays queued.',
    see: [],
  },
  {
    names: ['inflight', 'inflight-mem', 'detach-time'],
    text: 'inflight counts buffers that a page pool has given out: in the ring of the device, in skbs, with users as tokens. detach-time is there once the driver has destroyed the pool; it goes when the last buffer is back.',
    see: [POOLS],
  },
  {
    names: ['alloc-fast', 'alloc-refill', 'alloc-waive'],
    text: 'Allocations of a page pool: alloc-fast out of the cache, alloc-refill those that filled the cache from the ring. alloc-waive counts pages of the ring that were given away since they are of another NUMA node.',
    see: [STATS],
  },
  {
    names: ['alloc-slow', 'alloc-slow-high-order', 'alloc-empty'],
    text: 'alloc-empty counts allocations that found the ring empty, alloc-slow those that went to the page allocator or to the memory provider. With a provider, alloc-slow that only grows says that chunks come back through the provider instead of the pool: users give tokens back there.',
    see: [STATS],
  },
  {
    names: ['recycle-cached', 'recycle-cache-full', 'recycle-ring', 'recycle-ring-full'],
    text: 'Buffers that came back: into the cache (in the NAPI of the pool, with allow_direct or napi in the pool’s parameters), into the ring otherwise. What finds the ring full leaves the pool.',
    see: [STATS],
  },
  {
    names: ['recycle-released-refcnt'],
    text: 'Pages that could not be recycled since somebody else held a reference: a driver that takes references by itself (RX7), or pages that user space holds.',
    see: [STATS],
  },
  {
    names: ['rx-alloc-fail', 'alloc_fail'],
    text: 'Receive buffers that the driver could not get. With a provider it counts an area that has run empty: tokens or chunks that nobody gave back, or a ring larger than the area.',
    see: ['ynl --family netdev --dump qstats-get --json \'{"scope": 1}\'', POOLS],
  },
  {
    names: ['CAP_NET_ADMIN'],
    text: 'bind-rx, zcrx and queue-create need it; bind-tx does not. Until 7.1 bind-rx wants it in the first user namespace, from 7.2 on in that of the device.',
    see: [],
    refusals: /CAP_NET_ADMIN/,
  },
  {
    names: ['udmabuf', 'dma-buf', 'dmabuf'],
    text: 'What bind-rx and bind-tx take: its entries have to be whole pages, and with rx-page-size aligned to that length in address and size. A udmabuf is one of ordinary memory, for tests.',
    see: [POOLS],
    refusals: /dma-buf|dma_buf/,
  },
  {
    names: ['XDP', 'xdp-attach'],
    text: 'Programs read and write packets: the kernel keeps them and memory providers apart. A program of one buffer (without frags) also excludes tcp-data-split.',
    see: ['ip -d link show DEV'],
    refusals: /\bXDP\b(?! zero)/,
  },
  {
    names: ['AF_XDP', 'xsk'],
    text: 'A queue has an AF_XDP pool or a memory provider, not both.',
    see: [QUEUES],
    refusals: /AF_XDP/,
  },
  {
    names: [
      ...['queue_mgmt_ops', 'queue-management', 'netdev_queue_mgmt_ops', 'ndo_queue_mem_alloc'],
      ...['ndo_queue_mem_free', 'ndo_queue_start', 'ndo_queue_stop'],
    ],
    text: 'ndo_queue_mem_alloc, ndo_queue_mem_free, ndo_queue_start and ndo_queue_stop: a provider is put under a queue by restarting it with them (RX2).',
    see: [],
    refusals: /queue management operations|ndo_queue_|queue restart/,
  },
  {
    names: ['netmem_tx', 'NETMEM_TX_DMA', 'NETMEM_TX_NO_DMA'],
    text: 'What net_device.netmem_tx says: the device can send unreadable fragments (TX2). One bit from 6.16 to 7.1, since 7.2 NETMEM_TX_DMA for a device that does DMA and NETMEM_TX_NO_DMA for a virtual one that hands them on.',
    see: [],
    refusals: /netmem_tx|NETMEM_TX/,
  },
  {
    names: ['queue_idx'],
    text: 'Which receive queue a page pool is for, in its parameters. It is 0 if nobody sets it: then every pool looks at queue 0 (RX4).',
    see: [POOLS],
    refusals: /without queue_idx/,
  },
  {
    names: ['supported_params', 'QCFG_RX_PAGE_SIZE'],
    text: 'netdev_queue_mgmt_ops.supported_params: QCFG_RX_PAGE_SIZE says that the driver makes receive buffers of the length in netdev_queue_config.rx_page_size, since 7.0.',
    see: [],
    refusals: /QCFG_RX_PAGE_SIZE/,
  },
  {
    names: ['channels', 'set-channels'],
    text: 'The channel count cannot go below a queue that has a provider, a lease or an AF_XDP pool; with a provider not even to its index + 1.',
    see: ['ethtool -l DEV'],
    refusals: /channel|queue .*removed/,
  },
];
