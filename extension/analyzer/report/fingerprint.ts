/**
 * Names a finding so that the name survives edits elsewhere: it is made of the rule and the words of the line, not
 * of line numbers. Equal lines in one function are told apart by their order.
 */

export class Fingerprints {
  readonly #seen = new Map<string, number>();

  /** Fingerprint of these parts; the second finding with equal parts gets another one. */
  of(parts: readonly string[]): string {
    const key = parts.join('\0');
    const order = this.#seen.get(key) ?? 0;
    this.#seen.set(key, order + 1);
    return hash(`${key}\0${order}`);
  }
}

/** 64 bits of FNV-1a style mixing in two halves, as 16 hexadecimal digits. No secret depends on it. */
function hash(text: string): string {
  let low = 0x811c9dc5;
  let high = 0x1b873593;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x85ebca6b) ^ (high >>> 13);
  }
  return hex(low) + hex(high);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
