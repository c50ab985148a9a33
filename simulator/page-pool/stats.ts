/** The counters of page_pool_stats, by the names the kernel gives them. */
export class AllocStats {
  fast = 0;
  slow = 0;
  slowHighOrder = 0;
  empty = 0;
  refill = 0;
  waive = 0;
}

export class RecycleStats {
  cached = 0;
  cacheFull = 0;
  ring = 0;
  ringFull = 0;
  releasedRefcnt = 0;
}

/** One pool's counters under the names of `page-pool-stats-get` (Documentation/netlink/specs/netdev.yaml). */
export function netlinkStats(alloc: AllocStats, recycle: RecycleStats) {
  return {
    'alloc-fast': alloc.fast,
    'alloc-slow': alloc.slow,
    'alloc-slow-high-order': alloc.slowHighOrder,
    'alloc-empty': alloc.empty,
    'alloc-refill': alloc.refill,
    'alloc-waive': alloc.waive,
    'recycle-cached': recycle.cached,
    'recycle-cache-full': recycle.cacheFull,
    'recycle-ring': recycle.ring,
    'recycle-ring-full': recycle.ringFull,
    'recycle-released-refcnt': recycle.releasedRefcnt,
  };
}
