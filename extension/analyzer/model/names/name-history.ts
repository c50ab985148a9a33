/**
 * What the declared names of a driver meant, one analysis after the other: whether what was worked out of some of them at
 * one time still holds at another.
 */

/** Changes that are remembered; what was not looked at for so many edits of declarations is worked out again. */
const MOST_ROUNDS = 256;

export class NameHistory {
  /** Words that changed their meaning, change by change; the first ones are forgotten. */
  private readonly changes: ReadonlySet<string>[] = [];
  private forgotten = 0;

  /** Number of the latest change. */
  get now(): number {
    return this.forgotten + this.changes.length;
  }

  /** @param words that mean something else than before */
  add(words: ReadonlySet<string>): void {
    this.changes.push(words);
    if (this.changes.length <= MOST_ROUNDS) return;
    this.changes.shift();
    this.forgotten += 1;
  }

  /** True if all these words mean what they meant at the time of that change. */
  isSame(words: ReadonlySet<string>, since: number): boolean {
    if (since < this.forgotten) return false;
    for (let i = since - this.forgotten; i < this.changes.length; i++) {
      const changed = this.changes[i] ?? words;
      if (!disjoint(changed, words)) return false;
    }
    return true;
  }
}

function disjoint(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const [few, many] = a.size < b.size ? [a, b] : [b, a];
  for (const word of few) if (many.has(word)) return false;
  return true;
}
