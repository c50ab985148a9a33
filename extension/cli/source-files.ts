/** Reads C sources. What is strange about a file is said in a line; only what cannot be used is left out. */
import { isUtf8 } from 'node:buffer';
import { dirname } from 'node:path';
import { filePath } from '../analyzer/index.ts';
import type { SourceFile } from '../analyzer/index.ts';
import { MEGABYTE, readBounded } from '../files/read-file.ts';
import { reasonOf } from '../files/reason.ts';
import { realOnce } from '../files/real-path.ts';
import { readableRoots } from '../files/work-tree.ts';

/** Larger files are generated tables: seconds of work and nothing to find. */
export const MAX_FILE_BYTES = 4 * MEGABYTE;
export const BYTE_ORDER_MARK = '\uFEFF';
/** Of files that are no sources: the largest are baselines. */
const MAX_TEXT_BYTES = 16 * MEGABYTE;

export type ReadOutcome =
  /** `remark` is worth a line, the file is used all the same. */
  | {
      readonly kind: 'read';
      readonly file: SourceFile;
      readonly remark: string | null;
      readonly exact: boolean;
      /** The file begins with a byte order mark, which the text is without, as in an editor. */
      readonly marked: boolean;
    }
  /** `problem` says what and what to do. */
  | { readonly kind: 'unusable'; readonly problem: string };

/**
 * Reads one file.
 * @param name as the user knows it, for messages
 * @param within directories one of which it has to be in, links resolved
 */
export function readSource(path: string, name: string, within: readonly string[]): ReadOutcome {
  let bytes: Buffer;
  try {
    bytes = readBounded(path, { limit: MAX_FILE_BYTES, within });
  } catch (error) {
    const reason = reasonOf(error);
    const advice = reason.includes('over the limit') ? '; generated? split it or leave it out' : '';
    return unusable(`${name}: ${reason}${advice}`);
  }
  if (bytes.includes(0)) return unusable(`${name}: not a text file; name C sources`);
  const file = (text: string): SourceFile => ({ path: filePath(path), text });
  if (isUtf8(bytes)) {
    const whole = bytes.toString('utf8');
    const marked = whole.startsWith(BYTE_ORDER_MARK);
    const text = marked ? whole.slice(BYTE_ORDER_MARK.length) : whole;
    const remark = text.trim() === '' ? `${name}: empty, nothing to check` : null;
    return { kind: 'read', file: file(text), remark, exact: true, marked };
  }
  const line = invalidLine(bytes);
  const remark = `${name}:${line}: not UTF-8, read as Latin-1 and never changed; convert it with iconv`;
  return { kind: 'read', file: file(bytes.toString('latin1')), remark, exact: false, marked: false };
}

/**
 * The text of a settings file or a Makefile that was looked for by its name, from the tree that it was looked for in.
 * Throws what the system throws, and for what is no regular file, too large, or outside.
 */
export function readText(path: string): string {
  const within = readableRoots(dirname(path), null, realOnce);
  return readBounded(path, { limit: MAX_TEXT_BYTES, within }).toString('utf8');
}

function unusable(problem: string): ReadOutcome {
  return { kind: 'unusable', problem };
}

function invalidLine(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const end = bytes.indexOf(10, start);
    const stop = end < 0 ? bytes.length : end;
    if (!isUtf8(bytes.subarray(start, stop))) return line;
    start = stop + 1;
  }
  return line;
}
