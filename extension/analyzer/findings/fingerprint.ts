/**
 * Names a finding so that the name survives edits elsewhere: it is made of the rule and the words of the line, not
 * of line numbers. Equal lines in one function are told apart by their order.
 */

export class Fingerprints {
  /** By the line, then by the rest: thousands of findings on one endless line do not go through it again. */
  readonly #seen = new Map<string, Map<string, Seen>>();

  /**
   * Fingerprint of these parts and the line; the second finding with equal ones gets another one.
   * @param line the same string for all findings of a line
   */
  of(parts: readonly string[], line: string): string {
    const key = `${parts.join('\0')}\0`;
    let ofLine = this.#seen.get(line);
    if (ofLine === undefined) this.#seen.set(line, (ofLine = new Map<string, Seen>()));
    let seen = ofLine.get(key);
    if (seen === undefined) ofLine.set(key, (seen = { mixed: mix(mix(START, key), line), times: 0 }));
    const { low, high } = mix(seen.mixed, `\0${seen.times}`);
    seen.times += 1;
    return hex(low) + hex(high);
  }
}

interface Seen {
  readonly mixed: Mixed;
  times: number;
}

/** 64 bits of FNV-1a style mixing in two halves. No secret depends on it. */
interface Mixed {
  readonly low: number;
  readonly high: number;
}

const START: Mixed = { low: 0x811c9dc5, high: 0x1b873593 };

function mix(from: Mixed, text: string): Mixed {
  let { low, high } = from;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x85ebca6b) ^ (high >>> 13);
  }
  return { low, high };
}

/** 8 hexadecimal digits. */
function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
