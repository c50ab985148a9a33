/**
 * The built-in driver that scenarios and tests run: compliant with every requirement unless a variant says otherwise.
 * Its source exists only as the listing that the places refer to.
 */
import { DRIVER_MODEL_VERSION } from '../contract/driver-model.ts';
import type { DriverModel, PoolFlag, PoolModel, SourceRange } from '../contract/driver-model.ts';
import { ProgramWriter } from '../program/program-writer.ts';
import { referencePrograms } from './reference-programs.ts';

export interface DriverVariant {
  /** Flags of the payload pool; missing: all three. */
  readonly flags?: readonly PoolFlag[];
  /** PP_FLAG_ALLOW_UNREADABLE_NETMEM under a condition: the device splits. */
  readonly flagWithSplit?: boolean;
  readonly order?: number;
  /** The driver takes buffers of more than a page, and makes its pool for them unless `order` says otherwise. */
  readonly rxPageSize?: boolean;
  /** The longest buffer that ndo_validate_qcfg lets pass, in bytes; missing: it has no limit. */
  readonly longestBuffer?: number;
  readonly dmaDir?: 'DMA_FROM_DEVICE' | 'DMA_BIDIRECTIONAL';
  readonly maxLen?: 'set' | 'unset';
  readonly queueIdx?: 'set' | 'unset';
  readonly netdev?: 'set' | 'unset';
  /** One pool for headers and payload. */
  readonly sharedPool?: boolean;
  readonly tcpDataSplit?: boolean;
  readonly hdsThresh?: boolean;
  readonly queueOps?: boolean;
  /** What ndo_queue_mem_alloc says while the device is closed; missing: it makes the memory. */
  readonly closedQueue?: 'ENETDOWN' | 'ENODEV' | 'EAGAIN';
  readonly netmemTx?: 'none' | 'dma' | 'no-dma';
  /** A mistake in the driver's code. */
  readonly mistake?: DriverMistake;
}

export const DRIVER_MISTAKES = [
  'system-allocator',
  'page-api-alloc',
  'page-api-frag',
  'read-payload',
  'no-unsplit-drop',
  'copybreak',
  'dma-api-sync',
  'page-refcount',
  'no-recycle-mark',
  'mixed-frags',
  'forget-put',
  'put-page',
  'tx-plain-unmap',
  'tx-plain-store',
  'tx-page-map',
  'tx-copy',
] as const;
export type DriverMistake = (typeof DRIVER_MISTAKES)[number];

export interface ReferenceDriver {
  readonly model: DriverModel;
  /** Text of `reference.c`. */
  readonly listing: string;
}

const ALL_FLAGS: readonly PoolFlag[] = [
  'PP_FLAG_DMA_MAP',
  'PP_FLAG_DMA_SYNC_DEV',
  'PP_FLAG_ALLOW_UNREADABLE_NETMEM',
];

const PAYLOAD_POOL = 'ref_create_pools/q->payload_pool';
const HEADER_POOL = 'ref_create_pools/q->header_pool';

export function referenceDriver(variant: DriverVariant = {}): ReferenceDriver {
  const writer = new ProgramWriter('reference.c');
  const { pools, capabilities } = declarations(writer, variant);
  const programs = referencePrograms(writer, variant);
  const model: DriverModel = {
    version: DRIVER_MODEL_VERSION,
    name: 'reference',
    pools,
    capabilities,
    programs,
  };
  return { model, listing: writer.text };
}

function declarations(
  writer: ProgramWriter,
  variant: DriverVariant,
): Pick<DriverModel, 'pools' | 'capabilities'> {
  const flags = variant.mistake === 'system-allocator' ? [] : (variant.flags ?? ALL_FLAGS);
  const pools: PoolModel[] = [];
  writer.line('static int ref_create_pools(struct ref_queue *q)');
  writer.line('{');
  if (variant.mistake !== 'system-allocator') {
    pools.push(payloadPool(writer, variant, flags));
    if (variant.sharedPool !== true) pools.push(headerPool(writer));
  }
  writer.line('}');
  writer.line('');
  const split = variant.tcpDataSplit ?? true;
  const ops = variant.queueOps ?? true;
  const splitAt = writer.line(
    split
      ? '.supported_ring_params = ETHTOOL_RING_USE_TCP_DATA_SPLIT,'
      : '.get_ringparam = ref_get_ringparam,',
  );
  const opsAt = writer.line(
    ops ? 'netdev->queue_mgmt_ops = &ref_queue_mgmt_ops;' : 'netdev->netdev_ops = &ref_ops;',
  );
  const closed = variant.closedQueue ?? null;
  const closedAt = closed === null ? opsAt : writer.line(`\tif (!q->rings) return -${closed};`);
  const large = variant.rxPageSize ?? false;
  const largeAt = large ? writer.line('\t.supported_params = QCFG_RX_PAGE_SIZE,') : opsAt;
  const longest = variant.longestBuffer;
  const limits =
    longest === undefined
      ? {}
      : {
          refusedPageSizes: [
            { side: 'above', bytes: longest, errno: 'ERANGE', at: limitAt(writer, longest) },
          ] as const,
        };
  const txAt = writer.line(
    (variant.netmemTx ?? 'dma') === 'none' ? 'netdev->features |= NETIF_F_SG;' : 'netdev->netmem_tx = true;',
  );
  return {
    pools,
    capabilities: {
      tcpDataSplit: { value: split, at: splitAt },
      tcpDataSplitSet: { value: split, at: splitAt },
      tcpDataSplitGet: { value: split, at: splitAt },
      hdsThresh: { value: variant.hdsThresh ?? true, at: splitAt },
      queueMgmtOps: {
        value: ops ? ['ndo_queue_mem_alloc', 'ndo_queue_mem_free', 'ndo_queue_start', 'ndo_queue_stop'] : [],
        at: opsAt,
      },
      closedQueue: { value: closed, at: closedAt },
      rxPageSize: { value: large, at: largeAt },
      ...limits,
      netmemTx: { value: variant.netmemTx ?? 'dma', at: txAt },
      xdp: { value: true, at: null },
      afXdp: { value: true, at: null },
    },
  };
}

function limitAt(writer: ProgramWriter, longest: number): SourceRange {
  return writer.line(`\tif (qcfg->rx_page_size > ${longest}) return -ERANGE;`);
}

function payloadPool(writer: ProgramWriter, variant: DriverVariant, flags: readonly PoolFlag[]): PoolModel {
  const at = (text: string): SourceRange => writer.line(`\t${text}`);
  const flagsAt = at(`pp.flags = ${flags.length > 0 ? flags.join(' | ') : '0'};`);
  const withSplit = variant.flagWithSplit === true;
  const conditionalFlags = withSplit ? [splitFlag(at)] : [];
  const order = variant.order ?? (variant.rxPageSize === true ? null : 0);
  const orderAt = at(`pp.order = ${order ?? 'get_order(q->qcfg.rx_page_size)'};`);
  const dmaDir = variant.dmaDir ?? 'DMA_FROM_DEVICE';
  const dirAt = at(`pp.dma_dir = ${dmaDir};`);
  const maxLen = variant.maxLen ?? 'set';
  const lenAt = maxLen === 'set' ? at('pp.max_len = PAGE_SIZE << pp.order;') : null;
  const netdev = variant.netdev ?? 'set';
  const netdevAt = netdev === 'set' ? at('pp.netdev = q->netdev;') : null;
  const queueIdx = variant.queueIdx ?? 'set';
  const queueAt = queueIdx === 'set' ? at('pp.queue_idx = q->index;') : null;
  const napiAt = at('pp.napi = &q->napi;');
  return {
    name: PAYLOAD_POOL,
    role: variant.sharedPool === true ? 'linear' : 'payload',
    createdAt: at('q->payload_pool = page_pool_create(&pp);'),
    flags: { value: flags, at: flagsAt },
    conditionalFlags,
    order: { value: order, at: orderAt },
    poolSize: { value: null, at: null },
    poolSizeText: 'q->ring_size',
    maxLen: { value: maxLen, at: lenAt },
    offset: { value: 0, at: null },
    dmaDir: { value: dmaDir, at: dirAt },
    netdev: { value: netdev, at: netdevAt },
    queueIdx: { value: queueIdx, at: queueAt },
    napi: { value: 'set', at: napiAt },
  };
}

function splitFlag(at: (text: string) => SourceRange): PoolModel['conditionalFlags'][number] {
  const condition = 'q->split';
  at(`if (${condition})`);
  const flag = 'PP_FLAG_ALLOW_UNREADABLE_NETMEM';
  return { flag, condition, at: at(`\tpp.flags |= ${flag};`) };
}

function headerPool(writer: ProgramWriter): PoolModel {
  const flagsAt = writer.line('\tpp.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV;');
  const set = { value: 'set', at: null } as const;
  return {
    name: HEADER_POOL,
    role: 'header',
    createdAt: writer.line('\tq->header_pool = page_pool_create(&pp);'),
    flags: { value: ['PP_FLAG_DMA_MAP', 'PP_FLAG_DMA_SYNC_DEV'], at: flagsAt },
    conditionalFlags: [],
    order: { value: 0, at: null },
    poolSize: { value: null, at: null },
    poolSizeText: 'q->ring_size',
    maxLen: set,
    offset: { value: 0, at: null },
    dmaDir: { value: 'DMA_FROM_DEVICE', at: null },
    netdev: set,
    queueIdx: set,
    napi: set,
  };
}
