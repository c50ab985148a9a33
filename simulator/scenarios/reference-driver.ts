/** How the built-in reference driver deviates from a compliant one, for scenarios and tests. */
import type { PoolFlag } from '../driver-model/driver-model.ts';

export interface DriverVariant {
  /** Flags of the payload pool; missing: all three. */
  readonly flags?: readonly PoolFlag[];
  readonly order?: number;
  readonly dmaDir?: 'DMA_FROM_DEVICE' | 'DMA_BIDIRECTIONAL';
  readonly maxLen?: 'set' | 'unset';
  readonly queueIdx?: 'set' | 'unset';
  readonly netdev?: 'set' | 'unset';
  /** One pool for headers and payload. */
  readonly sharedPool?: boolean;
  readonly tcpDataSplit?: boolean;
  readonly queueOps?: boolean;
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
  'forget-put',
  'put-page',
  'tx-plain-unmap',
  'tx-plain-store',
  'tx-page-map',
  'tx-copy',
] as const;
export type DriverMistake = (typeof DRIVER_MISTAKES)[number];
