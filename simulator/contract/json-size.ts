/** How long data is as JSON, without writing it: a model says much in a few objects that stand in it many times. */

/** Largest JSON of a model, in characters: 20 times what the largest driver of the kernel gives. */
export const MAX_MODEL_CHARACTERS = 64 * 1024 * 1024;

/** Of a value, at the left margin. */
interface Extent {
  readonly characters: number;
  /** Line feeds within, at each of which all levels around are indented. */
  readonly lines: number;
}

/**
 * Characters of `JSON.stringify(data, null, indent)` with an indent above 0, except that an empty list or object is not put on one
 * line. Takes the time of the objects that there are, not of the places that they stand at.
 */
export function jsonSize(data: unknown, indent = 2): number {
  const known = new Map<object, Extent>();
  const extentOf = (value: unknown): Extent => {
    if (typeof value !== 'object' || value === null) return { characters: lengthOf(value), lines: 0 };
    const before = known.get(value);
    if (before !== undefined) return before;
    const isList = Array.isArray(value);
    let characters = 2;
    let lines = 0;
    for (const [name, member] of Object.entries(value)) {
      if (member === undefined && !isList) continue;
      const inner = extentOf(member);
      // A line feed, the comma, the name.
      characters += inner.characters + (inner.lines + 1) * indent + 2;
      if (!isList) characters += JSON.stringify(name).length + 2;
      lines += inner.lines + 1;
    }
    const extent = { characters, lines: lines === 0 ? 0 : lines + 1 };
    known.set(value, extent);
    return extent;
  };
  return extentOf(data).characters;
}

/** Of a value without members; what JSON has no word for is `null` in a list. */
function lengthOf(value: unknown): number {
  if (typeof value === 'string') return JSON.stringify(value).length;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value).length : 4;
}
