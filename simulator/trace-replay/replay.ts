/**
 * Replays a page pool trace: one operation a line in, one JSON answer a line out. What is checked here is what a
 * well-behaved user could do at all (hold a buffer before putting it); the rest is the pool's business.
 */
import type { KernelRelease } from '../core/kernel-release.ts';
import { CHUNK_ID_BASE, type NetmemRef, NO_NETMEM } from '../memory/netmem.ts';
import { PageMemory } from '../memory/page-memory.ts';
import { ExecutionContext, type Napi } from '../page-pool/context.ts';
import { createPool } from '../page-pool/create.ts';
import type { PoolEnvironment } from '../page-pool/environment.ts';
import type { PagePool } from '../page-pool/page-pool.ts';
import { RecycleStats } from '../page-pool/stats.ts';
import { DmabufProvider } from '../providers/dmabuf-provider.ts';
import { type Operation, parseOperation } from './operation.ts';
import { Holdings } from './holdings.ts';

/** Answer of an operation that is not possible. */
const REFUSED = -1000;
const BULK_MAX = 16;

/** What an operation answers besides the state. */
interface Outcome {
  readonly r: number;
  readonly off?: number;
  readonly size?: number;
}

const DONE: Outcome = { r: 0 };
const NOT_POSSIBLE: Outcome = { r: REFUSED };

/** A line that is no operation: its number from 1 and what is wrong with it. */
export interface TraceError {
  readonly line: number;
  readonly message: string;
}

/**
 * Replays `input` as release `kernel` does; `answer` gets one JSON line an operation. Stops at the first line that
 * cannot be parsed and returns what is wrong with it, else null.
 */
export function replayTrace(
  kernel: KernelRelease,
  input: string,
  answer: (line: string) => void,
): TraceError | null {
  const replay = new Replay(kernel);
  let number = 0;
  for (const line of input.split('\n')) {
    number++;
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    const parsed = parseOperation(text);
    if (!parsed.ok) return { line: number, message: parsed.message };
    answer(replay.run(parsed.operation));
  }
  return null;
}

/** One replay: the pool of a trace, its memory and its user. `memory` and `pool` are for looking at. */
export class Replay {
  private readonly context = new ExecutionContext();
  readonly memory = new PageMemory();
  private readonly napi: Napi = { owner: 0 };
  private readonly env: PoolEnvironment;
  private readonly holdings = new Holdings();
  pool: PagePool | null = null;
  private provider: DmabufProvider | null = null;
  private index = 0;

  constructor(release: KernelRelease) {
    this.env = {
      memory: this.memory,
      context: this.context,
      release,
      systemRecycleStats: new RecycleStats(),
      pools: [],
    };
  }

  /** Performs one operation; its answer as a line of JSON. */
  run(op: Operation): string {
    const outcome = this.perform(op);
    return JSON.stringify({
      i: this.index++,
      op: op.op,
      r: outcome.r,
      off: outcome.off ?? -1,
      size: outcome.size ?? -1,
      ...this.state(),
    });
  }

  private perform(op: Operation): Outcome {
    switch (op.op) {
      case 'create':
        return this.create(op);
      case 'tick':
        return this.tick(op.ms);
      case 'destroy':
        return this.onLive((pool) => pool.teardown.destroy());
      case 'pool_nid':
        return this.onLive((pool) => pool.updateNid(op.nid));
      case 'nid_changed':
        return this.onLive((pool) => {
          if (pool.nid !== op.nid) pool.updateNid(op.nid);
        });
      case 'use_xdp_mem':
        return this.onLive((pool) => pool.teardown.useXdpMem());
      case 'disable_direct':
        return this.onLive((pool) => pool.disableDirectRecycling());
      case 'alloc':
        return this.allocate((pool) => [pool.allocate(), -1, -1]);
      case 'alloc_frag':
        return this.allocate((pool) => [pool.fragments.allocate(op.size), pool.fragments.lastOffset, -1]);
      case 'alloc_any':
        if (this.pool?.provider) return NOT_POSSIBLE;
        return this.allocate((pool) => {
          const { ref, size } = pool.fragments.allocateAny(op.size);
          return [ref, pool.fragments.lastOffset, size];
        });
      case 'put':
      case 'put_full':
      case 'put_direct':
        return this.onHeld(op.id, (pool, ref) => {
          this.holdings.add(op.id, -1);
          pool.put(ref, op.sync, op.direct);
          return DONE;
        });
      case 'put_unrefed':
        return this.onHeld(op.id, (pool, ref) => {
          if (!this.isOnlyReference(op.id, ref)) return NOT_POSSIBLE;
          this.holdings.add(op.id, -1);
          pool.putUnrefed(ref, op.sync, op.direct);
          return DONE;
        });
      case 'bulk_put':
        return this.bulkPut(op.ids);
      case 'ref':
        return this.onHeld(op.id, (_pool, ref) => {
          this.memory.ppRef[ref] += op.count;
          this.holdings.add(op.id, op.count);
          return DONE;
        });
      case 'unref':
        return this.onHeld(op.id, (pool, ref) => {
          if (op.count < 1 || this.holdings.of(op.id) < op.count) return NOT_POSSIBLE;
          const last = pool.unref(ref, op.count);
          this.holdings.add(op.id, last ? 1 - op.count : -op.count);
          return { r: last ? 0 : 1 };
        });
      case 'fragment':
        return this.onHeld(op.id, (_pool, ref) => {
          if (op.count < 1 || !this.isOnlyReference(op.id, ref)) return NOT_POSSIBLE;
          this.memory.ppRef[ref] = op.count;
          this.holdings.add(op.id, op.count - 1);
          return DONE;
        });
      case 'page_get':
        return this.pageGet(op.id);
      case 'page_put':
        return this.pagePut(op.id);
      case 'sync_cpu':
        return this.onHeld(op.id, (pool) => {
          if (!pool.dmaMap) return NOT_POSSIBLE;
          pool.syncForCpu();
          return DONE;
        });
      case 'nid':
        return this.setPageNode(op.id, op.nid);
      default:
        op.apply({ context: this.context, limits: this.memory.limits, napi: this.napi });
        return DONE;
    }
  }

  private create(op: Extract<Operation, { op: 'create' }>): Outcome {
    if (this.pool !== null && this.pool.state !== 'gone') return NOT_POSSIBLE;
    this.holdings.forgetChunks();
    this.memory.releaseNetIovs();
    this.provider = op.chunks === null ? null : new DmabufProvider(this.memory, op.chunks);
    const created = createPool(this.env, { ...op.params, napi: op.napi ? this.napi : null }, this.provider);
    this.pool = created.ok ? created.pool : null;
    return { r: created.ok ? 0 : -created.errno };
  }

  /** Runs delayed work that falls due, each at its time. */
  private tick(ms: number): Outcome {
    const end = this.context.milliseconds + ms;
    let runs = 0;
    const { pool, context } = this;
    while (pool !== null && pool.teardown.retryAt !== null && pool.teardown.retryAt <= end) {
      context.milliseconds = pool.teardown.retryAt;
      pool.teardown.retry();
      runs++;
    }
    context.milliseconds = end;
    return { r: runs };
  }

  private onLive(act: (pool: PagePool) => void): Outcome {
    if (this.pool?.state !== 'live') return NOT_POSSIBLE;
    act(this.pool);
    return DONE;
  }

  private onHeld(id: number, act: (pool: PagePool, ref: NetmemRef) => Outcome): Outcome {
    if (this.pool === null || this.holdings.of(id) < 1) return NOT_POSSIBLE;
    const ref = this.memory.find(id);
    return act(this.pool, ref);
  }

  private allocate(take: (pool: PagePool) => readonly [NetmemRef, number, number]): Outcome {
    if (this.pool?.state !== 'live') return NOT_POSSIBLE;
    const [ref, off, size] = take(this.pool);
    if (ref === NO_NETMEM) return { r: 0 };
    this.holdings.add(this.memory.id[ref], 1);
    return { r: this.memory.id[ref], off, size };
  }

  private isOnlyReference(id: number, ref: NetmemRef): boolean {
    return this.holdings.of(id) === 1 && this.memory.ppRef[ref] === 1;
  }

  private bulkPut(ids: readonly number[]): Outcome {
    const { pool } = this;
    if (pool === null || pool.state === 'gone') return NOT_POSSIBLE;
    const takesNetmem = pool.behaviour.bulkTakesNetmem;
    if (takesNetmem && ids.length > BULK_MAX) return NOT_POSSIBLE;
    const named = new Map<number, number>();
    const refs: NetmemRef[] = [];
    for (const id of ids) {
      const times = (named.get(id) ?? 0) + 1;
      if (times > this.holdings.of(id) || (!takesNetmem && id >= CHUNK_ID_BASE)) return NOT_POSSIBLE;
      named.set(id, times);
      refs.push(this.memory.find(id));
    }
    for (const id of ids) this.holdings.add(id, -1);
    pool.putBulk(refs);
    return DONE;
  }

  private pageGet(id: number): Outcome {
    if (id >= CHUNK_ID_BASE || (this.holdings.of(id) < 1 && this.holdings.extraOf(id) < 1))
      return NOT_POSSIBLE;
    this.memory.get(this.memory.find(id));
    this.holdings.addExtra(id, 1);
    return DONE;
  }

  private pagePut(id: number): Outcome {
    if (this.holdings.extraOf(id) < 1) return NOT_POSSIBLE;
    this.holdings.addExtra(id, -1);
    this.memory.put(this.memory.find(id));
    return DONE;
  }

  /** The node of a page, wherever it is: held, cached, in the ring or with an extra reference only. */
  private setPageNode(id: number, nid: number): Outcome {
    if (id >= CHUNK_ID_BASE) return NOT_POSSIBLE;
    const ref = this.memory.find(id);
    if (ref === NO_NETMEM) return NOT_POSSIBLE;
    this.memory.nid[ref] = nid;
    return DONE;
  }

  private state(): object {
    const { pool, context, memory } = this;
    const { dma } = context;
    return {
      st: pool === null ? 'none' : pool.state,
      cache: pool?.cacheCount ?? 0,
      ring: pool?.ring.count ?? 0,
      ring_size: pool?.ring.size ?? 0,
      hold: pool?.hold ?? 0,
      release: pool?.released ?? 0,
      inflight: pool?.inflight() ?? 0,
      frag: fragmentState(pool, memory),
      alloc_stats: {
        fast: pool?.alloc.fast ?? 0,
        slow: pool?.alloc.slow ?? 0,
        slow_high_order: pool?.alloc.slowHighOrder ?? 0,
        empty: pool?.alloc.empty ?? 0,
        refill: pool?.alloc.refill ?? 0,
        waive: pool?.alloc.waive ?? 0,
      },
      recycle_stats: {
        cached: pool?.recycle.cached ?? 0,
        cache_full: pool?.recycle.cacheFull ?? 0,
        ring: pool?.recycle.ring ?? 0,
        ring_full: pool?.recycle.ringFull ?? 0,
        released_refcnt: pool?.recycle.releasedRefcnt ?? 0,
      },
      dma: {
        map: dma.map,
        unmap: dma.unmap,
        sync_dev: dma.syncDevice,
        sync_dev_bytes: dma.syncDeviceBytes,
        sync_dev_addr: dma.syncDeviceAddress,
        sync_cpu: dma.syncCpu,
      },
      init_cb: context.initCallbacks,
      disconnect: context.disconnects,
      pages: memory.allocated,
      chunks: pool?.provider?.free ?? -1,
      warn: context.warnings,
      pr: context.messages,
    };
  }
}

/** The page the pool cuts fragments from; all 0 where it has none. */
function fragmentState(
  pool: PagePool | null,
  memory: PageMemory,
): { id: number; off: number; users: number } {
  if (pool === null || pool.fragments.page === NO_NETMEM) return { id: 0, off: 0, users: 0 };
  return { id: memory.id[pool.fragments.page], off: pool.fragments.offset, users: pool.fragments.users };
}
