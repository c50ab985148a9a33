/**
 * Memory that keeps its own books: who owns each buffer and how many references there are, independent of the pool's
 * own counting. A wrong step of the machine or of the pool is written down, and the run goes on.
 */
import type { Memory } from '../../../simulator/memory/machine-memory.ts';
import type { PoolSnapshot } from '../../../simulator/contract/snapshot.ts';

export class WatchedMemory implements Memory {
  /** What went wrong, first occurrences only. */
  readonly broken: string[] = [];
  private readonly inner: Memory;
  /** References that pool buffers in somebody's hands have. */
  private readonly references = new Map<number, number>();
  private readonly system = new Map<number, number>();

  constructor(inner: Memory) {
    this.inner = inner;
  }

  /** Buffers of pools that somebody holds now. */
  get heldBuffers(): number {
    return this.references.size;
  }

  allocSystem(): number {
    const netmem = this.inner.allocSystem();
    if (netmem === 0) return 0;
    if (this.system.has(netmem) || this.references.has(netmem)) this.note(`page ${netmem} handed out twice`);
    this.system.set(netmem, 1);
    return netmem;
  }

  freeSystem(netmem: number): void {
    // A page of a pool that is freed past it is gone from its pool: a fault of the driver, not of the books.
    if (!this.system.delete(netmem) && !this.references.delete(netmem))
      this.note(`page ${netmem} freed twice`);
    this.inner.freeSystem(netmem);
  }

  alloc(pool: number, queue: number): number {
    const netmem = this.inner.alloc(pool, queue);
    if (netmem === 0) return 0;
    if (this.references.has(netmem) || this.system.has(netmem))
      this.note(`buffer ${netmem} handed out while in use`);
    if (this.inner.poolOf(netmem) !== pool) this.note(`buffer ${netmem} of pool ${pool} belongs to another`);
    this.references.set(netmem, 1);
    return netmem;
  }

  put(netmem: number, direct: boolean, queue: number): void {
    this.drop(netmem, 'put');
    this.inner.put(netmem, direct, queue);
  }

  lendToken(netmem: number): void {
    const count = this.references.get(netmem);
    if (count === undefined) this.note(`buffer ${netmem} lent while free`);
    this.references.set(netmem, (count ?? 0) + 1);
    this.inner.lendToken(netmem);
  }

  returnToken(netmem: number): void {
    this.drop(netmem, 'token returned');
    this.inner.returnToken(netmem);
  }

  lendCopy(): number {
    const netmem = this.inner.lendCopy();
    if (netmem === 0) return 0;
    if (this.references.has(netmem)) this.note(`buffer ${netmem} filled while in use`);
    this.references.set(netmem, 1);
    return netmem;
  }

  get events(): Memory['events'] {
    return this.inner.events;
  }

  flushRefillRing(): void {
    this.inner.flushRefillRing();
  }

  addArea(pages: number): void {
    this.inner.addArea(pages);
  }

  get copyChunks(): number {
    return this.inner.copyChunks;
  }

  syncForCpu(pool: number, netmem: number, bytes: number): void {
    if (!this.references.has(netmem)) this.note(`buffer ${netmem} synced while free`);
    this.inner.syncForCpu(pool, netmem, bytes);
  }

  isLendable(netmem: number): boolean {
    return this.inner.isLendable(netmem);
  }
  isNetIov(netmem: number): boolean {
    return this.inner.isNetIov(netmem);
  }
  poolOf(netmem: number): number {
    return this.inner.poolOf(netmem);
  }
  isUnreadable(pool: number): boolean {
    return this.inner.isUnreadable(pool);
  }
  isMapped(pool: number): boolean {
    return this.inner.isMapped(pool);
  }
  setProviderQueues(queues: readonly number[]): void {
    this.inner.setProviderQueues(queues);
  }
  createPool(...parameters: Parameters<Memory['createPool']>): ReturnType<Memory['createPool']> {
    return this.inner.createPool(...parameters);
  }
  destroyPool(pool: number): void {
    this.inner.destroyPool(pool);
  }
  tick(): boolean {
    return this.inner.tick();
  }
  pools(): readonly PoolSnapshot[] {
    return this.inner.pools();
  }
  chunkOf(netmem: number): number {
    return this.inner.chunkOf(netmem);
  }
  get totalChunks(): number {
    return this.inner.totalChunks;
  }
  get chunkBytes(): number {
    return this.inner.chunkBytes;
  }
  bufferBytes(pool: number): number {
    return this.inner.bufferBytes(pool);
  }
  get freeChunks(): number {
    return this.inner.freeChunks;
  }
  get systemPages(): number {
    return this.inner.systemPages;
  }
  forEachFree(visit: (netmem: number) => void): void {
    this.inner.forEachFree(visit);
  }
  forEachKept(visit: (netmem: number, place: 'pool-cache' | 'pool-ring') => void): void {
    this.inner.forEachKept(visit);
  }

  private drop(netmem: number, what: string): void {
    const count = this.references.get(netmem);
    if (count === undefined) this.note(`buffer ${netmem} ${what} while free`);
    else if (count === 1) this.references.delete(netmem);
    else this.references.set(netmem, count - 1);
  }

  private note(text: string): void {
    if (this.broken.length < 5) this.broken.push(text);
  }
}
