/**
 * How a pool ends: with its last user it gives back what it keeps, and is freed once nothing is in flight any more. It
 * looks again every second, and complains every minute where no netdev is left that could be blamed.
 */
import { isNetIov, NO_NETMEM } from '../memory/netmem.ts';
import type { PagePool } from './page-pool.ts';

/** DEFER_TIME */
export const RETRY_MS = 1000;
/** DEFER_WARN_INTERVAL */
export const STALL_WARNING_MS = 60_000;

export class Teardown {
  /** When the next look is due, in ms; null: none. */
  retryAt: number | null = null;
  private users = 1;
  private hasDisconnect = false;
  private scrubbed = false;
  private warnAt = 0;
  private startedAt = 0;
  private readonly pool: PagePool;

  constructor(pool: PagePool) {
    this.pool = pool;
  }

  /** page_pool_use_xdp_mem(): one more user, told when the pool goes. */
  useXdpMem(): void {
    this.users++;
    this.hasDisconnect = true;
  }

  /** page_pool_destroy(): the pool dies with its last user, at once or when the last buffer is back. */
  destroy(): void {
    if (--this.users > 0) return;
    const { pool } = this;
    pool.disableDirectRecycling();
    pool.fragments.free();
    pool.state = 'dying';
    if (this.release() === 0) return;
    const now = pool.context.milliseconds;
    this.startedAt = now;
    this.warnAt = now + STALL_WARNING_MS;
    this.retryAt = now + RETRY_MS;
  }

  /** page_pool_release_retry(): the delayed work, at its time. A negative count means it never will be 0: no retry. */
  retry(): void {
    const { pool } = this;
    const now = pool.context.milliseconds;
    this.retryAt = null;
    const inflight = this.release();
    if (inflight <= 0) return;
    if (now >= this.warnAt && !pool.params.netdev) {
      const seconds = Math.trunc((now - this.startedAt) / 1000);
      pool.context.message(
        `page_pool_release_retry() stalled pool shutdown: ${inflight} inflight ${seconds} sec`,
      );
      this.warnAt = now + STALL_WARNING_MS;
    }
    this.retryAt = now + RETRY_MS;
  }

  /** page_pool_release(): what is still in flight; negative after a driver's mistake. */
  private release(): number {
    const { pool } = this;
    this.scrub();
    const inflight = (pool.hold - pool.released) | 0;
    if (inflight < 0) pool.context.warn(`Negative(${inflight}) inflight packet-pages`);
    if (inflight === 0) {
      if (this.hasDisconnect) pool.context.disconnects++;
      pool.provider?.destroy(pool);
      pool.state = 'gone';
    }
    return inflight;
  }

  /** page_pool_scrub(): the cache and all mappings once, the ring always. */
  private scrub(): void {
    const { pool } = this;
    if (!this.scrubbed) {
      this.scrubbed = true;
      pool.flushCache();
      if (pool.dmaMap) {
        pool.dmaSync = false;
        pool.memory.forEachMapped(pool.number, (page) => pool.unmapForDma(page));
      }
    }
    for (let ref = pool.ring.consume(); ref !== NO_NETMEM; ref = pool.ring.consume()) {
      const references = pool.memory.refcount[ref];
      if (!isNetIov(ref) && references !== 1)
        pool.context.message(`page_pool_empty_ring() page_pool refcnt ${references} violation`);
      pool.release(ref);
    }
  }
}
