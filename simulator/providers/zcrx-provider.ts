/**
 * User memory behind one registration of an io_uring zero-copy receive queue (struct io_zcrx_ifq, io_uring/zcrx.c): one
 * area cut into chunks of a page, or of rx_buf_len. The user gives chunks back through a refill ring that only the next refill of a pool
 * reads; what the user holds is counted by chunk, so that closing the interface can take all of it back. Registering
 * again makes a new ring and a new area; nothing of this one gets there.
 */
import { NumberQueue } from '../core/number-queue.ts';
import { type NetmemRef, PAGE_SIZE } from '../memory/netmem.ts';
import { addReference } from '../memory/pp-ref-count.ts';
import { EINVAL, EOPNOTSUPP } from '../core/errno.ts';
import { type PoolEnvironment, poolOf } from '../page-pool/environment.ts';
import type { PagePool } from '../page-pool/page-pool.ts';
import { DMA_FROM_DEVICE, SYNC_ALL } from '../page-pool/params.ts';
import type { MemoryProvider } from '../page-pool/memory-provider.ts';

export class ZcrxProvider implements MemoryProvider {
  readonly kind = 'zcrx';
  readonly total: number;
  readonly chunkBytes: number;
  free: number;
  private readonly env: PoolEnvironment;
  private readonly first: NetmemRef;
  /** The area's free chunks; the last one is handed out first. */
  private readonly freeList: Int32Array;
  /** References of the user by chunk. */
  private readonly userRefs: Int32Array;
  /**
   * Entries of the refill ring, oldest first. A user who finds the ring full writes when there is room again, and the
   * kernel takes at most one cache refill at a time: one queue stands for both.
   */
  private readonly refillRing = new NumberQueue();

  /** @param chunkBytes a power of two, a page at least */
  constructor(env: PoolEnvironment, chunks: number, chunkBytes = PAGE_SIZE) {
    this.chunkBytes = chunkBytes;
    this.env = env;
    this.total = chunks;
    this.free = chunks;
    this.first = env.memory.reserveNetIovs(chunks);
    this.freeList = Int32Array.from({ length: chunks }, (_, chunk) => chunk);
    this.userRefs = new Int32Array(chunks);
  }

  /** io_pp_zc_init(): the pool goes on syncing, but must map, have buffers of a chunk and only receive. */
  init(pool: PagePool): number {
    if (!pool.dmaMap) return EOPNOTSUPP;
    if (PAGE_SIZE * 2 ** pool.params.order !== this.chunkBytes) return EINVAL;
    if (pool.params.dmaDir !== DMA_FROM_DEVICE) return EOPNOTSUPP;
    return 0;
  }

  /** io_pp_zc_alloc_netmems(): what the user gave back first, else the area; a cache refill at a time. */
  allocate(pool: PagePool): NetmemRef {
    this.takeFromRefillRing(pool);
    if (pool.cacheCount === 0) this.takeFromArea(pool);
    return pool.takeFromCache();
  }

  release(_pool: PagePool, ref: NetmemRef): boolean {
    this.env.memory.owner[ref] = 0;
    this.freeList[this.free++] = this.chunkOf(ref);
    return false;
  }

  destroy(): void {
    // The area belongs to the io_uring and lives on.
  }

  /** A completion gives the chunk to the user: one more pool reference, counted as the user's. */
  lend(ref: NetmemRef): void {
    addReference(this.env.memory, ref);
    this.userRefs[this.chunkOf(ref)]++;
  }

  /** io_alloc_fallback_niov(): a chunk without a pool, for data that has to be copied; 0 when the area has none. */
  lendCopy(): NetmemRef {
    if (this.free === 0) return 0 as NetmemRef;
    const chunk = this.freeList[--this.free];
    this.userRefs[chunk]++;
    return (this.first + 2 * chunk) as NetmemRef;
  }

  /** The user writes the chunk into the refill ring. */
  refill(ref: NetmemRef): void {
    this.refillRing.push(ref);
  }

  /** io_zcrx_scrub(): the interface closes, and all that the user holds goes back. */
  close(): void {
    while (this.refillRing.length > 0) this.refillRing.shift();
    for (let chunk = 0; chunk < this.total; chunk++) {
      const references = this.userRefs[chunk];
      if (references === 0) continue;
      this.userRefs[chunk] = 0;
      const ref = (this.first + 2 * chunk) as NetmemRef;
      const pool = poolOf(this.env, ref);
      if (pool === null) this.freeList[this.free++] = chunk;
      else if (pool.unref(ref, references)) pool.putUnrefed(ref, SYNC_ALL, false);
    }
  }

  chunkOf(ref: NetmemRef): number {
    return (ref - this.first) >> 1;
  }

  forEachFree(visit: (ref: NetmemRef) => void): void {
    for (let i = 0; i < this.free; i++) visit((this.first + 2 * this.freeList[i]) as NetmemRef);
  }

  /** Visits the entries of the refill ring. */
  forEachRefill(visit: (ref: NetmemRef) => void): void {
    this.refillRing.forEach((ref) => visit(ref as NetmemRef));
  }

  /** io_zcrx_ring_refill(): entries that the user had no right to are skipped. */
  private takeFromRefillRing(pool: PagePool): void {
    const entries = Math.min(this.refillRing.length, pool.behaviour.cacheRefill - pool.cacheCount);
    for (let i = 0; i < entries; i++) {
      const ref = this.refillRing.shift() as NetmemRef;
      const chunk = this.chunkOf(ref);
      if (chunk < 0 || chunk >= this.total || this.userRefs[chunk] === 0) continue;
      this.userRefs[chunk]--;
      const owner = poolOf(this.env, ref);
      if (owner === null) this.freeList[this.free++] = chunk;
      if (owner?.unref(ref, 1) !== true) continue;
      if (owner === pool) this.place(pool, ref);
      else owner.putUnrefed(ref, SYNC_ALL, false);
    }
  }

  /** io_zcrx_refill_slow() */
  private takeFromArea(pool: PagePool): void {
    while (this.free > 0 && pool.cacheCount < pool.behaviour.cacheRefill) {
      const ref = (this.first + 2 * this.freeList[--this.free]) as NetmemRef;
      pool.take(ref);
      this.place(pool, ref);
    }
  }

  private place(pool: PagePool, ref: NetmemRef): void {
    pool.syncBytesForDevice(ref, this.chunkBytes);
    pool.placeInCache(ref);
  }
}
