/**
 * What the machine needs of memory: pools by number, buffers by netmem reference. Implemented over the simulated page
 * pool; kept as an interface so that the driver interpreter does not depend on how memory is stored.
 */
import type { PoolModel } from '../contract/driver-model.ts';
import type { PoolSnapshot } from '../contract/snapshot.ts';
import type { ZcrxEvents } from './zcrx-events.ts';

export interface Memory {
  /** A page past any pool (page allocator); 0 when there is none. */
  allocSystem(): number;
  /** Frees a page past any pool (put_page): a pool's page is then lost to its pool. */
  freeSystem(netmem: number): void;
  /** From pool number `pool`, in the softirq of `queue`; 0 on failure. */
  alloc(pool: number, queue: number): number;
  /** Gives a reference back to the netmem's pool. `queue`: the softirq it is done in, -1 for process context. */
  put(netmem: number, direct: boolean, queue: number): void;
  /** False for a net_iov of another area than the one that the io_uring has registered (io_zcrx_recv_frag: -EFAULT). */
  isLendable(netmem: number): boolean;
  /** The user gets a frag: one more pool reference, and with zcrx a user reference. */
  lendToken(netmem: number): void;
  /** The user gives it back: SO_DEVMEM_DONTNEED drops the reference, zcrx fills an entry of the refill ring. */
  returnToken(netmem: number): void;
  /**
   * zcrx: the kernel copies readable data into a chunk of the area that no pool has, and lends it to the user; 0 when
   * there is none (or the memory cannot be written to by the CPU).
   */
  lendCopy(): number;
  /** Chunks that such copies could take. */
  readonly copyChunks: number;
  /** zcrx: what the user gave back is taken in at once (ZCRX_CTRL_FLUSH_RQ). */
  flushRefillRing(): void;
  /** zcrx: another area of that many pages (ZCRX_CTRL_ADD_AREA). */
  addArea(pages: number): void;
  /** zcrx: what its user is told beside completions. */
  readonly events: ZcrxEvents;
  syncForCpu(pool: number, netmem: number, bytes: number): void;
  isNetIov(netmem: number): boolean;
  /** Pool of the netmem; -1: none. */
  poolOf(netmem: number): number;
  /** The pool has a memory provider. */
  isUnreadable(pool: number): boolean;
  /** The pool maps its pages for the device. */
  isMapped(pool: number): boolean;

  /**
   * Installs the provider on queues, or takes it away (none). Pools made from then on look at it. Installed again it has
   * new memory: each binding has net_iovs of its own, each registration its area and its refill ring.
   */
  setProviderQueues(queues: readonly number[]): void;
  /** page_pool_create() for a queue: pool number, or the errno's name. */
  createPool(
    model: PoolModel,
    queue: number,
    ringSize: number,
    splitEnabled: boolean,
  ): { readonly pool: number } | { readonly errno: string };
  destroyPool(pool: number): void;
  /** Deferred work of dying pools (every second); true while any pool still dies. */
  tick(): boolean;
  pools(): readonly PoolSnapshot[];
  /** Chunks of the provider, and their length; 0 without one. */
  readonly totalChunks: number;
  readonly chunkBytes: number;
  /** Bytes of one buffer of the pool. */
  bufferBytes(pool: number): number;
  /** Chunk of the last binding that a netmem is; -1 for pages and for memory of earlier bindings. */
  chunkOf(netmem: number): number;
  readonly freeChunks: number;
  forEachFree(visit: (netmem: number) => void): void;
  /** Visits the netmems that pools keep: in caches, in rings, and (zcrx) in the user's refill ring. */
  forEachKept(visit: (netmem: number, place: 'pool-cache' | 'pool-ring') => void): void;
  /** Pages outside pools that are in use. */
  readonly systemPages: number;
}
