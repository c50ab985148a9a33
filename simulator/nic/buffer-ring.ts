/**
 * A receive ring as driver and device share it: the driver posts buffers at the tail, the device fills them in order,
 * the driver takes filled ones back in the same order. A slot holds a netmem reference.
 */
export class BufferRing {
  readonly size: number;
  private readonly slots: Float64Array;
  private tail = 0;
  private device = 0;
  private head = 0;
  /** Posted and not yet used by the device. */
  available = 0;
  /** Used by the device and not yet taken back by the driver. */
  filled = 0;

  constructor(size: number) {
    this.size = size;
    this.slots = new Float64Array(size);
  }

  /** Empty descriptors. */
  get room(): number {
    return this.size - this.available - this.filled;
  }

  /** Driver: hands a buffer to the device; false when no descriptor is empty. */
  post(netmem: number): boolean {
    if (this.available + this.filled === this.size) return false;
    this.slots[this.tail] = netmem;
    if (++this.tail === this.size) this.tail = 0;
    this.available++;
    return true;
  }

  /** Device: uses the next `count` posted buffers; false when there are fewer. */
  fill(count: number): boolean {
    if (this.available < count) return false;
    this.available -= count;
    this.filled += count;
    this.device += count;
    if (this.device >= this.size) this.device -= this.size;
    return true;
  }

  /** The ring starts again: what the device had filled and nobody took is posted once more. */
  repost(): void {
    this.available += this.filled;
    this.filled = 0;
    this.device = this.head;
  }

  /** Driver: the next filled buffer; 0 when there is none. */
  take(): number {
    if (this.filled === 0) return 0;
    this.filled--;
    return this.advance();
  }

  /** Driver, ring stopped: the next buffer that is still posted, filled or not; 0 when the ring is empty. */
  reclaim(): number {
    if (this.filled > 0) return this.take();
    if (this.available === 0) return 0;
    this.available--;
    const netmem = this.advance();
    this.device = this.head;
    return netmem;
  }

  /** Visits the buffers in the ring, oldest first. */
  forEach(visit: (netmem: number) => void): void {
    for (let i = 0; i < this.filled + this.available; i++) visit(this.slots[(this.head + i) % this.size]);
  }

  /** `.` empty, `p` posted, `c` completed, by slot; at most `limit` slots. */
  picture(limit: number): string {
    const marks = new Array<string>(Math.min(this.size, limit)).fill('.');
    for (let i = 0; i < this.filled + this.available; i++) {
      const slot = (this.head + i) % this.size;
      if (slot < marks.length) marks[slot] = i < this.filled ? 'c' : 'p';
    }
    return marks.join('');
  }

  private advance(): number {
    const netmem = this.slots[this.head];
    this.slots[this.head] = 0;
    if (++this.head === this.size) this.head = 0;
    return netmem;
  }
}
