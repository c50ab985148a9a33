/**
 * Messages on a stream, as far as their frames are whole. `vscode-jsonrpc` waits for ever after a header that it cannot read;
 * here what is no header is left out, up to the next one.
 */
import { Transform, type TransformCallback } from 'node:stream';

const END = Buffer.from('\r\n\r\n');
const LENGTH = /^content-length:\s*(\d{1,9})\s*$/im;
/** What a header may be; more without an end is none. */
const MAX_HEADER = 4096;
const NAME = 'content-length:';

/** @param onProblem told once for each stretch that is left out */
export function wholeFrames(onProblem: (problem: string) => void): Transform {
  let rest: Buffer = Buffer.alloc(0);
  /** Bytes of the body that are still to come. */
  let body = 0;

  /** What can be passed on of `rest` now; null: wait for more. */
  function next(): Buffer | null {
    if (body > 0) {
      const part = rest.subarray(0, body);
      rest = rest.subarray(part.length);
      body -= part.length;
      return part.length === 0 ? null : part;
    }
    const end = rest.indexOf(END);
    if (end < 0 && rest.length <= MAX_HEADER) return null;
    const header = rest.subarray(0, end < 0 ? MAX_HEADER : end).toString('latin1');
    const length = LENGTH.exec(header)?.[1];
    const isHeader = end >= 0 && header.split('\r\n').every((line) => /^[\w-]+:[^\r\n]*$/.test(line));
    if (length !== undefined && isHeader) {
      const whole = rest.subarray(0, end + END.length);
      rest = rest.subarray(end + END.length);
      body = Number(length);
      return whole;
    }
    skip(header);
    return Buffer.alloc(0);
  }

  /** Leaves out what is no header, up to what may begin the next. */
  function skip(header: string): void {
    // Behind the first character: what begins here was no header.
    const found = rest.toString('latin1').toLowerCase().indexOf(NAME, 1);
    const until = found < 0 ? Math.max(1, rest.length - NAME.length) : found;
    rest = rest.subarray(until);
    if (!said) onProblem(`no header of a message: ${JSON.stringify(header.slice(0, 60))}; left out`);
    said = found < 0;
  }
  let said = false;

  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (let part = next(); part !== null; part = next()) if (part.length > 0) this.push(part);
      done();
    },
  });
}
