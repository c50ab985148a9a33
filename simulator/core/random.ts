/**
 * The only source of chance in a run: sfc32 seeded with 32 bits. State is four plain numbers, so that a checkpoint
 * copies it; no floating point is involved, so every platform draws the same numbers.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter: number;

  /** @param seed unsigned 32-bit; other numbers are cut to it. */
  constructor(seed: number) {
    this.a = 0x9e3779b9 | 0;
    this.b = seed | 0;
    this.c = 0x85ebca6b | 0;
    this.counter = 1;
    for (let round = 0; round < 12; round++) this.next();
  }

  /** Unsigned 32-bit. */
  next(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Whole number in [0, bound); bound is 1 to 2^31. Multiply-shift on 16 bits twice would bias less than 2^-20. */
  below(bound: number): number {
    return this.next() % bound;
  }

  /** True in `percent` of 100 draws. Draws nothing for 0 and 100, so that unused chances cost no time. */
  percent(percent: number): boolean {
    if (percent <= 0) return false;
    if (percent >= 100) return true;
    return this.next() % 10_000 < percent * 100;
  }
}
