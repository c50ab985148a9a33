/** Interim memory until the page pool is there. */
import type { PoolModel } from '../driver-model/driver-model.ts';
import type { PoolSnapshot } from '../run/snapshot.ts';
import type { RunConfig } from '../run/config.ts';
import type { Memory } from './memory.ts';

interface Pool {
  readonly model: PoolModel;
  readonly queue: number;
  readonly unreadable: boolean;
  readonly ringSize: number;
  readonly cache: number[];
  readonly ring: number[];
  hold: number;
  release: number;
  live: boolean;
}

const CHUNKS = 1_000_000_000;

export class InterimMemory implements Memory {
  systemPages = 0;
  private readonly all: Pool[] = [];
  private readonly free: number[] = [];
  private readonly owner = new Map<number, number>();
  private readonly refs = new Map<number, number>();
  private nextPage = 1;
  private providerQueue = -1;
  private readonly kind: RunConfig['provider'];

  constructor(config: RunConfig) {
    this.kind = config.provider;
    for (let i = config.chunks - 1; i >= 0; i--) this.free.push(CHUNKS + i);
  }
  allocSystem(): number {
    this.systemPages++;
    return this.nextPage++;
  }
  freeSystem(netmem: number): void {
    this.systemPages--;
    this.owner.delete(netmem);
  }
  alloc(id: number): number {
    const pool = this.all[id];
    const recycled = pool.cache.pop() ?? pool.ring.shift();
    let netmem = recycled ?? 0;
    if (netmem === 0) {
      netmem = pool.unreadable ? (this.free.pop() ?? 0) : this.nextPage++;
      if (netmem === 0) return 0;
      pool.hold++;
    }
    this.owner.set(netmem, id);
    this.refs.set(netmem, 1);
    return netmem;
  }
  put(netmem: number, direct: boolean): void {
    const left = (this.refs.get(netmem) ?? 1) - 1;
    this.refs.set(netmem, left);
    if (left > 0) return;
    const pool = this.all.at(this.poolOf(netmem));
    if (pool === undefined) return;
    if (direct && pool.cache.length < 128) pool.cache.push(netmem);
    else if (pool.ring.length < pool.ringSize && pool.live) pool.ring.push(netmem);
    else {
      pool.release++;
      if (netmem >= CHUNKS) this.free.push(netmem);
    }
  }
  lendToken(netmem: number): void {
    this.refs.set(netmem, (this.refs.get(netmem) ?? 0) + 1);
  }
  returnToken(netmem: number): void {
    this.put(netmem, false);
  }
  syncForCpu(): void {}
  isNetIov(netmem: number): boolean {
    return netmem >= CHUNKS;
  }
  poolOf(netmem: number): number {
    return this.owner.get(netmem) ?? -1;
  }
  isUnreadable(pool: number): boolean {
    return this.all[pool].unreadable;
  }
  isMapped(pool: number): boolean {
    return this.all[pool].model.flags.value.includes('PP_FLAG_DMA_MAP');
  }
  setProviderQueue(queue: number): void {
    this.providerQueue = queue;
  }
  createPool(
    model: PoolModel,
    queue: number,
    ringSize: number,
  ): { readonly pool: number } | { readonly errno: string } {
    const flags = model.flags.value;
    const maps = flags.includes('PP_FLAG_DMA_MAP');
    const syncs = flags.includes('PP_FLAG_DMA_SYNC_DEV');
    if ((syncs && !maps) || (syncs && model.maxLen.value === 'unset')) return { errno: 'EINVAL' };
    const index = model.queueIdx.value === 'set' ? queue : 0;
    const unreadable = flags.includes('PP_FLAG_ALLOW_UNREADABLE_NETMEM') && index === this.providerQueue;
    if (unreadable) {
      if (!maps || !syncs) return { errno: 'EOPNOTSUPP' };
      if ((model.order.value ?? 0) !== 0) return { errno: this.kind === 'zcrx' ? 'EINVAL' : 'E2BIG' };
      if (this.kind === 'zcrx' && model.dmaDir.value !== 'DMA_FROM_DEVICE') return { errno: 'EOPNOTSUPP' };
    }
    this.all.push({
      model,
      queue,
      unreadable,
      ringSize,
      cache: [],
      ring: [],
      hold: 0,
      release: 0,
      live: true,
    });
    return { pool: this.all.length - 1 };
  }
  destroyPool(id: number): void {
    const pool = this.all[id];
    pool.live = false;
    for (const netmem of [...pool.cache.splice(0), ...pool.ring.splice(0)]) {
      pool.release++;
      if (netmem >= CHUNKS) this.free.push(netmem);
    }
  }
  tick(): boolean {
    return this.all.some((pool) => !pool.live && pool.hold !== pool.release);
  }
  pools(): readonly PoolSnapshot[] {
    return this.all.map((pool, id) => ({
      id,
      name: pool.model.name,
      role: pool.model.role,
      queue: pool.queue,
      provider: pool.unreadable ? this.kind : 'pages',
      state: pool.live ? 'live' : pool.hold === pool.release ? 'gone' : 'dying',
      cache: pool.cache.length,
      cacheSize: 128,
      ring: pool.ring.length,
      ringSize: pool.ringSize,
      inflight: pool.hold - pool.release,
      hold: pool.hold,
      release: pool.release,
      stats: {
        'alloc-fast': 0,
        'alloc-slow': 0,
        'alloc-slow-high-order': 0,
        'alloc-empty': 0,
        'alloc-refill': 0,
        'alloc-waive': 0,
        'recycle-cached': 0,
        'recycle-cache-full': 0,
        'recycle-ring': 0,
        'recycle-ring-full': 0,
        'recycle-released-refcnt': 0,
      },
    }));
  }
  chunkOf(netmem: number): number {
    return netmem >= CHUNKS ? netmem - CHUNKS : -1;
  }
  get freeChunks(): number {
    return this.free.length;
  }
  forEachFree(visit: (netmem: number) => void): void {
    this.free.forEach(visit);
  }
  forEachKept(visit: (netmem: number, place: 'pool-cache' | 'pool-ring') => void): void {
    for (const pool of this.all) {
      pool.cache.forEach((netmem) => visit(netmem, 'pool-cache'));
      pool.ring.forEach((netmem) => visit(netmem, 'pool-ring'));
    }
  }
}
