/**
 * One page pool (net/core/page_pool.c). The state is the kernel's: `cache` is the lock-free LIFO of the NAPI context,
 * `ring` the FIFO anybody may return to, `hold` and `release` count buffers taken from and given back to the system,
 * so that their difference is what is in flight, cached ones included.
 */
import type { KernelRelease } from '../core/kernel-release.ts';
import { isNetIov, type NetmemRef, NO_NETMEM, PAGE_SIZE } from '../memory/netmem.ts';
import type { PageMemory } from '../memory/page-memory.ts';
import * as count from '../memory/pp-ref-count.ts';
import type { MemoryProvider } from '../providers/memory-provider.ts';
import type { ExecutionContext } from './context.ts';
import { fails } from './context.ts';
import { EFAULT, EINVAL, ENOMEM, EOPNOTSUPP } from './errno.ts';
import * as P from './params.ts';
import { PtrRing } from './ptr-ring.ts';
import { RELEASE_BEHAVIOUR, type ReleaseBehaviour } from './release-behaviour.ts';
import { AllocStats, RecycleStats } from './stats.ts';

/** DMA address of a page: far enough apart for every order. */
const DMA_ADDRESS_SHIFT = 2 ** 24;
const RETRY_MS = 1000;
const STALL_WARNING_MS = 60_000;

/** What page pools share: memory, context, release, and the one counter object of system pools. */
export interface PoolEnvironment {
  readonly memory: PageMemory;
  readonly context: ExecutionContext;
  readonly release: KernelRelease;
  readonly systemRecycleStats: RecycleStats;
  /** Pools created so far. */
  pools: number;
}

export type CreateResult =
  { readonly ok: true; readonly pool: PagePool } | { readonly ok: false; readonly errno: number };

export class PagePool {
  readonly params: P.PagePoolParams;
  readonly context: ExecutionContext;
  readonly memory: PageMemory;
  readonly behaviour: ReleaseBehaviour;
  readonly cache: Int32Array;
  cacheCount = 0;
  readonly ring: PtrRing;
  readonly provider: MemoryProvider | null;
  hold = 0;
  released = 0;
  nid: number;
  cpuid: number;
  napi: boolean;
  readonly dmaMap: boolean;
  dmaSync: boolean;
  dmaSyncForCpu = true;
  fragPage: NetmemRef = NO_NETMEM;
  fragOffset = 0;
  fragUsers = 0;
  readonly alloc = new AllocStats();
  readonly recycle: RecycleStats;
  state: 'live' | 'dying' | 'gone' = 'live';
  /** When the next try to shut down is due, in ms; null: none. */
  retryAt: number | null = null;
  private users = 1;
  private hasDisconnect = false;
  private scrubs = 0;
  private stallWarningAt = 0;
  private stalledSince = 0;
  /** Marks this pool's buffers in the memory table. */
  private readonly number: number;

  private constructor(
    env: PoolEnvironment,
    params: P.PagePoolParams,
    ring: number,
    provider: MemoryProvider | null,
  ) {
    this.number = ++env.pools;
    this.params = params;
    this.context = env.context;
    this.memory = env.memory;
    this.behaviour = RELEASE_BEHAVIOUR[env.release];
    this.cache = new Int32Array(this.behaviour.cacheSize);
    this.ring = new PtrRing(ring);
    this.provider = provider;
    this.nid = params.nid;
    this.cpuid = params.cpuid;
    this.napi = params.napi;
    this.dmaMap = (params.flags & P.PP_FLAG_DMA_MAP) !== 0;
    this.dmaSync = (params.flags & P.PP_FLAG_DMA_SYNC_DEV) !== 0;
    this.recycle = (params.flags & P.PP_FLAG_SYSTEM_POOL) !== 0 ? env.systemRecycleStats : new RecycleStats();
  }

  /**
   * page_pool_create_percpu(): checks in the kernel's order. `provider` is what is bound to the queue; a pool asks for
   * it only with PP_FLAG_ALLOW_UNREADABLE_NETMEM.
   */
  static create(env: PoolEnvironment, params: P.PagePoolParams, bound: MemoryProvider | null): CreateResult {
    const { context } = env;
    if (fails(context.kmallocFailure)) return { ok: false, errno: ENOMEM };
    const provider = (params.flags & P.PP_FLAG_ALLOW_UNREADABLE_NETMEM) !== 0 ? bound : null;
    const pool = PagePool.init(env, params, provider);
    if (typeof pool !== 'number') return { ok: true, pool };
    context.message(`page_pool_create_percpu() gave up with errno ${-pool}`);
    return { ok: false, errno: pool };
  }

  /** page_pool_init(): the pool, or the errno. */
  private static init(
    env: PoolEnvironment,
    params: P.PagePoolParams,
    provider: MemoryProvider | null,
  ): PagePool | number {
    const { context } = env;
    const { flags } = params;
    if ((flags & ~P.PP_FLAG_ALL) !== 0) return EINVAL;
    const ring = params.poolSize === 0 ? P.DEFAULT_RING_SIZE : Math.min(params.poolSize, P.MAX_RING_SIZE);
    const map = (flags & P.PP_FLAG_DMA_MAP) !== 0;
    const sync = (flags & P.PP_FLAG_DMA_SYNC_DEV) !== 0;
    if (map && params.dmaDir !== P.DMA_FROM_DEVICE && params.dmaDir !== P.DMA_BIDIRECTIONAL) return EINVAL;
    if (sync && (!map || params.maxLen === 0)) return EINVAL;
    if ((flags & P.PP_FLAG_SYSTEM_POOL) === 0 && fails(context.kmallocFailure)) return ENOMEM;
    if (fails(context.kmallocFailure)) return ENOMEM;
    const pool = new PagePool(env, params, ring, provider);
    if (provider === null)
      return pool.behaviour.checksOrder && params.order > P.MAX_PAGE_ORDER ? EINVAL : pool;
    if (!map || !sync) return EOPNOTSUPP;
    if (!context.opsInRodata) {
      context.warn('memory provider operations are not in read-only data');
      return EFAULT;
    }
    const errno = provider.init(pool);
    if (errno === 0) return pool;
    context.message(`page_pool_init() mem-provider init failed ${-errno}`);
    return errno;
  }

  /** page_pool_inflight(pool, false): in flight, cached ones included; never below 0. */
  inflight(): number {
    return Math.max(0, (this.hold - this.released) | 0);
  }

  /** page_pool_alloc_netmems(GFP_ATOMIC | __GFP_NOWARN). */
  allocate(): NetmemRef {
    if (this.cacheCount > 0) {
      this.alloc.fast++;
      return this.cache[--this.cacheCount] as NetmemRef;
    }
    const ref = this.refill();
    if (ref !== NO_NETMEM) return ref;
    return this.provider === null ? this.allocateSlow() : this.provider.allocate(this);
  }

  /** page_pool_refill_alloc_cache(): ring to cache, as long as the node is right. */
  private refill(): NetmemRef {
    const { ring, memory, cache } = this;
    if (ring.isEmpty()) {
      this.alloc.empty++;
      return NO_NETMEM;
    }
    const node = this.nid === P.NUMA_NO_NODE ? this.context.memoryNode : this.nid;
    do {
      const ref = ring.consume();
      if (ref === NO_NETMEM) break;
      if (!isNetIov(ref) && memory.nid[ref] !== node) {
        this.release(ref);
        this.alloc.waive++;
        break;
      }
      cache[this.cacheCount++] = ref;
    } while (this.cacheCount < this.behaviour.cacheRefill);
    if (this.cacheCount === 0) return NO_NETMEM;
    this.alloc.refill++;
    return cache[--this.cacheCount] as NetmemRef;
  }

  /** __page_pool_alloc_pages_slow(): a bulk of pages, or one compound page. */
  private allocateSlow(): NetmemRef {
    const { memory } = this;
    const node = this.nid === P.NUMA_NO_NODE ? this.context.memoryNode : this.nid;
    if (this.params.order > 0) {
      const page = memory.allocate(node);
      if (page === NO_NETMEM) return NO_NETMEM;
      if (this.dmaMap && !this.mapForDma(page)) {
        memory.put(page);
        return NO_NETMEM;
      }
      this.alloc.slowHighOrder++;
      this.take(page);
      return page;
    }
    const bulk = this.behaviour.cacheRefill;
    const { cache } = this;
    let got = 0;
    while (got < bulk) {
      const page = memory.allocate(node);
      if (page === NO_NETMEM) break;
      cache[got++] = page;
    }
    for (let i = 0; i < got; i++) {
      const page = cache[i] as NetmemRef;
      if (this.dmaMap && !this.mapForDma(page)) {
        memory.put(page);
        continue;
      }
      this.take(page);
      cache[this.cacheCount++] = page;
    }
    if (this.cacheCount === 0) return NO_NETMEM;
    this.alloc.slow++;
    return cache[--this.cacheCount] as NetmemRef;
  }

  /** page_pool_set_pp_info() and the hold count: the buffer is the pool's from now on. For providers too. */
  take(ref: NetmemRef): void {
    this.memory.owner[ref] = this.number;
    count.fragment(this.memory, ref, 1);
    if (this.params.initCallback) this.context.initCallbacks++;
    this.hold = (this.hold + 1) >>> 0;
  }

  private mapForDma(page: NetmemRef): boolean {
    if (fails(this.context.dmaFailure)) return false;
    this.context.dma.map++;
    this.memory.mapped[page] = 1;
    this.syncForDevice(page, this.params.maxLen);
    return true;
  }

  /** page_pool_dma_sync_for_device(). `size` is a u32. */
  private syncForDevice(ref: NetmemRef, size: number): void {
    if (!this.dmaSync || !this.context.needSync) return;
    const { dma } = this.context;
    dma.syncDevice++;
    dma.syncDeviceBytes += Math.min(size, this.params.maxLen);
    dma.syncDeviceAddress = this.dmaAddress(ref) + this.params.offset;
  }

  /** page_pool_get_dma_addr_netmem(); 0 once the mapping is gone. */
  dmaAddress(ref: NetmemRef): number {
    return this.memory.id[ref] * DMA_ADDRESS_SHIFT;
  }

  /** page_pool_dma_sync_netmem_for_cpu(). */
  syncForCpu(): void {
    if (this.dmaSyncForCpu) this.context.dma.syncCpu++;
  }

  /** page_pool_put_netmem(): `syncSize` is a u32, all ones for everything. */
  put(ref: NetmemRef, syncSize: number, direct: boolean): void {
    if (this.unref(ref, 1)) this.putUnrefed(ref, syncSize, direct);
  }

  /** page_pool_unref_netmem(): true if these were the last references. */
  unref(ref: NetmemRef, references: number): boolean {
    return count.dropReferences(this.memory, ref, references, this.onNegative);
  }

  private readonly onNegative = (): void => this.context.warn('negative pp_ref_count');

  /** page_pool_put_unrefed_netmem(). */
  putUnrefed(ref: NetmemRef, syncSize: number, direct: boolean): void {
    if (!this.putPage(ref, syncSize, direct || this.isNapiLocal())) return;
    if (this.ring.produce(ref)) this.recycle.ring++;
    else {
      this.recycle.ringFull++;
      this.release(ref);
    }
  }

  /** __page_pool_put_page(): true if the buffer is left for the ring. */
  private putPage(ref: NetmemRef, syncSize: number, direct: boolean): boolean {
    if (!this.isRecyclable(ref)) {
      this.recycle.releasedRefcnt++;
      this.release(ref);
      return false;
    }
    this.syncForDevice(ref, syncSize);
    if (!direct) return true;
    if (this.cacheCount === this.cache.length) {
      this.recycle.cacheFull++;
      return true;
    }
    this.cache[this.cacheCount++] = ref;
    this.recycle.cached++;
    return false;
  }

  private isRecyclable(ref: NetmemRef): boolean {
    return isNetIov(ref) || (this.memory.refcount[ref] === 1 && this.memory.reserve[ref] === 0);
  }

  /** page_pool_napi_local(): are we where the consumer runs? */
  private isNapiLocal(): boolean {
    const { context } = this;
    if (!context.softirq) return false;
    return this.cpuid === context.cpu || (this.napi && context.napiOwner === context.cpu);
  }

  /** page_pool_put_netmem_bulk(), before 6.18 page_pool_put_page_bulk(). */
  putBulk(refs: readonly NetmemRef[]): void {
    const direct = this.isNapiLocal();
    const last = refs.filter((ref) => this.unref(ref, 1));
    const forRing = last.filter((ref) => this.putPage(ref, 0xffff_ffff, direct));
    let produced = 0;
    for (const ref of forRing) {
      if (!this.ring.produce(ref)) {
        this.recycle.ringFull++;
        break;
      }
      produced++;
    }
    this.recycle.ring += produced;
    for (let i = produced; i < forRing.length; i++) this.release(forRing[i]);
  }

  /** page_pool_return_netmem(): out of the pool, back to the system or the provider. */
  private release(ref: NetmemRef): void {
    const { memory, provider } = this;
    let put = true;
    if (provider !== null) put = provider.release(this, ref);
    else this.unmapForDma(ref);
    this.released = (this.released + 1) >>> 0;
    if (!put) return;
    memory.owner[ref] = 0;
    memory.put(ref);
  }

  private unmapForDma(ref: NetmemRef): void {
    if (this.memory.mapped[ref] === 0) return;
    this.memory.mapped[ref] = 0;
    this.context.dma.unmap++;
  }

  /** page_pool_alloc_frag_netmem(): the buffer (its offset in `fragOffsetOut`), or none. */
  allocateFragment(size: number): NetmemRef {
    const max = PAGE_SIZE << this.params.order;
    if (size > max) {
      this.context.warn('fragment larger than the page');
      return NO_NETMEM;
    }
    const align = this.behaviour.fragmentAlignment;
    const aligned = Math.ceil(size / align) * align;
    const offset = this.fragOffset;
    let page = this.fragPage;
    if (page !== NO_NETMEM && offset + aligned > max) {
      page = this.drainFragment(page);
      if (page !== NO_NETMEM) {
        if (this.behaviour.countsDrainAsCached) this.recycle.cached++;
        this.alloc.fast++;
        return this.startFragments(page, aligned);
      }
    }
    if (page === NO_NETMEM) {
      page = this.allocate();
      this.fragPage = page;
      return page === NO_NETMEM ? NO_NETMEM : this.startFragments(page, aligned);
    }
    this.fragUsers++;
    this.fragOffset = offset + aligned;
    this.fragmentOffset = offset;
    if (this.behaviour.countsEveryFragment) this.alloc.fast++;
    return page;
  }

  /** Where the last fragment given out starts. */
  fragmentOffset = 0;

  private startFragments(page: NetmemRef, size: number): NetmemRef {
    this.fragUsers = 1;
    this.fragOffset = size;
    this.fragmentOffset = 0;
    count.fragmentWithBias(this.memory, page);
    return page;
  }

  /** page_pool_drain_frag(): the page again if nobody else holds a piece of it. */
  private drainFragment(page: NetmemRef): NetmemRef {
    if (!count.dropBias(this.memory, page, this.fragUsers)) return NO_NETMEM;
    if (!this.isRecyclable(page)) {
      this.release(page);
      return NO_NETMEM;
    }
    this.syncForDevice(page, 0xffff_ffff);
    return page;
  }

  /** page_pool_update_nid(): the cache goes back to the system. */
  updateNid(nid: number): void {
    this.nid = nid;
    while (this.cacheCount > 0) this.release(this.cache[--this.cacheCount] as NetmemRef);
  }

  /** page_pool_use_xdp_mem(): one more user, told when the pool goes. */
  useXdpMem(): void {
    this.users++;
    this.hasDisconnect = true;
  }

  /** page_pool_disable_direct_recycling(). */
  disableDirectRecycling(): void {
    this.cpuid = -1;
    if (!this.napi) return;
    if (this.context.napiOwner !== -1) this.context.warn('direct recycling switched off while NAPI may run');
    this.napi = false;
  }

  /** page_pool_destroy(): dies with its last user, at once or when the last buffer is back. */
  destroy(): void {
    if (--this.users > 0) return;
    this.disableDirectRecycling();
    const page = this.fragPage;
    this.fragPage = NO_NETMEM;
    if (page !== NO_NETMEM && count.dropBias(this.memory, page, this.fragUsers)) this.release(page);
    this.state = 'dying';
    if (this.shutDown() === 0) return;
    const now = this.context.milliseconds;
    this.stalledSince = now;
    this.stallWarningAt = now + STALL_WARNING_MS;
    this.retryAt = now + RETRY_MS;
  }

  /** page_pool_release_retry(): the delayed work, at its time. */
  retryShutDown(): void {
    const now = this.context.milliseconds;
    this.retryAt = null;
    const inflight = this.shutDown();
    if (inflight <= 0) return;
    if (now >= this.stallWarningAt && !this.params.netdev) {
      const seconds = Math.trunc((now - this.stalledSince) / 1000);
      this.context.message(
        `page_pool_release_retry() stalled pool shutdown: ${inflight} inflight ${seconds} sec`,
      );
      this.stallWarningAt = now + STALL_WARNING_MS;
    }
    this.retryAt = now + RETRY_MS;
  }

  /** page_pool_release(): what is still in flight, negative after a driver bug. */
  private shutDown(): number {
    this.scrub();
    const inflight = (this.hold - this.released) | 0;
    if (inflight < 0) this.context.warn(`Negative(${inflight}) inflight packet-pages`);
    if (inflight === 0) {
      if (this.hasDisconnect) this.context.disconnects++;
      this.provider?.destroy(this);
      this.state = 'gone';
    }
    return inflight;
  }

  /** page_pool_scrub(): cache once, mappings once, ring always. */
  private scrub(): void {
    const { memory } = this;
    if (this.scrubs === 0)
      while (this.cacheCount > 0) this.release(this.cache[--this.cacheCount] as NetmemRef);
    if (this.scrubs++ === 0 && this.dmaMap) {
      this.dmaSync = false;
      memory.forEachMapped(this.number, (page) => this.unmapForDma(page));
    }
    for (let ref = this.ring.consume(); ref !== NO_NETMEM; ref = this.ring.consume()) {
      if (!isNetIov(ref) && memory.refcount[ref] !== 1)
        this.context.message(`page_pool_empty_ring() page_pool refcnt ${memory.refcount[ref]} violation`);
      this.release(ref);
    }
  }
}
