/**
 * The kernel's ptr_ring (include/linux/ptr_ring.h) for one producer and one consumer: a slot is full while it is not
 * zero, and the consumer zeroes slots late, in batches. So a put can find the ring full though it holds fewer items
 * than slots.
 */
import { type NetmemRef, NO_NETMEM } from '../memory/netmem.ts';

/** Two cache lines of pointers. */
export const CONSUMER_BATCH = 16;

export class PtrRing {
  /** Items in the ring. */
  count = 0;
  readonly size: number;
  private readonly slots: Int32Array;
  private readonly batch: number;
  private producer = 0;
  private consumerHead = 0;
  private consumerTail = 0;

  constructor(size: number) {
    this.size = size;
    this.slots = new Int32Array(size);
    this.batch = CONSUMER_BATCH > size / 2 ? 1 : CONSUMER_BATCH;
  }

  /** __ptr_ring_produce(): false if the ring is full. */
  produce(ref: NetmemRef): boolean {
    if (this.slots[this.producer] !== 0) return false;
    this.slots[this.producer++] = ref;
    if (this.producer >= this.size) this.producer = 0;
    this.count++;
    return true;
  }

  isEmpty(): boolean {
    return this.slots[this.consumerHead] === 0;
  }

  /** __ptr_ring_consume(): the oldest item, or none. */
  consume(): NetmemRef {
    const ref = this.slots[this.consumerHead];
    if (ref === 0) return NO_NETMEM;
    this.discardOne();
    this.count--;
    return ref as NetmemRef;
  }

  /** Items from the oldest on, for pictures and tests. */
  items(): NetmemRef[] {
    const found: NetmemRef[] = [];
    for (let i = 0; i < this.count; i++)
      found.push(this.slots[(this.consumerHead + i) % this.size] as NetmemRef);
    return found;
  }

  /** __ptr_ring_discard_one(): zeroes back from the head once a batch is used up or the ring wraps. */
  private discardOne(): void {
    let head = this.consumerHead;
    const next = head + 1;
    if (next - this.consumerTail >= this.batch || next >= this.size) {
      while (head >= this.consumerTail) this.slots[head--] = 0;
      this.consumerTail = next;
    }
    this.consumerHead = next;
    if (next >= this.size) {
      this.consumerHead = 0;
      this.consumerTail = 0;
    }
  }
}
