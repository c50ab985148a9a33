/** Where a pool gets its memory if not from the system: the kernel's struct memory_provider_ops. */
import type { NetmemRef } from '../memory/netmem.ts';
import type { PagePool } from './page-pool.ts';

export interface MemoryProvider {
  readonly kind: 'dmabuf' | 'zcrx' | 'failing';
  /** init(): 0 or an errno. May switch the pool's DMA syncing off. */
  init(pool: PagePool): number;
  /** alloc_netmems(): a buffer that counts as held by the pool, or none. */
  allocate(pool: PagePool): NetmemRef;
  /** release_netmem(): true if the pool has to put the page itself. */
  release(pool: PagePool, ref: NetmemRef): boolean;
  /** destroy(): the pool is gone. */
  destroy(pool: PagePool): void;
  /** Chunks nobody holds. */
  readonly free: number;
  readonly total: number;
  /** Bytes of a chunk. */
  readonly chunkBytes: number;
  /** Chunk number of one of its net_iovs, from 0. */
  chunkOf(ref: NetmemRef): number;
  /** Visits the net_iovs that nobody holds. */
  forEachFree(visit: (ref: NetmemRef) => void): void;
}
