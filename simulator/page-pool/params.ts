/** page_pool_params and the constants around them (include/net/page_pool/types.h). */
import type { Napi } from './context.ts';

export const PP_FLAG_DMA_MAP = 1;
export const PP_FLAG_DMA_SYNC_DEV = 2;
export const PP_FLAG_SYSTEM_POOL = 4;
export const PP_FLAG_ALLOW_UNREADABLE_NETMEM = 8;
export const PP_FLAG_ALL = 15;

/** enum dma_data_direction. */
export const DMA_BIDIRECTIONAL = 0;
export const DMA_TO_DEVICE = 1;
export const DMA_FROM_DEVICE = 2;

export const DEFAULT_RING_SIZE = 1024;
export const MAX_RING_SIZE = 16384;
export const MAX_PAGE_ORDER = 10;
export const NUMA_NO_NODE = -1;
/** dma_sync_size -1: everything up to max_len. */
export const SYNC_ALL = 0xffff_ffff;

export interface PagePoolParams {
  /** Buffers are PAGE_SIZE << order. */
  readonly order: number;
  /** Slots of the ring; 0: the default. */
  readonly poolSize: number;
  readonly nid: number;
  readonly napi: Napi | null;
  readonly dmaDir: number;
  /** Bytes synced for the device at most. */
  readonly maxLen: number;
  /** Where the device starts to write. */
  readonly offset: number;
  readonly flags: number;
  /** slow.netdev is set. */
  readonly netdev: boolean;
  readonly queueIdx: number;
  /** slow.init_callback is set. */
  readonly initCallback: boolean;
  /** page_pool_create_percpu(); -1 for page_pool_create(). */
  readonly cpuid: number;
}

export const DEFAULT_PARAMS: PagePoolParams = {
  order: 0,
  poolSize: 0,
  nid: NUMA_NO_NODE,
  napi: null,
  dmaDir: DMA_FROM_DEVICE,
  maxLen: 0,
  offset: 0,
  flags: 0,
  netdev: true,
  queueIdx: 0,
  initCallback: false,
  cpuid: -1,
};
