/** What the page pool takes from the kernel's headers, and where it stands there. */
import { NET_IOV } from '../../../simulator/memory/netmem.ts';
import * as errno from '../../../simulator/core/errno.ts';
import * as params from '../../../simulator/page-pool/params.ts';
import { CONSUMER_BATCH } from '../../../simulator/page-pool/ptr-ring.ts';
import { behaviourOf } from '../../../simulator/page-pool/release-behaviour.ts';
import { AllocStats, RecycleStats } from '../../../simulator/page-pool/stats.ts';
import { RETRY_MS, STALL_WARNING_MS } from '../../../simulator/page-pool/teardown.ts';
import type { KernelRelease } from '../../../simulator/core/kernel-release.ts';

/** A macro or an enumerator: its name, and what the simulator takes it to be. */
export interface ValueFact {
  readonly file: string;
  readonly name: string;
  readonly value: number;
}

/** A number that stands in the code: the first group of `pattern` is a C expression. */
export interface CodeFact extends ValueFact {
  readonly pattern: RegExp;
}

export interface StructFact {
  readonly file: string;
  readonly struct: string;
  readonly members: readonly string[];
  /** The struct holds these members and no others, all u64. */
  readonly complete: boolean;
}

const TYPES = 'include/net/page_pool/types.h';
const NETMEM = 'include/net/netmem.h';
const POOL = 'net/core/page_pool.c';
const RING = 'include/linux/ptr_ring.h';

export function valueFacts(release: KernelRelease): readonly ValueFact[] {
  const { cacheSize, cacheRefill } = behaviourOf(release);
  const of = (file: string, values: Readonly<Record<string, number>>): ValueFact[] =>
    Object.entries(values).map(([name, value]) => ({ file, name, value }));
  const { PP_FLAG_DMA_MAP, PP_FLAG_DMA_SYNC_DEV, PP_FLAG_SYSTEM_POOL, PP_FLAG_ALLOW_UNREADABLE_NETMEM } =
    params;
  const { DMA_BIDIRECTIONAL, DMA_TO_DEVICE, DMA_FROM_DEVICE, NUMA_NO_NODE, MAX_PAGE_ORDER } = params;
  return [
    ...of(TYPES, { PP_FLAG_DMA_MAP, PP_FLAG_DMA_SYNC_DEV, PP_FLAG_SYSTEM_POOL }),
    ...of(TYPES, { PP_FLAG_ALLOW_UNREADABLE_NETMEM, PP_FLAG_ALL: params.PP_FLAG_ALL }),
    ...of(TYPES, { PP_ALLOC_CACHE_SIZE: cacheSize, PP_ALLOC_CACHE_REFILL: cacheRefill }),
    ...of(NETMEM, { NET_IOV }),
    ...of('include/linux/dma-direction.h', { DMA_BIDIRECTIONAL, DMA_TO_DEVICE, DMA_FROM_DEVICE }),
    ...of('include/linux/numa.h', { NUMA_NO_NODE }),
    ...of('include/linux/mmzone.h', { MAX_PAGE_ORDER }),
    ...of('include/uapi/asm-generic/errno-base.h', { E2BIG: errno.E2BIG, ENOMEM: errno.ENOMEM }),
    ...of('include/uapi/asm-generic/errno-base.h', { EFAULT: errno.EFAULT, EINVAL: errno.EINVAL }),
    ...of('include/uapi/asm-generic/errno.h', { EOPNOTSUPP: errno.EOPNOTSUPP }),
    ...of(POOL, { DEFER_TIME: RETRY_MS, DEFER_WARN_INTERVAL: STALL_WARNING_MS }),
  ];
}

export const CODE_FACTS: readonly CodeFact[] = [
  {
    file: POOL,
    name: 'the default ring size',
    pattern: /\bring_qsize = (\d+)/,
    value: params.DEFAULT_RING_SIZE,
  },
  { file: POOL, name: 'the largest ring', pattern: /pool_size, (\d+)\)/, value: params.MAX_RING_SIZE },
  {
    file: RING,
    name: 'the batch in which slots are freed',
    pattern: /->batch = (SMP_CACHE_BYTES[^;]*);/,
    value: CONSUMER_BATCH,
  },
];

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

const FAST = ['order', 'pool_size', 'nid', 'dev', 'napi', 'dma_dir', 'max_len', 'offset'];
const SLOW = ['netdev', 'queue_idx', 'flags', 'init_callback'];
const POOL_STATE = ['cpuid', 'pages_state_hold_cnt', 'pages_state_release_cnt', 'alloc', 'ring', 'user_cnt'];
const POOL_SWITCHES = ['dma_map', 'dma_sync', 'dma_sync_for_cpu', 'mp_ops', 'dma_mapped', 'disconnect'];
const POOL_FRAGMENTS = ['frag_users', 'frag_page', 'frag_offset'];

export const STRUCT_FACTS: readonly StructFact[] = [
  { file: TYPES, struct: 'page_pool_params', members: [...FAST, ...SLOW], complete: false },
  {
    file: TYPES,
    struct: 'page_pool_alloc_stats',
    members: Object.keys(new AllocStats()).map(snakeCase),
    complete: true,
  },
  {
    file: TYPES,
    struct: 'page_pool_recycle_stats',
    members: Object.keys(new RecycleStats()).map(snakeCase),
    complete: true,
  },
  {
    file: TYPES,
    struct: 'page_pool',
    members: [...POOL_STATE, ...POOL_SWITCHES, ...POOL_FRAGMENTS],
    complete: false,
  },
  {
    file: RING,
    struct: 'ptr_ring',
    members: ['producer', 'consumer_head', 'consumer_tail', 'size', 'batch', 'queue'],
    complete: false,
  },
];
