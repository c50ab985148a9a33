/** Drivers that the twin runs: the compliant one, each of its mutations, and the example as shipped and converted. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMPLIANT, mutate } from '../../analyzer/programs/compliant.ts';
import type { Mutation } from '../../analyzer/programs/compliant.ts';
import { MUTATIONS } from '../../analyzer/programs/mutations.ts';
import type { TwinRelease } from './outcome.ts';

export interface TwinDriver {
  /** Lower-case letters, digits and underscores: the kernel module is `twin_` and this. */
  readonly id: string;
  readonly what: string;
  /** Whose descriptors the device speaks. */
  readonly device: 'plover' | 'tern';
  readonly files: Readonly<Record<string, string>>;
  /** Ids of the scenarios that it goes through; absent: all. */
  readonly scenarios?: readonly string[];
}

const RECEIVE = ['pages', 'devmem', 'zcrx'] as const;
const ALL_PATHS = [...RECEIVE, 'devmem-unsplit', 'send'] as const;

const EXAMPLE_FOLDER = join(import.meta.dirname, '../../../extension/example');

export const EXAMPLE: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(EXAMPLE_FOLDER)
    .filter((name) => /\.[ch]$/.test(name))
    .map((name) => [name, readFileSync(join(EXAMPLE_FOLDER, name), 'utf8')]),
);

/** Mistakes outside the netmem document that a real kernel answers to. */
const FURTHER: readonly (Mutation & { readonly id: string; readonly what: string })[] = [
  {
    id: 'no_flag',
    what: 'the pool does not allow unreadable memory',
    file: 'plover_rx.c',
    from: 'pp.flags |= PP_FLAG_ALLOW_UNREADABLE_NETMEM;',
    to: 'pp.flags |= 0;',
  },
  {
    id: 'no_queue_idx',
    what: 'the pool names no queue',
    file: 'plover_rx.c',
    from: '\t\t.queue_idx\t= rxq->index,\n',
    to: '',
  },
  {
    id: 'no_netdev',
    what: 'the pool names no device',
    file: 'plover_rx.c',
    from: '\t\t.netdev\t\t= rxq->priv->netdev,\n',
    to: '',
  },
  {
    id: 'bidirectional',
    what: 'the payload pool maps in both directions',
    file: 'plover_rx.c',
    from: '\t\t.dma_dir\t= DMA_FROM_DEVICE,\n\t\t.max_len\t= PAGE_SIZE,',
    to: '\t\t.dma_dir\t= DMA_BIDIRECTIONAL,\n\t\t.max_len\t= PAGE_SIZE,',
  },
  {
    id: 'order_1',
    what: 'buffers of two pages',
    file: 'plover_rx.c',
    from: '\t\t.max_len\t= PAGE_SIZE,',
    to: '\t\t.max_len\t= PAGE_SIZE,\n\t\t.order\t\t= 1,',
  },
  {
    id: 'no_max_len',
    what: 'nothing to sync',
    file: 'plover_rx.c',
    from: '\t\t.max_len\t= PAGE_SIZE,\n',
    to: '',
  },
  {
    id: 'no_queue_ops',
    what: 'no queue management',
    file: 'plover_main.c',
    from: '\tnetdev->queue_mgmt_ops = &plover_queue_mgmt_ops;\n',
    to: '\t(void)plover_queue_mgmt_ops;\n',
  },
  {
    id: 'no_recycle',
    what: 'the skb is not marked for recycling',
    file: 'plover_rx.c',
    from: '\tskb_put_data(skb, page_address(slot->page) + PLOVER_HDR_ROOM, len);\n\tskb_mark_for_recycle(skb);\n',
    to: '\tskb_put_data(skb, page_address(slot->page) + PLOVER_HDR_ROOM, len);\n',
  },
  {
    id: 'stale_napi',
    what: 'a stopped queue keeps its pools on the NAPI that the next one enables',
    file: 'plover_main.c',
    from: '\tpage_pool_disable_direct_recycling(priv->queues[index].rxq->pool);\n\tpage_pool_disable_direct_recycling(priv->queues[index].rxq->hdr_pool);\n',
    to: '',
  },
  {
    id: 'no_parent',
    what: 'the device has no parent to map for',
    file: 'plover_main.c',
    from: '\tSET_NETDEV_DEV(netdev, &pdev->dev);\n',
    to: '',
  },
  {
    id: 'no_checksum',
    what: 'the checksum is left to the stack',
    file: 'plover_rx.c',
    from: 'if (flags & PLOVER_CMPL_CSUM_OK)\n\t\t\trxq->skb->ip_summed = CHECKSUM_UNNECESSARY;',
    to: 'rxq->skb->ip_summed = CHECKSUM_NONE;',
  },
];

const SPLIT: Mutation = {
  file: 'tern_ethtool.c',
  from: 'ETHTOOL_RING_USE_CQE_SIZE',
  to: 'ETHTOOL_RING_USE_TCP_DATA_SPLIT',
};

const SYNC: Mutation = {
  file: 'tern_rx.c',
  from: 'PP_FLAG_DMA_MAP | PP_FLAG_ALLOW_UNREADABLE_NETMEM',
  to: 'PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV | PP_FLAG_ALLOW_UNREADABLE_NETMEM',
};

export const TWIN_DRIVERS: readonly TwinDriver[] = [
  { id: 'compliant', what: 'does everything right', device: 'plover', files: COMPLIANT },
  ...MUTATIONS.map((mutation, index): TwinDriver => {
    const { requirement, what } = mutation;
    const nth = MUTATIONS.slice(0, index).filter((other) => other.requirement === requirement).length;
    return {
      id: `${requirement.toLowerCase()}_${'abc'.charAt(nth)}`,
      what,
      device: 'plover',
      files: mutate(mutation).files,
      scenarios: ALL_PATHS,
    };
  }),
  ...FURTHER.map((mutation): TwinDriver => ({
    id: mutation.id,
    what: mutation.what,
    device: 'plover',
    files: mutate(mutation).files,
    scenarios: RECEIVE,
  })),
  { id: 'example', what: 'the example as shipped', device: 'tern', files: EXAMPLE, scenarios: ALL_PATHS },
  {
    id: 'example_split',
    what: 'the example with tcp-data-split',
    device: 'tern',
    files: changed(EXAMPLE, [SPLIT]),
    scenarios: ALL_PATHS,
  },
  {
    id: 'example_pool',
    what: 'the example with tcp-data-split and a pool that syncs',
    device: 'tern',
    files: changed(EXAMPLE, [SPLIT, SYNC]),
    scenarios: ALL_PATHS,
  },
];

/** The files with each text, which stands there once, in place of the other. */
function changed(
  files: Readonly<Record<string, string>>,
  mutations: readonly Mutation[],
): Readonly<Record<string, string>> {
  const texts = { ...files };
  for (const { file, from, to } of mutations) {
    const text = texts[file] ?? '';
    if (text.split(from).length !== 2) throw new Error(`${file}: not there once: ${from}`);
    texts[file] = text.replace(from, () => to);
  }
  return texts;
}

export function twinDriver(id: string): TwinDriver {
  const driver = TWIN_DRIVERS.find((known) => known.id === id);
  if (driver === undefined) throw new Error(`no driver of the twin is called ${id}`);
  return driver;
}

/**
 * The driver's text for a release: from 7.0 on, two of the queue operations take the queue's configuration as well.
 * Lines stay where they are.
 */
export function ported(
  files: Readonly<Record<string, string>>,
  release: TwinRelease,
): Readonly<Record<string, string>> {
  if (release === '6.12') return files;
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [
      name,
      text.replace(
        /(\w+_queue_(?:mem_alloc|start)\(struct net_device \*netdev, )(void \*per_queue_mem)/g,
        '$1struct netdev_queue_config *qcfg, $2',
      ),
    ]),
  );
}
