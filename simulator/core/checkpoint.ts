/**
 * Checkpoints: a copy of the contents of every object that hangs from a root, and their return into the same objects.
 * Because it walks the object graph, no part of the machine can be forgotten in a checkpoint; what must not be
 * rewound (the log, the configuration, compiled programs) is named as shared.
 */
interface Saved {
  readonly target: object;
  readonly keys: readonly string[];
  readonly values: readonly unknown[];
}

export interface Checkpoint {
  readonly objects: readonly Saved[];
  readonly arrays: readonly (readonly [target: NumericArray, copy: NumericArray])[];
  readonly maps: readonly (readonly [
    target: Map<unknown, unknown>,
    copy: readonly (readonly [unknown, unknown])[],
  ])[];
  readonly lists: readonly (readonly [target: unknown[], copy: readonly unknown[]])[];
}

type NumericArray =
  Float64Array | Int32Array | Uint32Array | Int16Array | Uint16Array | Int8Array | Uint8Array;

function isNumericArray(value: object): value is NumericArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** Copies the state that hangs from `root`, except the objects in `shared` and what hangs only from them. */
export function capture(root: object, shared: ReadonlySet<object>): Checkpoint {
  const seen = new Set<object>(shared);
  const objects: Saved[] = [];
  const arrays: [NumericArray, NumericArray][] = [];
  const maps: [Map<unknown, unknown>, [unknown, unknown][]][] = [];
  const lists: [unknown[], unknown[]][] = [];
  const waiting: object[] = [root];
  const visit = (value: unknown) => {
    if (typeof value === 'object' && value !== null) waiting.push(value);
  };
  for (let target = waiting.pop(); target !== undefined; target = waiting.pop()) {
    if (seen.has(target)) continue;
    seen.add(target);
    if (isNumericArray(target)) {
      arrays.push([target, target.slice()]);
    } else if (target instanceof Map) {
      const entries: [unknown, unknown][] = [...target];
      maps.push([target, entries]);
      for (const [key, value] of entries) {
        visit(key);
        visit(value);
      }
    } else if (Array.isArray(target)) {
      const copy: unknown[] = target.slice();
      lists.push([target, copy]);
      copy.forEach(visit);
    } else if (target instanceof Set) {
      throw new TypeError('a Set in the machine state has no checkpoint; use a Map');
    } else {
      const keys = Object.keys(target);
      const values = keys.map((key): unknown => Reflect.get(target, key));
      objects.push({ target, keys, values });
      values.forEach(visit);
    }
  }
  return { objects, arrays, maps, lists };
}

/** Puts the contents back into the objects they were taken from. */
export function restore(checkpoint: Checkpoint): void {
  for (const [target, copy] of checkpoint.arrays) target.set(copy);
  for (const [target, copy] of checkpoint.lists) {
    target.length = 0;
    for (const value of copy) target.push(value);
  }
  for (const [target, copy] of checkpoint.maps) {
    target.clear();
    for (const [key, value] of copy) target.set(key, value);
  }
  for (const { target, keys, values } of checkpoint.objects) {
    for (const key of Object.keys(target)) if (!keys.includes(key)) Reflect.deleteProperty(target, key);
    keys.forEach((key, index) => Reflect.set(target, key, values[index]));
  }
}

/** Approximate bytes that a checkpoint holds. */
export function checkpointBytes(checkpoint: Checkpoint): number {
  let bytes = 0;
  for (const [, copy] of checkpoint.arrays) bytes += copy.byteLength;
  for (const [, copy] of checkpoint.lists) bytes += copy.length * 8;
  for (const [, copy] of checkpoint.maps) bytes += copy.length * 32;
  for (const saved of checkpoint.objects) bytes += saved.keys.length * 8 + 64;
  return bytes;
}

/**
 * All state as text: objects are numbered in the order they are met, so that two machines in the same state give the
 * same text whatever their history. Zeros at the end of arrays are counted, not written.
 */
export function describeState(root: object, shared: ReadonlySet<object>): string {
  const numbers = new Map<object, number>();
  const lines: string[] = [];
  const waiting: object[] = [];
  const name = (value: unknown): string => {
    if (typeof value !== 'object' || value === null) return String(value);
    if (shared.has(value)) return 'shared';
    let number = numbers.get(value);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(value, number);
      waiting.push(value);
    }
    return `#${number}`;
  };
  name(root);
  for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) {
    const number = numbers.get(target) ?? -1;
    if (isNumericArray(target)) {
      let end = target.length;
      while (end > 0 && target[end - 1] === 0) end--;
      lines.push(`#${number} [${target.subarray(0, end).join(',')}] ${target.length}`);
    } else if (target instanceof Map) {
      lines.push(
        `#${number} {${[...target].map(([key, value]) => `${name(key)}:${name(value)}`).join(',')}}`,
      );
    } else if (Array.isArray(target)) {
      lines.push(`#${number} [${target.map(name).join(',')}]`);
    } else {
      const object = target;
      const fields = Object.keys(object).map((key) => `${key}=${name(Reflect.get(object, key))}`);
      lines.push(`#${number} ${fields.join(' ')}`);
    }
  }
  return lines.join('\n');
}
