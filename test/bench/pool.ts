/**
 * One allocation and one return, on the three ways a buffer can take: directly through the cache, through the ring, and
 * from the system and back. CPU time of the middle run. The kernel's own code, compiled for user space, takes 6, 11.5
 * and 19 ns for them on a machine with which the bounds were chosen: five times of that.
 */
import { PageMemory } from '../../simulator/memory/page-memory.ts';
import { type NetmemRef, NO_NETMEM } from '../../simulator/memory/netmem.ts';
import { ExecutionContext } from '../../simulator/page-pool/context.ts';
import { createPool } from '../../simulator/page-pool/create.ts';
import type { PagePool } from '../../simulator/page-pool/page-pool.ts';
import * as P from '../../simulator/page-pool/params.ts';
import { RecycleStats } from '../../simulator/page-pool/stats.ts';
import { cpuTime, median, report, type Row } from './row.ts';

const PAIRS = 2_000_000;
const RUNS = 15;
const BATCH = 64;

function makePool(): PagePool {
  const context = new ExecutionContext();
  context.softirq = true;
  const env = { memory: new PageMemory(), context, release: '6.18', pools: [] } as const;
  const params = { ...P.DEFAULT_PARAMS, flags: P.PP_FLAG_DMA_MAP | P.PP_FLAG_DMA_SYNC_DEV, maxLen: 4096 };
  const made = createPool(
    { ...env, pools: [], systemRecycleStats: new RecycleStats() },
    { ...params, poolSize: 256 },
    null,
  );
  if (!made.ok) throw new Error(`no pool: errno ${made.errno}`);
  return made.pool;
}

function direct(pool: PagePool): void {
  for (let i = 0; i < PAIRS; i++) pool.put(pool.allocate(), P.SYNC_ALL, true);
}

const held = new Int32Array(BATCH);

function ring(pool: PagePool): void {
  for (let done = 0; done < PAIRS; done += BATCH) {
    for (let i = 0; i < BATCH; i++) held[i] = pool.allocate();
    for (let i = 0; i < BATCH; i++) pool.put((held[i] ?? NO_NETMEM) as NetmemRef, P.SYNC_ALL, false);
  }
}

/** An extra reference on each page makes its pool let go of it. */
function slow(pool: PagePool): void {
  const { memory } = pool;
  for (let done = 0; done < PAIRS; done += BATCH) {
    for (let i = 0; i < BATCH; i++) memory.get((held[i] = pool.allocate()));
    for (let i = 0; i < BATCH; i++) {
      const page = (held[i] ?? NO_NETMEM) as NetmemRef;
      pool.put(page, P.SYNC_ALL, false);
      memory.put(page);
    }
  }
}

function measure(
  name: string,
  atMost: number,
  work: (pool: PagePool) => void,
  went: (pool: PagePool) => number,
): Row {
  work(makePool());
  const times: number[] = [];
  let pool = makePool();
  for (let i = 0; i < RUNS; i++) {
    pool = makePool();
    times.push(cpuTime(() => work(pool)) / PAIRS);
  }
  const share = went(pool) / PAIRS;
  return {
    name: `pool: ${name}`,
    value: median(times),
    unit: 'ns/pair',
    against: null,
    bound: { of: 'value', atMost },
    check: `${Math.round(share * 100)} % of the buffers went that way, by the pool's counters`,
    agrees: share > 0.99 && pool.memory.allocated === pool.inflight(),
  };
}

report([
  measure('direct', 30, direct, (pool) => Math.min(pool.alloc.fast, pool.recycle.cached)),
  measure('ring', 57, ring, (pool) => Math.min(pool.alloc.refill * BATCH, pool.recycle.ring)),
  measure('slow and release', 95, slow, (pool) =>
    Math.min(pool.alloc.slow * BATCH, pool.recycle.releasedRefcnt),
  ),
]);
