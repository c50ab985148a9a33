/** Looks for something in a directory and in those above it. Drivers of one tree share most of these, so answers are kept. */
import { dirname, resolve } from 'node:path';

export class Above<T> {
  readonly #look: (directory: string) => T | undefined;
  readonly #known = new Map<string, T | null>();

  /** @param look says what a directory has; undefined: to be looked for above */
  constructor(look: (directory: string) => T | undefined) {
    this.#look = look;
  }

  /** What the nearest directory has; null if none has it up to the root. */
  of(directory: string): T | null {
    const passed: string[] = [];
    let found: T | null | undefined;
    for (let at = resolve(directory); found === undefined; at = dirname(at)) {
      found = this.#known.get(at) ?? (this.#known.has(at) ? null : this.#look(at));
      passed.push(at);
      if (dirname(at) === at) break;
    }
    for (const each of passed) this.#known.set(each, found ?? null);
    return found ?? null;
  }
}
