/**
 * The machine's memory: the simulated page pools with the provider of a run behind them. Each receive queue runs on a
 * CPU of its own with a NAPI of its own, so that the number of a queue is also its CPU.
 */
import type { KernelRelease } from '../core/kernel-release.ts';
import type { PoolModel } from '../contract/driver-model.ts';
import { has } from '../core/release-features.ts';
import { ZcrxEvents } from '../memory/zcrx-events.ts';
import { isNetIov, type NetmemRef, PAGE_SIZE } from '../memory/netmem.ts';
import { PageMemory } from '../memory/page-memory.ts';
import { addReference } from '../memory/pp-ref-count.ts';
import { ExecutionContext, type Napi } from '../page-pool/context.ts';
import { errnoName } from '../core/errno.ts';
import { createPool } from '../page-pool/create.ts';
import type { PoolEnvironment } from '../page-pool/environment.ts';
import * as P from '../page-pool/params.ts';
import { netlinkStats, RecycleStats } from '../page-pool/stats.ts';
import { bufferLength } from '../netlink/buffer-length.ts';
import { DmabufProvider } from '../providers/dmabuf-provider.ts';
import { ZcrxProvider } from '../providers/zcrx-provider.ts';
import type { RunConfig } from '../contract/config.ts';
import type { PoolSnapshot } from '../contract/snapshot.ts';
import type { Memory } from '../memory/machine-memory.ts';

/** Milliseconds between two looks at dying pools. */
const TICK_MS = 1000;

/** A pool with what the driver made it for. */
interface Use {
  readonly model: PoolModel;
  readonly queue: number;
  readonly napi: Napi;
}

export class PoolMemory implements Memory {
  systemPages = 0;
  private readonly context = new ExecutionContext();
  private readonly memory = new PageMemory();
  private readonly env: PoolEnvironment;
  /** By pool number. */
  private readonly uses: Use[] = [];
  private readonly config: RunConfig;
  /** What stands behind the current binding, or stood behind the last one; pools of earlier ones keep theirs. */
  private provider: DmabufProvider | ZcrxProvider | null;
  private providerQueues: readonly number[] = [];
  /** The binding of `provider` has ended: the next one brings memory of its own. */
  private ended = false;

  readonly events: ZcrxEvents;

  constructor(config: RunConfig, kernel: KernelRelease) {
    this.events = new ZcrxEvents(config.zcrxEvents !== 'none' && has(kernel, 'zcrx-events'));
    this.env = {
      memory: this.memory,
      context: this.context,
      release: kernel,
      systemRecycleStats: new RecycleStats(),
      pools: [],
    };
    this.config = config;
    this.provider = providerOf(config, this.env, this.events);
  }

  allocSystem(): number {
    const page = this.memory.allocate(this.context.memoryNode);
    if (page !== 0) this.systemPages++;
    return page;
  }

  freeSystem(netmem: number): void {
    if (isNetIov(netmem as NetmemRef)) return;
    if (this.memory.owner[netmem] === 0) this.systemPages--;
    this.memory.put(netmem as NetmemRef);
  }

  alloc(pool: number, queue: number): number {
    this.enter(queue);
    return this.env.pools[pool].allocate();
  }

  put(netmem: number, direct: boolean, queue: number): void {
    const number = this.memory.owner[netmem];
    if (number === 0) return;
    this.enter(queue);
    this.env.pools[number - 1].put(netmem as NetmemRef, P.SYNC_ALL, direct);
  }

  isLendable(netmem: number): boolean {
    return this.provider?.kind !== 'zcrx' || !this.isNetIov(netmem) || this.chunkOf(netmem) >= 0;
  }

  lendToken(netmem: number): void {
    const { provider } = this;
    if (provider instanceof ZcrxProvider) provider.lend(netmem as NetmemRef);
    else addReference(this.memory, netmem as NetmemRef);
  }

  lendCopy(): number {
    return this.copyChunks > 0 && this.provider instanceof ZcrxProvider ? this.provider.lendCopy() : 0;
  }

  get copyChunks(): number {
    // An area of a dma-buf is not the CPU's to write to (io_zcrx_ifq.kern_readable).
    const { provider, config } = this;
    return provider instanceof ZcrxProvider && config.zcrxArea === 'memory' ? provider.free : 0;
  }

  returnToken(netmem: number): void {
    const { provider } = this;
    if (provider instanceof ZcrxProvider) provider.refill(netmem as NetmemRef);
    else this.put(netmem, false, -1);
  }

  flushRefillRing(): void {
    this.enter(-1);
    if (this.provider instanceof ZcrxProvider) this.provider.flush();
  }

  addArea(pages: number): void {
    const { provider } = this;
    if (provider instanceof ZcrxProvider)
      provider.addArea(Math.floor((pages * PAGE_SIZE) / provider.chunkBytes));
  }

  syncForCpu(pool: number): void {
    if (pool >= 0) this.env.pools[pool].syncForCpu();
  }

  isNetIov(netmem: number): boolean {
    return isNetIov(netmem as NetmemRef);
  }

  poolOf(netmem: number): number {
    return this.memory.owner[netmem] - 1;
  }

  isUnreadable(pool: number): boolean {
    return this.env.pools[pool].provider !== null;
  }

  isMapped(pool: number): boolean {
    return this.env.pools[pool].dmaMap;
  }

  setProviderQueues(queues: readonly number[]): void {
    if (queues.length === 0 && this.providerQueues.length > 0) {
      this.ended = true;
      this.enter(-1);
      if (this.provider instanceof ZcrxProvider) this.provider.close();
    } else if (queues.length > 0 && this.ended) {
      this.ended = false;
      this.provider = providerOf(this.config, this.env, this.events);
    }
    this.providerQueues = queues;
  }

  createPool(
    model: PoolModel,
    queue: number,
    ringSize: number,
    splitEnabled: boolean,
  ): { readonly pool: number } | { readonly errno: string } {
    const napi: Napi = { owner: queue };
    const served = model.queueIdx.value === 'set' ? queue : 0;
    // A driver that computes the order takes it from the configuration of the queue, where a provider has put it.
    const computed = this.providerQueues.includes(served) ? Math.log2(this.chunkBytes / PAGE_SIZE) : 0;
    const params = paramsOf(
      model,
      queue,
      model.order.value ?? computed,
      ringSize,
      splitEnabled,
      model.napi.value === 'set' ? napi : null,
    );
    // Without netdev the kernel would follow a NULL pointer here; whoever judges the pool's parameters says so.
    const provided = params.netdev && this.providerQueues.includes(params.queueIdx);
    const created = createPool(this.env, params, provided ? this.provider : null);
    if (!created.ok) return { errno: errnoName(created.errno) };
    this.uses.push({ model, queue, napi });
    return { pool: created.pool.number - 1 };
  }

  destroyPool(pool: number): void {
    const { napi, queue } = this.uses[pool];
    this.enter(-1);
    // The driver has stopped its NAPI (napi_disable).
    napi.owner = -1;
    this.env.pools[pool].teardown.destroy();
    napi.owner = queue;
  }

  tick(): boolean {
    this.enter(-1);
    this.context.milliseconds += TICK_MS;
    let dying = false;
    for (const { teardown } of this.env.pools) {
      if (teardown.retryAt !== null && teardown.retryAt <= this.context.milliseconds) teardown.retry();
      dying ||= teardown.retryAt !== null;
    }
    return dying;
  }

  pools(): readonly PoolSnapshot[] {
    return this.env.pools.map((pool, id) => {
      const { model, queue } = this.uses[id];
      return {
        id,
        name: model.name,
        role: model.role,
        queue,
        provider: pool.provider === null || this.provider === null ? 'pages' : this.provider.kind,
        state: pool.state,
        cache: pool.cacheCount,
        cacheSize: pool.cache.length,
        ring: pool.ring.count,
        ringSize: pool.ring.size,
        inflight: pool.inflight(),
        bufferBytes: pool.bufferSize,
        hold: pool.hold,
        release: pool.released,
        stats: netlinkStats(pool.alloc, pool.recycle),
      };
    });
  }

  chunkOf(netmem: number): number {
    if (this.provider === null || !isNetIov(netmem as NetmemRef)) return -1;
    const chunk = this.provider.chunkOf(netmem as NetmemRef);
    return chunk >= 0 && chunk < this.provider.total ? chunk : -1;
  }

  get totalChunks(): number {
    return this.provider?.total ?? 0;
  }

  get chunkBytes(): number {
    return this.provider?.chunkBytes ?? 0;
  }

  bufferBytes(pool: number): number {
    return this.env.pools[pool].bufferSize;
  }

  get freeChunks(): number {
    return this.provider?.free ?? 0;
  }

  forEachFree(visit: (netmem: number) => void): void {
    this.provider?.forEachFree(visit);
  }

  forEachKept(visit: (netmem: number, place: 'pool-cache' | 'pool-ring') => void): void {
    for (const pool of this.env.pools) {
      for (let i = 0; i < pool.cacheCount; i++) visit(pool.cache[i], 'pool-cache');
      for (const netmem of pool.ring.items()) visit(netmem, 'pool-ring');
    }
    if (this.provider instanceof ZcrxProvider)
      this.provider.forEachRefill((netmem) => visit(netmem, 'pool-ring'));
  }

  /** Where the code runs from now on: in the softirq of a queue, or (-1) in process context. */
  private enter(queue: number): void {
    this.context.softirq = queue >= 0;
    this.context.cpu = queue;
  }
}

function providerOf(
  config: RunConfig,
  env: PoolEnvironment,
  events: ZcrxEvents,
): DmabufProvider | ZcrxProvider | null {
  const bytes = bufferLength(config);
  switch (config.provider) {
    case 'pages':
      return null;
    case 'dmabuf':
      return new DmabufProvider(env.memory, Math.floor((config.chunks * PAGE_SIZE) / bytes), bytes);
    case 'zcrx':
      return new ZcrxProvider(env, Math.floor((config.chunks * PAGE_SIZE) / bytes), bytes, events);
  }
}

const FLAGS = {
  PP_FLAG_DMA_MAP: P.PP_FLAG_DMA_MAP,
  PP_FLAG_DMA_SYNC_DEV: P.PP_FLAG_DMA_SYNC_DEV,
  PP_FLAG_SYSTEM_POOL: P.PP_FLAG_SYSTEM_POOL,
  PP_FLAG_ALLOW_UNREADABLE_NETMEM: P.PP_FLAG_ALLOW_UNREADABLE_NETMEM,
} as const;

const DIRECTIONS = {
  DMA_FROM_DEVICE: P.DMA_FROM_DEVICE,
  DMA_BIDIRECTIONAL: P.DMA_BIDIRECTIONAL,
  DMA_TO_DEVICE: P.DMA_TO_DEVICE,
  // A member that is never set is 0.
  unset: P.DMA_BIDIRECTIONAL,
  unknown: P.DMA_FROM_DEVICE,
} as const;

/** The parameters of a create call; what the source computes at run time is taken as a sane driver would have it. */
function paramsOf(
  model: PoolModel,
  queue: number,
  order: number,
  ringSize: number,
  splitEnabled: boolean,
  napi: Napi | null,
): P.PagePoolParams {
  const maxLen = model.maxLen.value;
  return {
    ...P.DEFAULT_PARAMS,
    order,
    poolSize: model.poolSize.value ?? (model.poolSizeText === null ? 0 : ringSize),
    napi,
    dmaDir: DIRECTIONS[model.dmaDir.value],
    maxLen: maxLen === 'set' ? PAGE_SIZE << order : maxLen === 'unset' ? 0 : maxLen,
    offset: model.offset.value ?? 0,
    flags: flagsOf(model, splitEnabled),
    netdev: model.netdev.value === 'set',
    queueIdx: model.queueIdx.value === 'set' ? queue : 0,
  };
}

/** Flags set on some paths only: unreadable memory is allowed where the device splits, the others are there. */
function flagsOf(model: PoolModel, splitEnabled: boolean): number {
  let flags = 0;
  for (const flag of model.flags.value) flags |= FLAGS[flag];
  for (const { flag } of model.conditionalFlags)
    if (splitEnabled || flag !== 'PP_FLAG_ALLOW_UNREADABLE_NETMEM') flags |= FLAGS[flag];
  return flags;
}
