/**
 * File names as text. To Linux a name is bytes, in whatever encoding its author used; a byte that is no UTF-8 becomes one of
 * the characters U+DC80 to U+DCFF, which no valid text has, and the same byte again for the system (as PEP 383 of Python).
 */
import { isUtf8 } from 'node:buffer';

/** First byte that needs an escape, and what is added to it. */
const LINE_FEED = 10;
const HIGH = 0x80;
const ESCAPE = 0xdc00;

/** True where the text holds an escaped byte. */
const ESCAPED = /[\udc80-\udcff]/u;

/** A name as the system gave it, as text. Never fails, and `systemName` gives the same bytes back. */
export function textOfName(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const length = validLength(bytes, at);
    text +=
      length === 0
        ? String.fromCharCode(ESCAPE + (bytes[at] ?? HIGH))
        : bytes.toString('utf8', at, at + length);
    at += Math.max(1, length);
  }
  return text;
}

/** The same for lists of names and for patches, where most lines are text. */
export function textOfLines(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  const lines: string[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(LINE_FEED, start) + 1 || bytes.length;
    lines.push(textOfName(bytes.subarray(start, end)));
    start = end;
  }
  return lines.join('');
}

/** Bytes of the character that begins here, 0 if none does. */
function validLength(bytes: Buffer, at: number): number {
  for (let length = 1; length <= 4; length += 1)
    if (at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length))) return length;
  return 0;
}

/** The path as the calls of `node:fs` take it: text, or bytes where the text cannot say it. */
export function systemName(path: string): string | Buffer {
  return ESCAPED.test(path) ? bytesOfName(path) : path;
}

/** The bytes of a name. */
export function bytesOfName(path: string): Buffer {
  const parts: Buffer[] = [];
  for (const character of path) {
    const code = character.charCodeAt(0);
    const isByte = character.length === 1 && code >= ESCAPE + HIGH && code <= ESCAPE + 0xff;
    parts.push(isByte ? Buffer.from([code - ESCAPE]) : Buffer.from(character));
  }
  return Buffer.concat(parts);
}
