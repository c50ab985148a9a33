/** page_pool_create(): which check speaks first, what providers may refuse, and what a release decides. */
import { expect, test } from 'vitest';
import { PageMemory } from '../../../simulator/memory/page-memory.ts';
import { ExecutionContext } from '../../../simulator/page-pool/context.ts';
import { createPool } from '../../../simulator/page-pool/create.ts';
import { type PoolEnvironment, poolOf } from '../../../simulator/page-pool/environment.ts';
import * as E from '../../../simulator/core/errno.ts';
import { DEFAULT_PARAMS, type PagePoolParams } from '../../../simulator/page-pool/params.ts';
import { behaviourOf, scaledCache } from '../../../simulator/page-pool/release-behaviour.ts';
import { RecycleStats } from '../../../simulator/page-pool/stats.ts';
import { DmabufProvider } from '../../../simulator/providers/dmabuf-provider.ts';
import { FailingProvider } from '../../support/failing-provider.ts';
import type { MemoryProvider } from '../../../simulator/page-pool/memory-provider.ts';
import type { KernelRelease } from '../../../simulator/core/kernel-release.ts';

const UNREADABLE = { flags: 11, maxLen: 4096 };

function environment(release: KernelRelease = '6.18'): PoolEnvironment {
  const shared = { systemRecycleStats: new RecycleStats(), pools: [] };
  return { memory: new PageMemory(), context: new ExecutionContext(), release, ...shared };
}

function errno(params: Partial<PagePoolParams>, provider: MemoryProvider | null = null, env = environment()) {
  const result = createPool(env, { ...DEFAULT_PARAMS, ...params }, provider);
  return result.ok ? 0 : result.errno;
}

function make(env: PoolEnvironment, params: Partial<PagePoolParams>, provider: MemoryProvider | null = null) {
  const result = createPool(env, { ...DEFAULT_PARAMS, ...params }, provider);
  if (!result.ok) throw new Error(E.errnoName(result.errno));
  return result.pool;
}

test('the first check that fails decides', () => {
  const env = environment();
  env.context.kmallocFailure.count = 3;
  // Three things are wrong, and three allocations would fail: the pool itself is asked for first.
  expect(errno({ flags: 16 | 1, dmaDir: 1 }, null, env)).toBe(E.ENOMEM);
  expect(env.context.messages).toBe(0);
  expect(errno({ flags: 16 }, null, environment())).toBe(E.EINVAL);
  env.context.kmallocFailure.skip = 1;
  env.context.kmallocFailure.count = 1;
  expect(errno({ flags: 3, maxLen: 0 }, null, env)).toBe(E.EINVAL);
  expect(env.context.kmallocFailure.count).toBe(1);
  expect(env.context.messages).toBe(1);
});

test('a provider needs mapping and syncing, and its operations in read-only data', () => {
  const { context } = environment();
  expect(errno({ flags: 8 }, new FailingProvider(0))).toBe(E.EOPNOTSUPP);
  expect(errno({ flags: 9 }, new FailingProvider(0))).toBe(E.EOPNOTSUPP);
  const env = { ...environment(), context };
  context.opsInRodata = false;
  expect(errno(UNREADABLE, new FailingProvider(0), env)).toBe(E.EFAULT);
  expect(context.warnings).toBe(1);
});

test('what init() of a provider returns is the errno, and is said twice', () => {
  const env = environment();
  expect(errno(UNREADABLE, new FailingProvider(E.ENOMEM), env)).toBe(E.ENOMEM);
  expect(env.context.messages).toBe(2);
  expect(env.pools).toEqual([]);
});

test('a pool that does not ask for unreadable memory does not see the provider', () => {
  expect(make(environment(), { flags: 3, maxLen: 64 }, new FailingProvider(E.EINVAL)).provider).toBeNull();
});

test('a provider that has nothing makes the allocation fail, and moves no counter but empty', () => {
  const pool = make(environment(), UNREADABLE, new FailingProvider(0));
  expect(pool.allocate()).toBe(0);
  expect(pool.alloc).toEqual({ fast: 0, slow: 0, slowHighOrder: 0, empty: 1, refill: 0, waive: 0 });
});

test('a chunk that is still referred to when its pool lets go is leaked, with a warning', () => {
  const env = environment();
  const provider = new DmabufProvider(env.memory, 2);
  const pool = make(env, UNREADABLE, provider);
  const chunk = pool.allocate();
  env.memory.ppRef[chunk] = 2;
  pool.release(chunk);
  expect(env.context.warnings).toBe(1);
  expect(provider.free).toBe(1);
});

test('too many references given back warn', () => {
  const env = environment();
  const pool = make(env, {});
  const page = pool.allocate();
  expect(pool.unref(page, 2)).toBe(false);
  expect(env.context.warnings).toBe(1);
});

test('pools know their buffers, and share one memory', () => {
  const env = environment();
  const [first, second] = [make(env, {}), make(env, {})];
  const page = second.allocate();
  expect(poolOf(env, page)).toBe(second);
  expect(first.inflight()).toBe(0);
  second.put(page, 0, true);
  second.teardown.destroy();
  expect(poolOf(env, page)).toBeNull();
});

test('an order above the largest is refused since 7.1 where no provider is asked', () => {
  expect(errno({ order: 11 }, null, environment('6.18'))).toBe(0);
  expect(errno({ order: 11 }, null, environment('7.1'))).toBe(E.EINVAL);
  expect(errno({ order: 10 }, null, environment('7.1'))).toBe(0);
});

test('the cache of 7.1 shrinks with the page size', () => {
  expect([4096, 16_384, 65_536].map((size) => scaledCache(size).cacheRefill)).toEqual([64, 16, 4]);
  expect(scaledCache(16_384).cacheSize).toBe(32);
  expect(behaviourOf('7.1')).toMatchObject({ cacheSize: 128, cacheRefill: 64 });
});

test('a pool that nobody can see complains every minute, one with a netdev does not', () => {
  for (const netdev of [false, true]) {
    const env = environment();
    const pool = make(env, { netdev });
    pool.allocate();
    pool.teardown.destroy();
    let retries = 0;
    while (pool.teardown.retryAt !== null && pool.teardown.retryAt <= 180_000) {
      env.context.milliseconds = pool.teardown.retryAt;
      pool.teardown.retry();
      retries++;
    }
    expect({ retries, lines: env.context.messages }).toEqual({ retries: 180, lines: netdev ? 0 : 3 });
  }
});

test('a pool of which more came back than was given out is never looked at again', () => {
  const env = environment();
  const pool = make(env, {});
  const page = pool.allocate();
  env.memory.get(page);
  pool.release(page);
  pool.put(page, 0, false);
  pool.teardown.destroy();
  expect(env.context.warnings).toBe(1);
  pool.teardown.retry();
  expect(pool).toMatchObject({ state: 'dying', teardown: { retryAt: null } });
});

test('a system pool shares its counters with all others, and so asks for one allocation less', () => {
  for (const [flags, allocations] of [
    [0, 3],
    [4, 2],
  ] as const) {
    const env = environment();
    env.context.kmallocFailure.skip = allocations;
    env.context.kmallocFailure.count = 1;
    expect(errno({ flags }, null, env)).toBe(0);
    expect(env.context.kmallocFailure).toEqual({ skip: 0, count: 1 });
  }
});

test('a fragment page from the reserves is not cut again when all pieces are back', () => {
  const env = environment();
  env.memory.limits.pfmemalloc = 64;
  const pool = make(env, {});
  const page = pool.fragments.allocate(4096);
  pool.put(page, 0, false);
  expect(pool.fragments.allocate(4096)).not.toBe(page);
  expect(pool.released).toBe(1);
});

test('a direct put into a dying pool stays in its cache, and the pool for ever, as in the kernel', () => {
  const env = environment();
  const pool = make(env, { flags: 3, maxLen: 64 });
  const page = pool.allocate();
  pool.teardown.destroy();
  expect(env.context.dma.unmap).toBe(64);
  pool.put(page, 0, true);
  pool.teardown.retry();
  expect(pool).toMatchObject({ state: 'dying', cacheCount: 1 });
  expect(pool.inflight()).toBe(1);
});
