/** Reads C sources. What is strange about a file is said in a line; only what cannot be used is left out. */
import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import type { SourceFile } from '../analyzer/analyzer.ts';
import { filePath } from '../analyzer/text/range.ts';

/** Larger files are generated tables: seconds of work and nothing to find. */
export const MAX_FILE_BYTES = 4 * 1024 * 1024;
const MEGABYTE = 1024 * 1024;
export const BYTE_ORDER_MARK = '\uFEFF';
/** Of files that are no sources: the largest are baselines. */
const MAX_TEXT_BYTES = 16 * 1024 * 1024;

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

/** Reads one file. @param name as the user knows it, for messages */
export function readSource(path: string, name: string): ReadOutcome {
  let bytes: Buffer;
  try {
    const { size, mode } = statSync(path);
    // A pipe would be waited for, a device may never end.
    if ((mode & constants.S_IFMT) !== constants.S_IFREG) return unusable(`${name}: not a regular file`);
    if (size > MAX_FILE_BYTES) {
      const text = `${(size / MEGABYTE).toFixed(1)} MB, over the limit of ${MAX_FILE_BYTES / MEGABYTE} MB`;
      return unusable(`${name}: ${text}; generated? split it or leave it out`);
    }
    bytes = readFileSync(path);
  } catch (error) {
    return unusable(`${name}: ${reasonOf(error)}`);
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
 * The text of a settings file, a Makefile or a header that was looked for by its name. What a stranger's tree calls so may
 * be a pipe, which would be waited for, or a device, which never ends.
 * Throws what the system throws, and for what is no regular file or too large.
 */
export function readText(path: string): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const about = fstatSync(file);
    if (about.isDirectory()) throw new Error('is a directory');
    if (!about.isFile()) throw new Error('not a regular file');
    if (about.size > MAX_TEXT_BYTES)
      throw new Error(
        `${(about.size / MEGABYTE).toFixed(1)} MB, over the limit of ${MAX_TEXT_BYTES / MEGABYTE} MB`,
      );
    return about.size === 0 ? '' : readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/** A system error in words. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code: unknown = Reflect.get(error, 'code');
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'ENOENT':
      return 'no such file or directory';
    case 'ENOTDIR':
      return 'no such file or directory';
    case 'ELOOP':
      return 'symbolic links lead in a circle';
    case 'ENAMETOOLONG':
      return 'the name is too long';
    case 'EROFS':
      return 'the file system is read-only';
    case 'EDQUOT':
      return 'no space left in the quota';
    case 'EISDIR':
      return 'is a directory';
    case 'EEXIST':
      return 'there already';
    case 'EFBIG':
      return 'the file would be larger than is allowed';
    case 'ENOSPC':
      return 'no space left on the device';
    default:
      return error.message;
  }
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
