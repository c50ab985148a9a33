/**
 * Plain data as a short text: everything that occurs several times is written once. In a driver model most of it does
 * (source ranges, bodies of inlined functions), and a model crosses several processes at each keystroke. What is unpacked
 * shares what was the same.
 */

/**
 * `parts`: values without members as they are; lists and records as arrays of numbers of earlier parts, headed by 0 for a
 * list, else by one more than the number of the record's names in `shapes`. The last part is the whole.
 */
interface Packed {
  readonly shapes: readonly (readonly string[])[];
  readonly parts: readonly (Leaf | readonly number[])[];
}

type Leaf = string | number | boolean | null;

/** @param data of null, booleans, numbers, strings, lists and records; members that are undefined are left out. */
export function packData(data: unknown): string {
  return JSON.stringify(new Packer().pack(data));
}

/** Records whose names begin alike. */
interface Shape {
  readonly next: Map<string, Shape>;
  /** Of records that have no more names; 0 if there are none. */
  number: number;
}

/** As many numbers of a part can be characters of its key, and as large. */
const MAX_KEY = 512;
const MAX_CHARACTER = 0xffff;

class Packer {
  private readonly shapes: string[][] = [];
  private readonly parts: (Leaf | number[])[] = [];
  private readonly root: Shape = { next: new Map(), number: 0 };
  private readonly leaves = new Map<Leaf, number>();
  private readonly composed = new Map<string, number>();
  private readonly largeOnes = new Map<string, number>();
  private readonly seen = new Map<object, number>();

  pack(data: unknown): Packed {
    this.part(data);
    return { shapes: this.shapes, parts: this.parts };
  }

  private part(data: unknown): number {
    if (typeof data === 'object' && data !== null) {
      let known = this.seen.get(data);
      if (known === undefined) this.seen.set(data, (known = this.composite(data)));
      return known;
    }
    const leaf =
      typeof data === 'string' || typeof data === 'number' || typeof data === 'boolean' ? data : null;
    let known = this.leaves.get(leaf);
    if (known === undefined) this.leaves.set(leaf, (known = this.parts.push(leaf) - 1));
    return known;
  }

  private composite(data: object): number {
    const numbers = Array.isArray(data) ? this.list(data) : this.record(data);
    // Parts are numbered from 0, so that the last number says how large the others can be.
    const small = numbers.length <= MAX_KEY && this.parts.length < MAX_CHARACTER;
    const key = small ? String.fromCharCode(...numbers) : numbers.join();
    const known = small ? this.composed : this.largeOnes;
    let number = known.get(key);
    if (number === undefined) known.set(key, (number = this.parts.push(numbers) - 1));
    return number;
  }

  private list(data: readonly unknown[]): number[] {
    const numbers = [0];
    for (const item of data) numbers.push(this.part(item));
    return numbers;
  }

  private record(data: object): number[] {
    const numbers = [0];
    let shape = this.root;
    for (const [name, value] of Object.entries(data)) {
      if (value === undefined) continue;
      let next = shape.next.get(name);
      if (next === undefined) shape.next.set(name, (next = { next: new Map(), number: 0 }));
      shape = next;
      numbers.push(this.part(value));
    }
    if (shape.number === 0) shape.number = this.shapes.push(namesOf(data));
    numbers[0] = shape.number;
    return numbers;
  }
}

function namesOf(data: object): string[] {
  return Object.entries(data).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}

/** @returns the data, or undefined if the text is not what {@link packData} writes. */
export function unpackData(text: string): unknown {
  const packed = parsed(text);
  if (packed === null) return undefined;
  const made: unknown[] = [];
  for (const part of packed.parts) {
    if (!isComposite(part)) {
      made.push(part);
      continue;
    }
    const [head = 0, ...numbers] = part;
    const values = numbers.map((n) => made[n]);
    const names = packed.shapes.at(head - 1);
    if (head === 0) made.push(values);
    else if (names?.length === values.length)
      made.push(Object.fromEntries(names.map((name, i) => [name, values[i]])));
    else return undefined;
  }
  return made.at(-1);
}

function isComposite(part: Packed['parts'][number]): part is readonly number[] {
  return Array.isArray(part);
}

function parsed(text: string): Packed | null {
  try {
    const data: unknown = JSON.parse(text);
    return isPacked(data) ? data : null;
  } catch {
    return null;
  }
}

function isPacked(data: unknown): data is Packed {
  if (typeof data !== 'object' || data === null || !('shapes' in data) || !('parts' in data)) return false;
  return Array.isArray(data.shapes) && data.shapes.every(Array.isArray) && Array.isArray(data.parts);
}
