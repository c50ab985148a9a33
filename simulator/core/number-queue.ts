/** First in, first out, of numbers; grows by doubling, allocates nothing else. */
export class NumberQueue {
  private items: Float64Array;
  private head = 0;
  length = 0;

  constructor(capacity = 64) {
    this.items = new Float64Array(capacity);
  }

  push(value: number): void {
    if (this.length === this.items.length) this.grow();
    let at = this.head + this.length;
    if (at >= this.items.length) at -= this.items.length;
    this.items[at] = value;
    this.length++;
  }

  /** The oldest number; 0 when there is none. */
  shift(): number {
    if (this.length === 0) return 0;
    const value = this.items[this.head];
    this.items[this.head] = 0;
    if (++this.head === this.items.length) this.head = 0;
    this.length--;
    return value;
  }

  /** The oldest number without taking it; 0 when there is none. */
  peek(): number {
    return this.length === 0 ? 0 : this.items[this.head];
  }

  /** Visits the numbers, oldest first. */
  forEach(visit: (value: number) => void): void {
    for (let i = 0; i < this.length; i++) visit(this.items[(this.head + i) % this.items.length]);
  }

  private grow(): void {
    const items = new Float64Array(this.items.length * 2);
    for (let i = 0; i < this.length; i++) items[i] = this.items[(this.head + i) % this.items.length];
    this.items = items;
    this.head = 0;
  }
}
