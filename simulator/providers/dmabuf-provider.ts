/**
 * Device memory behind a dma-buf, cut into chunks of a page, since 7.3 of rx-page-size (net/core/devmem.c): one chunk a
 * call, lowest free chunk first, none left means the driver's allocation fails until the user returns tokens.
 */
import { type NetmemRef, NO_NETMEM, PAGE_SIZE } from '../memory/netmem.ts';
import type { PageMemory } from '../memory/page-memory.ts';
import { E2BIG } from '../core/errno.ts';
import type { PagePool } from '../page-pool/page-pool.ts';
import type { MemoryProvider } from '../page-pool/memory-provider.ts';

export class DmabufProvider implements MemoryProvider {
  readonly kind = 'dmabuf';
  readonly chunkBytes: number;
  readonly total: number;
  free: number;
  private readonly memory: PageMemory;
  private readonly first: NetmemRef;
  /** 1: out of the provider. */
  private readonly used: Uint8Array;
  /** No chunk below this one is free. */
  private lowest = 0;

  /** @param chunkBytes a power of two, a page at least */
  constructor(memory: PageMemory, chunks: number, chunkBytes = PAGE_SIZE) {
    this.chunkBytes = chunkBytes;
    this.memory = memory;
    this.total = chunks;
    this.free = chunks;
    this.used = new Uint8Array(chunks);
    this.first = memory.reserveNetIovs(chunks);
  }

  /** mp_dmabuf_devmem_init(): the device memory needs no syncing; the order is that of a chunk. */
  init(pool: PagePool): number {
    pool.dmaSync = false;
    pool.dmaSyncForCpu = false;
    return PAGE_SIZE * 2 ** pool.params.order === this.chunkBytes ? 0 : E2BIG;
  }

  allocate(pool: PagePool): NetmemRef {
    if (this.free === 0) return NO_NETMEM;
    let chunk = this.lowest;
    while (this.used[chunk] === 1) chunk++;
    this.used[chunk] = 1;
    this.lowest = chunk + 1;
    this.free--;
    const ref = (this.first + 2 * chunk) as NetmemRef;
    pool.take(ref);
    return ref;
  }

  /** A chunk with references left is a driver bug: the kernel warns and leaks it. */
  release(pool: PagePool, ref: NetmemRef): boolean {
    if (this.memory.ppRef[ref] !== 1) {
      pool.context.warn('net_iov released with references left');
      return false;
    }
    this.memory.owner[ref] = 0;
    const chunk = this.chunkOf(ref);
    this.used[chunk] = 0;
    if (chunk < this.lowest) this.lowest = chunk;
    this.free++;
    return false;
  }

  destroy(): void {
    // The binding lives on with its file descriptor; nothing is the pool's to free.
  }

  chunkOf(ref: NetmemRef): number {
    return (ref - this.first) >> 1;
  }

  forEachFree(visit: (ref: NetmemRef) => void): void {
    for (let chunk = 0; chunk < this.total; chunk++)
      if (this.used[chunk] === 0) visit((this.first + 2 * chunk) as NetmemRef);
  }
}
