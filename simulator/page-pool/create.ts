/** page_pool_create() and its checks, in the kernel's order: the first one that fails decides the errno. */
import type { MemoryProvider } from './memory-provider.ts';
import { fails } from './context.ts';
import type { PoolEnvironment } from './environment.ts';
import { EFAULT, EINVAL, ENOMEM, EOPNOTSUPP } from '../core/errno.ts';
import { PagePool } from './page-pool.ts';
import * as P from './params.ts';

export type CreateResult =
  { readonly ok: true; readonly pool: PagePool } | { readonly ok: false; readonly errno: number };

/**
 * page_pool_create_percpu().
 * @param bound what is bound to the queue of the parameters; a pool looks for it only with
 * PP_FLAG_ALLOW_UNREADABLE_NETMEM
 * @returns the pool, or a positive errno
 */
export function createPool(
  env: PoolEnvironment,
  params: P.PagePoolParams,
  bound: MemoryProvider | null,
): CreateResult {
  const { context } = env;
  if (fails(context.kmallocFailure)) return { ok: false, errno: ENOMEM };
  const pool = init(env, params, bound);
  if (pool instanceof PagePool) {
    pool.number = env.pools.push(pool);
    return { ok: true, pool };
  }
  context.message(`page_pool_create_percpu() gave up with errno ${-pool}`);
  return { ok: false, errno: pool };
}

/** page_pool_init(): the pool, or the errno. */
function init(
  env: PoolEnvironment,
  params: P.PagePoolParams,
  bound: MemoryProvider | null,
): PagePool | number {
  const { context } = env;
  const { flags } = params;
  if ((flags & ~P.PP_FLAG_ALL) !== 0) return EINVAL;
  const slots = params.poolSize === 0 ? P.DEFAULT_RING_SIZE : Math.min(params.poolSize, P.MAX_RING_SIZE);
  const map = (flags & P.PP_FLAG_DMA_MAP) !== 0;
  const sync = (flags & P.PP_FLAG_DMA_SYNC_DEV) !== 0;
  if (map && params.dmaDir !== P.DMA_FROM_DEVICE && params.dmaDir !== P.DMA_BIDIRECTIONAL) return EINVAL;
  if (sync && (!map || params.maxLen === 0)) return EINVAL;
  // The per-CPU counters, which system pools share, then the ring.
  if ((flags & P.PP_FLAG_SYSTEM_POOL) === 0 && fails(context.kmallocFailure)) return ENOMEM;
  if (fails(context.kmallocFailure)) return ENOMEM;
  const provider = (flags & P.PP_FLAG_ALLOW_UNREADABLE_NETMEM) === 0 ? null : bound;
  const pool = new PagePool(env, params, slots, provider);
  if (provider === null) return pool.behaviour.checksOrder && params.order > P.MAX_PAGE_ORDER ? EINVAL : pool;
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
