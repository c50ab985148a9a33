/**
 * The machine's agenda: a binary heap over typed arrays, ordered by time and then by insertion, so that equal times
 * run in the order they were asked for and no step allocates memory.
 */
export class EventQueue {
  private times: Float64Array;
  private orders: Float64Array;
  private kinds: Uint8Array;
  private operands: Int32Array;
  private count = 0;
  private nextOrder = 0;

  /** Fields of the event that `pop` took. */
  time = 0;
  kind = 0;
  operand = 0;

  constructor(capacity = 64) {
    this.times = new Float64Array(capacity);
    this.orders = new Float64Array(capacity);
    this.kinds = new Uint8Array(capacity);
    this.operands = new Int32Array(capacity);
  }

  get size(): number {
    return this.count;
  }

  /** Time of the next event; Infinity when there is none. */
  peekTime(): number {
    return this.count === 0 ? Infinity : this.times[0];
  }

  push(time: number, kind: number, operand: number): void {
    if (this.count === this.times.length) this.grow();
    const order = this.nextOrder++;
    let at = this.count++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const parentTime = this.times[parent];
      if (parentTime < time || (parentTime === time && this.orders[parent] < order)) break;
      this.move(parent, at);
      at = parent;
    }
    this.set(at, time, order, kind, operand);
  }

  /** Takes the earliest event into `time`, `kind`, `operand`; false when there is none. */
  pop(): boolean {
    if (this.count === 0) return false;
    this.time = this.times[0];
    this.kind = this.kinds[0];
    this.operand = this.operands[0];
    const last = --this.count;
    if (last > 0) this.siftDown(last);
    return true;
  }

  clear(): void {
    this.count = 0;
  }

  /** Puts element `last` at the root and moves it down to its place. */
  private siftDown(last: number): void {
    const time = this.times[last];
    const order = this.orders[last];
    const kind = this.kinds[last];
    const operand = this.operands[last];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= last) break;
      if (child + 1 < last && this.before(child + 1, child)) child++;
      const childTime = this.times[child];
      if (time < childTime || (time === childTime && order < this.orders[child])) break;
      this.move(child, at);
      at = child;
    }
    this.set(at, time, order, kind, operand);
  }

  private before(a: number, b: number): boolean {
    return (
      this.times[a] < this.times[b] || (this.times[a] === this.times[b] && this.orders[a] < this.orders[b])
    );
  }

  private move(from: number, to: number): void {
    this.times[to] = this.times[from];
    this.orders[to] = this.orders[from];
    this.kinds[to] = this.kinds[from];
    this.operands[to] = this.operands[from];
  }

  private set(at: number, time: number, order: number, kind: number, operand: number): void {
    this.times[at] = time;
    this.orders[at] = order;
    this.kinds[at] = kind;
    this.operands[at] = operand;
  }

  private grow(): void {
    const capacity = this.times.length * 2;
    const times = new Float64Array(capacity);
    const orders = new Float64Array(capacity);
    const kinds = new Uint8Array(capacity);
    const operands = new Int32Array(capacity);
    times.set(this.times);
    orders.set(this.orders);
    kinds.set(this.kinds);
    operands.set(this.operands);
    this.times = times;
    this.orders = orders;
    this.kinds = kinds;
    this.operands = operands;
  }
}
