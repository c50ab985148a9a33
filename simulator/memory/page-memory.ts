/**
 * The system's page allocator and the state of every buffer in it (see `netmem.ts` for the layout). Compound pages
 * are one entry. Ids are given out in order and never used again; table slots are.
 */
import { CHUNK_ID_BASE, type NetmemRef, NO_NETMEM } from './netmem.ts';

/** What the environment does to allocations: limits and reserves, set from outside. */
export interface AllocatorLimits {
  /** Pages still given; negative: no limit. */
  budget: number;
  /** The next pages given come from emergency reserves. */
  pfmemalloc: number;
}

const FIRST_CAPACITY = 256;

export class PageMemory {
  /** Pages allocated and not freed. */
  allocated = 0;
  /** References put that nobody held: a driver's double free. */
  underflows = 0;
  readonly limits: AllocatorLimits = { budget: -1, pfmemalloc: 0 };

  /** pp_ref_count */
  ppRef = new Int32Array(2 * FIRST_CAPACITY);
  /** page->_refcount; net_iovs have none. */
  refcount = new Int32Array(2 * FIRST_CAPACITY);
  nid = new Int32Array(2 * FIRST_CAPACITY);
  reserve = new Uint8Array(2 * FIRST_CAPACITY);
  /** 1: mapped for DMA and registered with the pool (its `dma_mapped` xarray). */
  mapped = new Uint8Array(2 * FIRST_CAPACITY);
  /** Number of the pool the buffer belongs to; 0: none (page->pp). */
  owner = new Int32Array(2 * FIRST_CAPACITY);
  /** Ids as traces print them. */
  id = new Int32Array(2 * FIRST_CAPACITY);

  private nextId = 1;
  private nextPage = 2;
  private freePages: Int32Array = new Int32Array(FIRST_CAPACITY);
  private freeCount = 0;
  private niovEnd = 1;

  /** alloc_pages_node(): one page, compound or not; `nid` is the node it really comes from. */
  allocate(nid: number): NetmemRef {
    if (this.limits.budget === 0) return NO_NETMEM;
    if (this.limits.budget > 0) this.limits.budget--;
    let slot: number;
    if (this.freeCount > 0) slot = this.freePages[--this.freeCount];
    else {
      slot = this.nextPage;
      this.nextPage += 2;
      if (slot >= this.ppRef.length) this.grow(slot + 2);
    }
    this.id[slot] = this.nextId++;
    this.refcount[slot] = 1;
    this.ppRef[slot] = 0;
    this.mapped[slot] = 0;
    this.owner[slot] = 0;
    this.nid[slot] = nid;
    this.reserve[slot] = 0;
    if (this.limits.pfmemalloc > 0) {
      this.limits.pfmemalloc--;
      this.reserve[slot] = 1;
    }
    this.allocated++;
    return slot as NetmemRef;
  }

  /** get_page(). */
  get(page: NetmemRef): void {
    this.refcount[page]++;
  }

  /** put_page(): frees the page with its last reference. One reference too many is counted and goes no further. */
  put(page: NetmemRef): void {
    if (--this.refcount[page] > 0) return;
    if (this.refcount[page] < 0) {
      this.refcount[page] = 0;
      this.underflows++;
      return;
    }
    this.allocated--;
    if (this.freeCount === this.freePages.length) {
      const grown = new Int32Array(this.freePages.length * 2);
      grown.set(this.freePages);
      this.freePages = grown;
    }
    this.freePages[this.freeCount++] = page;
  }

  /** Reserves table entries for `count` net_iovs; the first one's reference, the others follow by 2. */
  reserveNetIovs(count: number): NetmemRef {
    const first = this.niovEnd;
    this.niovEnd += 2 * count;
    if (this.niovEnd >= this.ppRef.length) this.grow(this.niovEnd + 1);
    for (let i = 0; i < count; i++) {
      const ref = first + 2 * i;
      this.id[ref] = CHUNK_ID_BASE + (ref >> 1);
      this.ppRef[ref] = 0;
    }
    return first as NetmemRef;
  }

  /** The allocated page, or the net_iov, of this id; none if there is none (for traces: slow). */
  find(id: number): NetmemRef {
    if (id >= CHUNK_ID_BASE) {
      const ref = 2 * (id - CHUNK_ID_BASE) + 1;
      return ref < this.niovEnd ? (ref as NetmemRef) : NO_NETMEM;
    }
    for (let page = 2; page < this.nextPage; page += 2)
      if (this.id[page] === id && this.refcount[page] > 0) return page as NetmemRef;
    return NO_NETMEM;
  }

  /** Calls `visit` for every page of pool `owner` that is mapped for DMA. */
  forEachMapped(owner: number, visit: (page: NetmemRef) => void): void {
    for (let page = 2; page < this.nextPage; page += 2)
      if (this.owner[page] === owner && this.mapped[page] === 1) visit(page as NetmemRef);
  }

  /** Forgets all net_iovs; only when no pool holds any. */
  releaseNetIovs(): void {
    this.niovEnd = 1;
  }

  private grow(atLeast: number): void {
    let size = this.ppRef.length;
    while (size < atLeast) size *= 2;
    this.ppRef = enlarged(this.ppRef, new Int32Array(size));
    this.refcount = enlarged(this.refcount, new Int32Array(size));
    this.nid = enlarged(this.nid, new Int32Array(size));
    this.reserve = enlarged(this.reserve, new Uint8Array(size));
    this.owner = enlarged(this.owner, new Int32Array(size));
    this.mapped = enlarged(this.mapped, new Uint8Array(size));
    this.id = enlarged(this.id, new Int32Array(size));
  }
}

function enlarged<T extends Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
