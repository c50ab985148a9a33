/** What page pools share, and how to find a pool by a buffer of it. */
import type { KernelRelease } from '../core/kernel-release.ts';
import type { NetmemRef } from '../memory/netmem.ts';
import type { PageMemory } from '../memory/page-memory.ts';
import type { ExecutionContext } from './context.ts';
import type { PagePool } from './page-pool.ts';
import type { RecycleStats } from './stats.ts';

export interface PoolEnvironment {
  readonly memory: PageMemory;
  readonly context: ExecutionContext;
  readonly release: KernelRelease;
  /** The one counter object of all PP_FLAG_SYSTEM_POOL pools; never reset. */
  readonly systemRecycleStats: RecycleStats;
  /** Every pool ever made; its number less 1 is the index (the kernel's page_pools). */
  readonly pools: PagePool[];
}

/** The pool that a buffer belongs to (page->pp, niov->pp). */
export function poolOf(env: PoolEnvironment, ref: NetmemRef): PagePool | null {
  const number = env.memory.owner[ref];
  return number === 0 ? null : env.pools[number - 1];
}
