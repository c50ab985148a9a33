/**
 * The fragment API: a pool cuts pieces off one page, holding BIAS_MAX references of which it deals out one a piece. A
 * page that is used up is drained: what was not dealt out is dropped at once.
 */
import { type NetmemRef, NO_NETMEM } from '../memory/netmem.ts';
import * as count from '../memory/pp-ref-count.ts';
import type { PagePool } from './page-pool.ts';
import { SYNC_ALL } from './params.ts';

export class Fragments {
  /** frag_page: what pieces are cut from, or none. */
  page: NetmemRef = NO_NETMEM;
  /** frag_offset: where the next piece starts. */
  offset = 0;
  /** frag_users: pieces dealt out. */
  users = 0;
  /** Where the last piece starts. */
  lastOffset = 0;
  private readonly pool: PagePool;

  constructor(pool: PagePool) {
    this.pool = pool;
  }

  /** page_pool_alloc_frag_netmem(): the page of the piece, or none; the piece starts at `lastOffset`. */
  allocate(size: number): NetmemRef {
    const { pool } = this;
    const max = pool.bufferSize;
    if (size > max) {
      pool.context.warn('fragment larger than the page');
      return NO_NETMEM;
    }
    const align = pool.behaviour.fragmentAlignment;
    const aligned = Math.ceil(size / align) * align;
    if (this.page !== NO_NETMEM && this.offset + aligned > max) {
      const drained = this.drain();
      if (drained !== NO_NETMEM) {
        if (pool.behaviour.countsDrainAsCached) pool.recycle.cached++;
        pool.alloc.fast++;
        return this.start(drained, aligned);
      }
    }
    if (this.page === NO_NETMEM) {
      this.page = pool.allocate();
      return this.page === NO_NETMEM ? NO_NETMEM : this.start(this.page, aligned);
    }
    this.users++;
    this.lastOffset = this.offset;
    this.offset += aligned;
    if (pool.behaviour.countsEveryFragment) pool.alloc.fast++;
    return this.page;
  }

  /**
   * page_pool_alloc_netmem(): a whole page where two pieces would not fit, else a piece, which grows to the end of the
   * page if no other one of its size fits. Its bytes, 0 if there is no memory; `lastOffset` is where it starts.
   */
  allocateAny(size: number): { readonly ref: NetmemRef; readonly size: number } {
    const { pool } = this;
    const max = pool.bufferSize;
    if ((size << 1) >>> 0 > max) {
      this.lastOffset = 0;
      return { ref: pool.allocate(), size: max };
    }
    const ref = this.allocate(size);
    if (ref === NO_NETMEM || this.offset + size <= max) return { ref, size };
    this.offset = max;
    return { ref, size: max - this.lastOffset };
  }

  /** page_pool_free_frag(): the pool goes, its part of the page with it. */
  free(): void {
    const { page } = this;
    this.page = NO_NETMEM;
    if (page !== NO_NETMEM && this.pool.unref(page, count.BIAS_MAX - this.users)) this.pool.release(page);
  }

  private start(page: NetmemRef, size: number): NetmemRef {
    this.users = 1;
    this.offset = size;
    this.lastOffset = 0;
    count.fragment(this.pool.memory, page, count.BIAS_MAX);
    return page;
  }

  /** page_pool_drain_frag(): the page again if nobody holds a piece of it; else it is no longer the fragment page. */
  private drain(): NetmemRef {
    const { pool, page } = this;
    if (pool.unref(page, count.BIAS_MAX - this.users)) {
      if (pool.isRecyclable(page)) {
        pool.syncForDevice(page, SYNC_ALL);
        return page;
      }
      pool.release(page);
    }
    this.page = NO_NETMEM;
    return NO_NETMEM;
  }
}
