/**
 * Differences between the kernel and the simulator that are meant, each with the kernel's line that makes it. The replay
 * fails on a difference that is not here, and on an entry that no case has any more.
 */
import type { TwinRelease } from './outcome.ts';

export interface Explained {
  readonly releases: readonly TwinRelease[];
  /** Names of cases; `*` stands for any text without blanks. */
  readonly cases: readonly string[];
  /** Fields of the outcome; `pool.*` is all of the pool's. */
  readonly fields: readonly string[];
  /** Function or file and line of the kernel. */
  readonly kernel: string;
  readonly why: string;
}

const OLD: readonly TwinRelease[] = ['6.12'];
const NEW: readonly TwinRelease[] = ['7.3'];
const BOTH: readonly TwinRelease[] = ['6.12', '7.3'];

export const EXPLAINED: readonly Explained[] = [
  {
    releases: BOTH,
    cases: ['rx1_a *'],
    fields: ['frames.*', 'messages.*', 'faults'],
    kernel: 'include/net/page_pool/helpers.h: page_pool_get_dma_addr_netmem(), page_pool_unref_netmem()',
    why: 'a page of the page allocator has no address from a pool: the device of the twin refuses it, the simulated one writes; and a pool WARNs of its reference count when it is put there',
  },
  {
    releases: BOTH,
    cases: ['no_flag *', 'no_queue_idx *', 'example_split *', 'stale_napi *', 'compliant devmem-split-off'],
    fields: ['faults'],
    kernel: 'net/core/dev.h: napi_assert_will_not_race()',
    why: 'pools are destroyed while the NAPI that they name runs, those of a refused bind or of a stopped queue: the kernel WARNs, the simulator has no such check',
  },
  {
    releases: BOTH,
    cases: ['no_netdev *'],
    fields: ['errno.*', 'frames.*', 'messages.*', 'pool.*', 'faults'],
    kernel: 'net/core/page_pool.c: page_pool_init()',
    why: 'a pool with ALLOW_UNREADABLE_NETMEM and without netdev is an oops whenever it is made, at ndo_open already; the simulator looks at a bind only',
  },
  {
    releases: BOTH,
    cases: ['no_netdev pages'],
    fields: ['ended'],
    kernel: 'net/core/page_pool.c: page_pool_init()',
    why: 'a pool with ALLOW_UNREADABLE_NETMEM and without netdev is an oops whenever it is made, at ndo_open already; the simulator looks at a bind only',
  },
  {
    releases: BOTH,
    cases: ['example *'],
    fields: ['frames.delivered', 'frames.droppedByDriver', 'messages.bytes'],
    kernel: 'net/ethtool/rings.c: ethnl_set_rings()',
    why: 'the example splits from its probe on and refuses the request; the simulated device splits only after the request, and the driver drops long frames that are not split',
  },
  {
    releases: NEW,
    cases: ['tx1_b send'],
    fields: ['sent.bytes', 'sent.notified'],
    kernel: 'kernel/dma/mapping.c: dma_map_page_attrs()',
    why: 'page_to_phys() of the NULL page is an address of nothing: the device of the twin refuses it, the simulated one sends',
  },
  {
    releases: BOTH,
    cases: ['no_max_len *'],
    fields: ['errno.queueGet'],
    kernel: 'net/core/dev.c: __dev_open()',
    why: 'a device whose ndo_open failed is down, and has no queues to show; the simulated one stays up without queues',
  },
  {
    releases: BOTH,
    cases: ['rx5_a pages'],
    fields: ['*'],
    kernel: 'net/core/skbuff.c: skb_put(), skb_over_panic()',
    why: 'the copy is longer than the room of the head: the simulator does not count tail room',
  },
  {
    releases: BOTH,
    cases: ['rx5_a devmem-unsplit'],
    fields: ['*'],
    kernel: 'include/net/netmem.h: __netmem_address()',
    why: 'the driver asks for the address and drops what has none; a fault of the simulator, which takes the path with headers for this driver',
  },
  {
    releases: BOTH,
    cases: ['rx7_a pages'],
    fields: ['messages.bytes'],
    kernel: 'include/linux/page_ref.h: page_ref_count()',
    why: 'the count of a page that only the driver holds is 1; the simulator does not know the count and leaves the payload out',
  },
  {
    releases: NEW,
    cases: ['no_recycle devmem'],
    fields: ['faults'],
    kernel: 'net/core/devmem.c: net_devmem_put_net_iov()',
    why: 'a frag of an skb that is not marked drops a reference of the binding that it never took: the count goes below 0 and the kernel WARNs when the binding goes; the simulator counts the chunk as lost',
  },
  {
    releases: NEW,
    cases: ['no_parent *'],
    fields: ['*'],
    kernel: 'net/core/netdev_queues.c: netdev_queue_get_dma_dev()',
    why: 'without SET_NETDEV_DEV() there is no device to map for, EOPNOTSUPP; the model of the driver does not say whether the parent is set',
  },
  {
    releases: BOTH,
    cases: ['no_checksum *'],
    fields: ['*'],
    kernel: 'net/core/skbuff.c: skb_checksum()',
    why: 'a right checksum that the driver does not vouch for has to be summed, which unreadable memory does not allow; the model of the driver does not say what ip_summed is',
  },
  {
    releases: OLD,
    cases: ['example devmem*'],
    fields: ['faults'],
    kernel: 'net/core/page_pool.c: page_pool_disable_direct_recycling()',
    why: 'the refused bind gets to the pools of the example there, and they are destroyed while their NAPI runs: the kernel WARNs',
  },
  {
    releases: OLD,
    cases: ['rx2_a *', 'compliant devmem-split-unknown'],
    fields: ['*'],
    kernel: 'net/core/devmem.c: net_devmem_bind_dmabuf_to_queue()',
    why: 'the driver splits from its probe on, and 6.12 does not ask for the setting at the bind; the simulated device splits only after the request',
  },
  {
    releases: OLD,
    cases: ['compliant devmem-closed'],
    fields: ['ended', 'errno.*', 'faults'],
    kernel: 'net/core/netdev_rx_queue.c: netdev_rx_queue_restart()',
    why: '6.12 stops and starts the queue of a closed device as well, and the driver follows the pointer to rings that it does not have; the simulator leaves both out, as later kernels do',
  },
  {
    releases: OLD,
    cases: ['no_recycle devmem'],
    fields: ['*'],
    kernel: 'include/linux/skbuff_ref.h: __skb_frag_unref()',
    why: 'a frag of an skb that is not marked is put as a page, and there is none; the simulator counts the chunk as lost, as on later kernels',
  },
  {
    releases: OLD,
    cases: ['no_parent *'],
    fields: ['*'],
    kernel: 'drivers/dma-buf/dma-buf.c: dma_buf_dynamic_attach()',
    why: 'without SET_NETDEV_DEV() the dma-buf is attached to no device: WARN and EINVAL; the model of the driver does not say whether the parent is set',
  },
];

/** Whether an entry speaks of this field of this case. */
export function explains(entry: Explained, release: TwinRelease, name: string, field: string): boolean {
  return (
    entry.releases.includes(release) &&
    entry.cases.some((pattern) => matches(pattern, name)) &&
    entry.fields.some((pattern) => matches(pattern, field))
  );
}

function matches(pattern: string, text: string): boolean {
  const source = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('\\S*')}$`).test(text);
}
