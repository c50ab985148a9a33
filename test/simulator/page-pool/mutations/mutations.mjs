/**
 * Small ways to break the page pool, as text: what stands in a file, and what a hurried hand might have written. Each
 * must be noticed by the pool's tests.
 * @typedef {readonly [file: string, from: string, to: string]} Mutation
 */

const POOL = 'simulator/page-pool/page-pool.ts';
const CREATE = 'simulator/page-pool/create.ts';
const FRAGMENTS = 'simulator/page-pool/fragments.ts';
const TEARDOWN = 'simulator/page-pool/teardown.ts';
const RING = 'simulator/page-pool/ptr-ring.ts';
const RELEASE = 'simulator/page-pool/release-behaviour.ts';
const MEMORY = 'simulator/memory/page-memory.ts';
const COUNT = 'simulator/memory/pp-ref-count.ts';
const DMABUF = 'simulator/providers/dmabuf-provider.ts';
const ZCRX = 'simulator/providers/zcrx-provider.ts';

/** @type {readonly Mutation[]} */
export const MUTATIONS = [
  // Allocation
  [POOL, 'this.alloc.fast++;\n      return', 'return'],
  [POOL, 'this.alloc.empty++;', ''],
  [POOL, 'this.alloc.waive++;\n        break;', 'this.alloc.waive++;\n        continue;'],
  [POOL, 'if (!isNetIov(ref) && memory.nid[ref] !== node)', 'if (memory.nid[ref] !== node)'],
  [POOL, 'this.cacheCount < this.behaviour.cacheRefill)', 'this.cacheCount <= this.behaviour.cacheRefill)'],
  [POOL, 'this.nid === P.NUMA_NO_NODE ? this.context.memoryNode : this.nid;\n    do', 'this.nid;\n    do'],
  [POOL, 'this.alloc.slowHighOrder++;', 'this.alloc.slow++;'],
  [POOL, 'memory.put(page);\n        continue;', 'continue;'],
  [POOL, 'while (got < bulk) {', 'while (got <= bulk) {'],
  [POOL, 'this.hold = (this.hold + 1) >>> 0;', ''],
  [POOL, 'if (this.params.initCallback) this.context.initCallbacks++;', ''],
  [POOL, 'this.syncForDevice(page, this.params.maxLen);', ''],
  // Putting
  [POOL, 'Math.min(size, this.params.maxLen)', 'size'],
  [POOL, 'if (!this.context.needSync) return;', ''],
  [POOL, 'direct || this.isNapiLocal()', 'direct'],
  [POOL, 'if (!context.softirq) return false;', ''],
  [POOL, 'this.cpuid === context.cpu ||', ''],
  [POOL, 'this.napi.owner === context.cpu', 'this.napi.owner >= 0'],
  [POOL, 'this.recycle.releasedRefcnt++;', ''],
  [POOL, ' && this.memory.reserve[ref] === 0', ''],
  [POOL, 'this.memory.refcount[ref] === 1 &&', ''],
  [POOL, 'this.cacheCount === this.cache.length', 'this.cacheCount === this.cache.length - 1'],
  [POOL, 'this.recycle.cacheFull++;', ''],
  [POOL, 'this.recycle.ringFull++;\n      this.release(ref);', 'this.release(ref);'],
  [POOL, 'this.recycle.ringFull++;\n    for', 'this.recycle.ringFull += left - produced;\n    for'],
  [POOL, 'this.released = (this.released + 1) >>> 0;', ''],
  [POOL, 'this.context.dma.unmap++;', ''],
  [POOL, 'if (this.dmaSyncForCpu) ', ''],
  [POOL, "if (rest < 0) this.context.warn('negative pp_ref_count');", ''],
  [POOL, 'this.nid = nid;\n    this.flushCache();', 'this.nid = nid;'],
  [POOL, 'this.cpuid = -1;\n', ''],
  // Creating
  [CREATE, '(flags & ~P.PP_FLAG_ALL) !== 0', '(flags & 16) !== 0'],
  [CREATE, '!map || params.maxLen === 0', '!map'],
  [CREATE, 'params.dmaDir !== P.DMA_BIDIRECTIONAL', 'true'],
  [CREATE, 'Math.min(params.poolSize, P.MAX_RING_SIZE)', 'params.poolSize'],
  [CREATE, '(flags & P.PP_FLAG_SYSTEM_POOL) === 0 && ', ''],
  [CREATE, 'if (!map || !sync) return EOPNOTSUPP;', 'if (!map) return EOPNOTSUPP;'],
  [CREATE, '(flags & P.PP_FLAG_ALLOW_UNREADABLE_NETMEM) === 0 ? null : bound', 'bound'],
  // Fragments
  [FRAGMENTS, 'this.offset + aligned > max', 'this.offset + aligned >= max'],
  [FRAGMENTS, 'if (size > max) {', 'if (size >= max) {'],
  [FRAGMENTS, 'if (pool.behaviour.countsDrainAsCached) pool.recycle.cached++;', 'pool.recycle.cached++;'],
  [FRAGMENTS, 'if (pool.behaviour.countsEveryFragment) pool.alloc.fast++;', ''],
  [FRAGMENTS, 'pool.syncForDevice(page, SYNC_ALL);', ''],
  [FRAGMENTS, '(size << 1) >>> 0 > max', 'size << 1 > max'],
  [FRAGMENTS, 'this.offset = max;\n', ''],
  [FRAGMENTS, 'if (pool.isRecyclable(page)) {', 'if (true) {'],
  [FRAGMENTS, 'this.users++;', ''],
  // The end
  [TEARDOWN, 'if (--this.users > 0) return;', ''],
  [TEARDOWN, 'pool.fragments.free();', ''],
  [TEARDOWN, 'pool.disableDirectRecycling();', ''],
  [TEARDOWN, 'pool.dmaSync = false;', ''],
  [TEARDOWN, 'if (this.hasDisconnect) pool.context.disconnects++;', 'pool.context.disconnects++;'],
  [TEARDOWN, 'now >= this.warnAt', 'now > this.warnAt'],
  [TEARDOWN, ' && !pool.params.netdev', ''],
  [TEARDOWN, 'if (inflight <= 0) return;', 'if (inflight === 0) return;'],
  [TEARDOWN, 'this.scrubbed = true;', ''],
  // The ring
  [RING, 'const CONSUMER_BATCH = 16;', 'const CONSUMER_BATCH = 1;'],
  [RING, 'CONSUMER_BATCH > size / 2', 'CONSUMER_BATCH > size'],
  [RING, '|| next >= this.size) {\n', ') {\n'],
  [RING, 'if (this.slots[this.producer] !== 0)', 'if (this.count === this.size)'],
  // Releases
  [RELEASE, 'fragmentAlignment: 8', 'fragmentAlignment: 16'],
  [RELEASE, 'countsDrainAsCached: true', 'countsDrainAsCached: false'],
  [RELEASE, 'cacheRefill: 64', 'cacheRefill: 63'],
  [RELEASE, 'checksOrder: true', 'checksOrder: false'],
  // Memory and providers
  [MEMORY, 'if (this.limits.budget > 0) this.limits.budget--;', ''],
  [MEMORY, 'this.limits.pfmemalloc--;', ''],
  [MEMORY, 'this.reserve[slot] = 0;', ''],
  [COUNT, 'rest === 0 ? 1 : rest', 'rest'],
  [DMABUF, 'pool.dmaSyncForCpu = false;', ''],
  [DMABUF, 'if (chunk < this.lowest) this.lowest = chunk;', ''],
  [DMABUF, 'this.memory.owner[ref] = 0;', ''],
  [ZCRX, 'this.userRefs[chunk] === 0) continue;', 'false) continue;'],
  [ZCRX, 'if (owner === pool) this.place', 'if (owner !== null) this.place'],
  [ZCRX, 'if (pool.cacheCount === 0) this.takeFromArea(pool);', 'this.takeFromArea(pool);'],
  [ZCRX, 'this.userRefs[chunk] = 0;', ''],
];
