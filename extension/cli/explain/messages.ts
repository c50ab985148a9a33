/**
 * Messages of the kernel about memory providers and page pools: what each means, and which refusals it belongs to. The
 * expressions match what does not change in them: page_pool.c, devmem.c, netdev_rx_queue.c, netdev-genl.c, rings.c.
 */

export interface KernelMessage {
  readonly says: RegExp;
  readonly title: string;
  readonly text: string;
  readonly see: readonly string[];
  /** The refusals whose cause it is, and their errno where it names none. */
  readonly refusals?: { readonly cause: RegExp; readonly errno: string; readonly request?: RegExp };
}

const POOLS = 'ynl --family netdev --dump page-pool-get';
const RINGS = 'ethtool -g DEV';

/** An answer of extended acknowledgement: the kernel's own words for a refusal. */
function ack(
  says: RegExp,
  title: string,
  errno: string,
  cause: RegExp,
  see: readonly string[],
): KernelMessage {
  return { says, title, text: 'The kernel’s words for this refusal:', see, refusals: { errno, cause } };
}

export const MESSAGES: readonly KernelMessage[] = [
  {
    says: /stalled pool shutdown/,
    title: 'page_pool_release_retry(): stalled pool shutdown',
    text: 'The driver destroyed a page pool (its queue was restarted or the device went), and some buffers have not come back for a minute. They are with users as tokens (SO_DEVMEM_DONTNEED, or close the socket), in skbs that nobody reads, or the driver lost them (RX7): then the number never falls. It is said of pools without a device only, since it is gone or was never named; others are seen by netlink, with detach-time.',
    see: [POOLS],
  },
  {
    says: /Negative\(?-?\d*\)? inflight/,
    title: 'Negative inflight packet-pages',
    text: 'More buffers were given back to a page pool than it gave out: the driver puts one twice, or one of another pool (RX7).',
    see: [POOLS],
  },
  {
    says: /mem-provider init failed/,
    title: 'page_pool_init(): mem-provider init failed',
    text: 'The page pool of the queue found its provider, and that refuses the parameters of the pool (RX4): order, dma_dir, flags. The number is the errno of the bind.',
    see: [],
  },
  {
    says: /gave up with errno/,
    title: 'page_pool_create_percpu(): gave up with errno',
    text: 'The driver called page_pool_create() with parameters that no pool can have, or that the memory provider of the queue does not take (RX4).',
    see: [],
  },
  {
    says: /unexpected DMA address/,
    title: 'unexpected DMA address',
    text: 'The address does not fit where the page pool keeps it: 32-bit kernels with more than 44 bits of bus address.',
    see: [],
  },
  {
    says: /netmem\.h:\d+|netmem_to_page|__netmem_to_page/,
    title: 'WARN in netmem_to_page()',
    text: 'Code that wants a struct page met memory of a provider, and got NULL (RX3, RX5). The first line of the stack below the helper is the place: `netmem check` finds it, `netmem explain rx3-page-api` says what takes its place.',
    see: [],
  },
  {
    says: /NULL pointer dereference/,
    title: 'NULL pointer dereference in the receive path',
    text: 'If it came with the first packets of a bound queue, the driver touches payload by the CPU, or asks a page for what a net_iov does not have (RX3, RX5). `netmem simulate DRIVER` runs the same path and names the line.',
    see: [],
  },
  ack(/tcp-data-split is disabled/, 'tcp-data-split is disabled', 'EINVAL', /^tcp-data-split (is|cannot)/, [
    RINGS,
    'ethtool -G DEV tcp-data-split on',
  ]),
  ack(/hds-thresh is not zero/, 'hds-thresh is not zero', 'EINVAL', /^hds-thresh is \d+, it must/, [
    RINGS,
    'ethtool -G DEV hds-thresh 0',
  ]),
  ack(
    /custom memory provider to device with XDP/,
    'unable to custom memory provider to device with XDP program attached',
    'EEXIST',
    /XDP program is attached/,
    ['ip -d link show DEV'],
  ),
  ack(
    /device does not support: rx_page_size/,
    'device does not support: rx_page_size',
    'EOPNOTSUPP',
    /QCFG_RX_PAGE_SIZE/,
    [],
  ),
  ack(
    /already memory provider bound/,
    'designated queue already memory provider bound',
    'EEXIST',
    /has a memory provider already/,
    ['ynl --family netdev --dump queue-get'],
  ),
  ack(
    /already in use by AF_XDP/,
    'designated queue already in use by AF_XDP',
    'EBUSY',
    /AF_XDP pool uses the queue$/,
    ['ynl --family netdev --dump queue-get'],
  ),
  ack(/rx queue index out of range/, 'rx queue index out of range', 'ERANGE', /queue \d+ does not exist/, [
    'ethtool -l DEV',
  ]),
  ack(
    /rx queue belongs to/,
    'rx queue belongs to a virtual netdev',
    'EOPNOTSUPP',
    /leases the queue|stands for no queue/,
    [],
  ),
  {
    says: /rx queue leased to/,
    title: 'rx queue leased to a virtual netdev',
    text: 'EBUSY: a virtual device leases the queue. A request that names the queue of the NIC ends before this check, with EOPNOTSUPP: there is no device for its DMA.',
    see: ['ynl --family netdev --dump queue-get'],
  },
  {
    says: /No DMA-capable device found/,
    title: 'No DMA-capable device found for netmem TX',
    text: 'EOPNOTSUPP of bind-tx on a virtual device: the NIC behind its lease does not say NETMEM_TX_DMA (TX2), or there is no lease.',
    see: ['ynl --family netdev --dump queue-get'],
  },
  {
    says: /Failed to (bind dmabuf to device|map dmabuf attachment)/,
    title: 'Failed to bind dmabuf to device',
    text: 'The exporter of the dma-buf refuses the device (dma_buf_attach(), dma_buf_map_attachment()): it cannot reach the memory, or the memory cannot be pinned. The errno is the exporter’s.',
    see: [],
  },
  ack(
    /doesn't support DMA/,
    'Device doesn’t support DMA',
    'EOPNOTSUPP',
    /does no DMA|no device that does DMA/,
    [],
  ),
  ack(/DMA device mismatch/, 'DMA device mismatch between queues', 'EOPNOTSUPP', /different DMA devices/, []),
  ack(/does not support netmem TX/, 'Driver does not support netmem TX', 'EOPNOTSUPP', /netmem_tx/, []),
  ack(
    /TX dma-buf size must be/,
    'TX dma-buf size must be a multiple of PAGE_SIZE',
    'EINVAL',
    /size of a dma-buf for sending/,
    [],
  ),
  ack(
    /not aligned to niov size/,
    'dmabuf sg entry not aligned to niov size',
    'EINVAL',
    /not aligned to \d+/,
    [],
  ),
  ack(
    /rx-page-size must be a power of 2/,
    'rx-page-size must be a power of 2',
    'EINVAL',
    /rx-page-size .*power of 2/,
    [],
  ),
  ack(
    /setting TCP data split is not supported/,
    'setting TCP data split is not supported',
    'EOPNOTSUPP',
    /does not offer tcp-data-split/,
    [RINGS],
  ),
  ack(
    /setting hds-thresh is not supported/,
    'setting hds-thresh is not supported',
    'EOPNOTSUPP',
    /no hds-thresh/,
    [RINGS],
  ),
  ack(
    /can not be enabled with single buffer XDP/,
    'tcp-data-split can not be enabled with single buffer XDP',
    'EINVAL',
    /XDP program without frags/,
    [],
  ),
  ack(
    /can't disable tcp-data-split/,
    'can’t disable tcp-data-split while device has memory provider enabled',
    'EINVAL',
    /must stay enabled/,
    [],
  ),
  ack(
    /can't set non-zero hds_thresh/,
    'can’t set non-zero hds_thresh while device is memory provider enabled',
    'EINVAL',
    /must stay 0/,
    [],
  ),
  ack(
    /(install|propagate) XDP to device using memory provider/,
    'unable to install XDP to device using memory provider',
    'EBUSY',
    /^XDP cannot be attached/,
    [],
  ),
];
