/** How far two texts are the same: by blocks, which the engine compares as a whole, then by characters. */

const BLOCK = 4096;

/** Length of the longest common beginning. */
export function commonStart(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at + BLOCK <= most && a.slice(at, at + BLOCK) === b.slice(at, at + BLOCK)) at += BLOCK;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return at;
}

/** Length of the longest common end that leaves the first `start` characters of both alone. */
export function commonEnd(a: string, b: string, start: number): number {
  const most = Math.min(a.length, b.length) - start;
  const last = (text: string, from: number, to: number): string =>
    text.slice(text.length - to, text.length - from);
  let at = 0;
  while (at + BLOCK <= most && last(a, at, at + BLOCK) === last(b, at, at + BLOCK)) at += BLOCK;
  while (at < most && a.charCodeAt(a.length - at - 1) === b.charCodeAt(b.length - at - 1)) at++;
  return at;
}
