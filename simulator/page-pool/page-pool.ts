/**
 * One page pool (net/core/page_pool.c). The state is the kernel's: `cache` is the lock-free LIFO of the NAPI context,
 * `ring` the FIFO anybody may return to, `hold` and `release` count buffers taken from and given back to the system,
 * so that their difference is what is in flight, cached ones included.
 */
import { isNetIov, type NetmemRef, NO_NETMEM, PAGE_SIZE } from '../memory/netmem.ts';
import type { PageMemory } from '../memory/page-memory.ts';
import * as count from '../memory/pp-ref-count.ts';
import type { MemoryProvider } from './memory-provider.ts';
import type { ExecutionContext, Napi } from './context.ts';
import { fails } from './context.ts';
import type { PoolEnvironment } from './environment.ts';
import { Fragments } from './fragments.ts';
import * as P from './params.ts';
import { PtrRing } from './ptr-ring.ts';
import { behaviourOf, type ReleaseBehaviour } from './release-behaviour.ts';
import { AllocStats, RecycleStats } from './stats.ts';
import { Teardown } from './teardown.ts';

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
  napi: Napi | null;
  /** PAGE_SIZE << order as the kernel's unsigned int. */
  readonly bufferSize: number;
  readonly dmaMap: boolean;
  dmaSync: boolean;
  dmaSyncForCpu = true;
  readonly alloc = new AllocStats();
  readonly recycle: RecycleStats;
  state: 'live' | 'dying' | 'gone' = 'live';
  readonly fragments = new Fragments(this);
  readonly teardown = new Teardown(this);
  /** Marks this pool's buffers in the memory table; from 1 in the order of creation. */
  number = 0;

  /** Unchecked: `createPool()` is the way to a pool. */
  constructor(
    env: PoolEnvironment,
    params: P.PagePoolParams,
    slots: number,
    provider: MemoryProvider | null,
  ) {
    this.params = params;
    this.context = env.context;
    this.memory = env.memory;
    this.behaviour = behaviourOf(env.release);
    this.cache = new Int32Array(this.behaviour.cacheSize);
    this.ring = new PtrRing(slots);
    this.provider = provider;
    this.nid = params.nid;
    this.cpuid = params.cpuid;
    this.napi = params.napi;
    this.bufferSize = (PAGE_SIZE * 2 ** params.order) >>> 0;
    this.dmaMap = (params.flags & P.PP_FLAG_DMA_MAP) !== 0;
    this.dmaSync = (params.flags & P.PP_FLAG_DMA_SYNC_DEV) !== 0;
    this.recycle = (params.flags & P.PP_FLAG_SYSTEM_POOL) !== 0 ? env.systemRecycleStats : new RecycleStats();
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
      // __alloc_pages_noprof(): no such page. The pool asks with __GFP_NOWARN, so nothing is logged.
      if (this.params.order > P.MAX_PAGE_ORDER) return NO_NETMEM;
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

  /** The newest buffer of the cache, or none. */
  takeFromCache(): NetmemRef {
    return this.cacheCount === 0 ? NO_NETMEM : (this.cache[--this.cacheCount] as NetmemRef);
  }

  /** net_mp_netmem_place_in_cache(): for providers that hand out more than one buffer a call. */
  placeInCache(ref: NetmemRef): void {
    this.cache[this.cacheCount++] = ref;
  }

  private mapForDma(page: NetmemRef): boolean {
    if (fails(this.context.dmaFailure)) return false;
    this.context.dma.map++;
    this.memory.mapped[page] = 1;
    this.syncForDevice(page, this.params.maxLen);
    return true;
  }

  /** page_pool_dma_sync_for_device(). `size` is a u32. */
  syncForDevice(ref: NetmemRef, size: number): void {
    if (!this.dmaSync) return;
    this.syncBytesForDevice(ref, Math.min(size, this.params.maxLen));
  }

  /** The DMA API's sync itself, whatever the pool's own switch says: for providers that do it. */
  syncBytesForDevice(ref: NetmemRef, bytes: number): void {
    if (!this.context.needSync) return;
    this.context.dma.syncForDevice(this.memory.id[ref], this.params.offset, bytes);
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
    const rest = count.dropReferences(this.memory, ref, references);
    if (rest < 0) this.context.warn('negative pp_ref_count');
    return rest === 0;
  }

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

  isRecyclable(ref: NetmemRef): boolean {
    return isNetIov(ref) || (this.memory.refcount[ref] === 1 && this.memory.reserve[ref] === 0);
  }

  /** page_pool_napi_local(): are we where the consumer runs? */
  private isNapiLocal(): boolean {
    const { context } = this;
    if (!context.softirq) return false;
    return this.cpuid === context.cpu || (this.napi !== null && this.napi.owner === context.cpu);
  }

  /**
   * page_pool_put_netmem_bulk(), before 6.18 page_pool_put_page_bulk(): one context for all, and a full ring is
   * counted once. `refs` is overwritten, as in the kernel.
   */
  putBulk(refs: NetmemRef[]): void {
    const direct = this.isNapiLocal();
    let left = 0;
    for (const ref of refs)
      if (this.unref(ref, 1) && this.putPage(ref, P.SYNC_ALL, direct)) refs[left++] = ref;
    let produced = 0;
    while (produced < left && this.ring.produce(refs[produced])) produced++;
    this.recycle.ring += produced;
    if (produced === left) return;
    this.recycle.ringFull++;
    for (; produced < left; produced++) this.release(refs[produced]);
  }

  /** page_pool_return_netmem(): out of the pool, back to the system or the provider. */
  release(ref: NetmemRef): void {
    const { memory, provider } = this;
    let put = true;
    if (provider !== null) put = provider.release(this, ref);
    else this.unmapForDma(ref);
    this.released = (this.released + 1) >>> 0;
    if (!put) return;
    memory.owner[ref] = 0;
    memory.put(ref);
  }

  unmapForDma(ref: NetmemRef): void {
    if (this.memory.mapped[ref] === 0) return;
    this.memory.mapped[ref] = 0;
    this.context.dma.unmap++;
  }

  /** page_pool_update_nid(): the cache goes back to the system. */
  updateNid(nid: number): void {
    this.nid = nid;
    this.flushCache();
  }

  flushCache(): void {
    while (this.cacheCount > 0) this.release(this.cache[--this.cacheCount] as NetmemRef);
  }

  /** page_pool_disable_direct_recycling(). */
  disableDirectRecycling(): void {
    this.cpuid = -1;
    if (this.napi === null) return;
    if (this.napi.owner !== -1) this.context.warn('direct recycling switched off while NAPI may run');
    this.napi = null;
  }
}
