/** What differs between kernel releases in the page pool, as data. */
import { KERNEL_RELEASES, type KernelRelease } from '../core/kernel-release.ts';
import { PAGE_SIZE } from '../memory/netmem.ts';

export interface ReleaseBehaviour {
  /** PP_ALLOC_CACHE_SIZE. */
  readonly cacheSize: number;
  /** PP_ALLOC_CACHE_REFILL: also the size of a bulk allocation. */
  readonly cacheRefill: number;
  /** Fragment sizes are rounded up to this. 6.12 and 7.3 also want the alignment of skb_shared_info. */
  readonly fragmentAlignment: number;
  /** 6.12 counts every fragment as a fast allocation, later releases only those that take a page. */
  readonly countsEveryFragment: boolean;
  /** A drained fragment page counts as recycled into the cache. */
  readonly countsDrainAsCached: boolean;
  /** page_pool_put_netmem_bulk(): any buffer, 16 at most; before that pages only, any number. */
  readonly bulkTakesNetmem: boolean;
  /** Without a provider an order above MAX_PAGE_ORDER is refused at create. */
  readonly checksOrder: boolean;
}

const V6_12: ReleaseBehaviour = {
  cacheSize: 128,
  cacheRefill: 64,
  fragmentAlignment: 8,
  countsEveryFragment: true,
  countsDrainAsCached: false,
  bulkTakesNetmem: false,
  checksOrder: false,
};

const V6_18: ReleaseBehaviour = {
  ...V6_12,
  fragmentAlignment: 1,
  countsEveryFragment: false,
  countsDrainAsCached: true,
  bulkTakesNetmem: true,
};

/** 7.1: the cache holds fewer buffers the larger pages are. */
export function scaledCache(pageSize: number): Pick<ReleaseBehaviour, 'cacheSize' | 'cacheRefill'> {
  const cacheRefill = pageSize >= 65_536 ? 4 : pageSize >= 16_384 ? 16 : 64;
  return { cacheSize: 2 * cacheRefill, cacheRefill };
}

const V7_1: ReleaseBehaviour = { ...V6_18, ...scaledCache(PAGE_SIZE), checksOrder: true };

/** 7.3: page_pool_alloc_frag_netmem() aligns fragments for skb_shared_info again. */
const V7_3: ReleaseBehaviour = { ...V7_1, fragmentAlignment: V6_12.fragmentAlignment };

/** By the first release that behaves so. */
const SINCE: Readonly<Partial<Record<KernelRelease, ReleaseBehaviour>>> = {
  '6.18': V6_18,
  '7.1': V7_1,
  '7.3': V7_3,
};

/** How a release behaves: as the one before it, unless the table has another. */
export function behaviourOf(release: KernelRelease): ReleaseBehaviour {
  const known = KERNEL_RELEASES.slice(0, KERNEL_RELEASES.indexOf(release) + 1);
  return known.map((each) => SINCE[each]).findLast((each) => each !== undefined) ?? V6_12;
}
