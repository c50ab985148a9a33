/**
 * User memory behind one registration of an io_uring zero-copy receive queue (struct io_zcrx_ifq, io_uring/zcrx.c): an
 * area cut into chunks of a page, or of rx_buf_len; since 7.3 more of them can be added. The user gives chunks back through a refill ring that only the next refill of a pool
 * reads; what the user holds is counted by chunk, so that closing the interface can take all of it back. Registering
 * again makes a new ring and a new area; nothing of this one gets there.
 */
import { NumberQueue } from '../core/number-queue.ts';
import { type NetmemRef, PAGE_SIZE } from '../memory/netmem.ts';
import { addReference } from '../memory/pp-ref-count.ts';
import { EINVAL, EOPNOTSUPP } from '../core/errno.ts';
import { ALLOC_FAIL } from '../memory/zcrx-events.ts';
import type { ZcrxEvents } from '../memory/zcrx-events.ts';
import { type PoolEnvironment, poolOf } from '../page-pool/environment.ts';
import type { PagePool } from '../page-pool/page-pool.ts';
import { DMA_FROM_DEVICE, SYNC_ALL } from '../page-pool/params.ts';
import type { MemoryProvider } from '../page-pool/memory-provider.ts';

/** Chunks of one area that nobody has (struct io_zcrx_area); the last one is handed out first. */
class Area {
  readonly end: number;
  private readonly freeList: Int32Array;
  private count: number;

  /** @param first number of its first chunk among all of the registration */
  constructor(first: number, chunks: number) {
    this.end = first + chunks;
    this.count = chunks;
    this.freeList = Int32Array.from({ length: chunks }, (_, chunk) => first + chunk);
  }

  get isEmpty(): boolean {
    return this.count === 0;
  }

  take(): number {
    return this.freeList[--this.count];
  }

  put(chunk: number): void {
    this.freeList[this.count++] = chunk;
  }

  forEach(visit: (chunk: number) => void): void {
    for (let i = 0; i < this.count; i++) visit(this.freeList[i]);
  }
}

export class ZcrxProvider implements MemoryProvider {
  readonly kind = 'zcrx';
  total: number;
  readonly chunkBytes: number;
  free: number;
  private readonly env: PoolEnvironment;
  private readonly first: NetmemRef;
  /** Looked through in the order in which they came. */
  private readonly areas: Area[];
  /** References of the user by chunk. */
  private userRefs: Int32Array;
  private readonly events: ZcrxEvents | null;
  /**
   * Entries of the refill ring, oldest first. A user who finds the ring full writes when there is room again, and the
   * kernel takes at most one cache refill at a time: one queue stands for both.
   */
  private readonly refillRing = new NumberQueue();

  /** @param chunkBytes a power of two, a page at least */
  constructor(
    env: PoolEnvironment,
    chunks: number,
    chunkBytes = PAGE_SIZE,
    events: ZcrxEvents | null = null,
  ) {
    this.chunkBytes = chunkBytes;
    this.events = events;
    this.env = env;
    this.total = chunks;
    this.free = chunks;
    this.first = env.memory.reserveNetIovs(chunks);
    this.areas = [new Area(0, chunks)];
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
    if (pool.cacheCount === 0) this.takeFromAreas(pool);
    if (pool.cacheCount === 0) this.events?.send(ALLOC_FAIL);
    return pool.takeFromCache();
  }

  release(_pool: PagePool, ref: NetmemRef): boolean {
    this.env.memory.owner[ref] = 0;
    this.putFree(this.chunkOf(ref));
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

  /** io_alloc_fallback_niov(): a chunk without a pool, for data that has to be copied. The caller has seen that one is free. */
  lendCopy(): NetmemRef {
    const chunk = this.takeFree();
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
      if (pool === null) this.putFree(chunk);
      else if (pool.unref(ref, references)) pool.putUnrefed(ref, SYNC_ALL, false);
    }
  }

  /** ZCRX_CTRL_FLUSH_RQ: all that the user gave back goes where it came from, without waiting for a pool to ask. */
  flush(): void {
    while (this.refillRing.length > 0) this.refillEntry(null);
  }

  /** ZCRX_CTRL_ADD_AREA. Nothing else may have reserved net_iovs since the registration. */
  addArea(chunks: number): void {
    this.env.memory.reserveNetIovs(chunks);
    this.areas.push(new Area(this.total, chunks));
    this.total += chunks;
    this.free += chunks;
    const userRefs = new Int32Array(this.total);
    userRefs.set(this.userRefs);
    this.userRefs = userRefs;
  }

  chunkOf(ref: NetmemRef): number {
    return (ref - this.first) >> 1;
  }

  forEachFree(visit: (ref: NetmemRef) => void): void {
    for (const area of this.areas) area.forEach((chunk) => visit((this.first + 2 * chunk) as NetmemRef));
  }

  /** Visits the entries of the refill ring. */
  forEachRefill(visit: (ref: NetmemRef) => void): void {
    this.refillRing.forEach((ref) => visit(ref as NetmemRef));
  }

  /** io_zcrx_ring_refill(): entries that the user had no right to are skipped. */
  private takeFromRefillRing(pool: PagePool): void {
    const entries = Math.min(this.refillRing.length, pool.behaviour.cacheRefill - pool.cacheCount);
    for (let i = 0; i < entries; i++) this.refillEntry(pool);
  }

  /** An entry of the refill ring; `pool` takes a chunk of its own into its cache. */
  private refillEntry(pool: PagePool | null): void {
    const ref = this.refillRing.shift() as NetmemRef;
    const chunk = this.chunkOf(ref);
    if (chunk < 0 || chunk >= this.total || this.userRefs[chunk] === 0) return;
    this.userRefs[chunk]--;
    const owner = poolOf(this.env, ref);
    if (owner === null) this.putFree(chunk);
    if (owner?.unref(ref, 1) !== true) return;
    if (owner === pool) this.place(pool, ref);
    else owner.putUnrefed(ref, SYNC_ALL, false);
  }

  /** io_zcrx_refill_slow() */
  private takeFromAreas(pool: PagePool): void {
    while (this.free > 0 && pool.cacheCount < pool.behaviour.cacheRefill) {
      const ref = (this.first + 2 * this.takeFree()) as NetmemRef;
      pool.take(ref);
      this.place(pool, ref);
    }
  }

  /** The caller has seen that there is one (`free`). */
  private takeFree(): number {
    this.free--;
    for (const area of this.areas) if (!area.isEmpty) return area.take();
    return -1;
  }

  private putFree(chunk: number): void {
    this.free++;
    for (const area of this.areas) {
      if (chunk >= area.end) continue;
      area.put(chunk);
      return;
    }
  }

  private place(pool: PagePool, ref: NetmemRef): void {
    pool.syncBytesForDevice(ref, this.chunkBytes);
    pool.placeInCache(ref);
  }
}
