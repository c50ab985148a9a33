/**
 * The one reader of files that an untrusted tree may have put there. Only regular files of a bounded size are read: a pipe
 * would be waited for, a device never ends, and what the kernel makes up (`/proc`) says that it is empty. Links are followed
 * as far as they stay inside.
 */
import { constants, type Stats } from 'node:fs';
import { open as openLater, realpath as realLater } from 'node:fs/promises';
import { close, open, read, statOpen } from './disk.ts';
import { systemName, textOfName } from './names.ts';
import { realOnce } from './real-path.ts';
import { isWithin } from './work-tree.ts';

export const MEGABYTE = 1024 * 1024;

export interface Bounds {
  /** Most bytes that are read. */
  readonly limit: number;
  /** Directories (without links in their paths) one of which the file has to be in; null: anywhere. */
  readonly within: readonly string[] | null;
}

const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

/** Throws what the system throws, and for what is no regular file, too large, or outside. */
export function readBounded(path: string, { limit, within }: Bounds): Buffer {
  const place = within === null ? path : inside(realOnce(path), within);
  const file = open(place, FLAGS);
  try {
    const size = sizeOf(statOpen(file), limit);
    const bytes = Buffer.allocUnsafe(size);
    let length = 0;
    while (length < size) {
      const more = read(file, bytes, length);
      if (more === 0) break;
      length += more;
    }
    return bytes.subarray(0, length);
  } finally {
    close(file);
  }
}

/** The same for who has other things to do meanwhile. */
export async function readBoundedLater(path: string, { limit, within }: Bounds): Promise<Buffer> {
  const name = systemName(path);
  const place =
    within === null ? path : inside(textOfName(await realLater(name, { encoding: 'buffer' })), within);
  const file = await openLater(systemName(place), FLAGS);
  try {
    const size = sizeOf(await file.stat(), limit);
    const bytes = Buffer.allocUnsafe(size);
    let length = 0;
    while (length < size) {
      const { bytesRead } = await file.read(bytes, length, size - length, null);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    await file.close();
  }
}

/**
 * All of what the user named for input: a file, a pipe or a device. Throws as soon as there is more than `limit`.
 * @param path absolute
 */
export function readInput(path: string, limit: number): Buffer {
  const file = open(path, constants.O_RDONLY);
  try {
    const about = statOpen(file);
    if (about.isDirectory()) throw new Error('is a directory');
    if (about.size > limit) throw tooLarge(about.size, limit);
    const parts: Buffer[] = [];
    let length = 0;
    for (;;) {
      const part = Buffer.allocUnsafe(MEGABYTE);
      const more = read(file, part, 0);
      if (more === 0) return Buffer.concat(parts);
      parts.push(part.subarray(0, more));
      length += more;
      if (length > limit) throw tooLarge(length, limit);
    }
  } finally {
    close(file);
  }
}

/** The path, if it is inside. */
function inside(path: string, roots: readonly string[]): string {
  if (roots.some((root) => isWithin(path, root))) return path;
  throw new Error(`leads out of the work tree, to ${path}; nothing there is read`);
}

function sizeOf(about: Stats, limit: number): number {
  if (about.isDirectory()) throw new Error('is a directory');
  if (!about.isFile()) throw new Error('not a regular file');
  if (about.size > limit) throw tooLarge(about.size, limit);
  return about.size;
}

/** What is said of input that nobody means. */
export function tooLarge(size: number, limit: number): Error {
  return new Error(`${(size / MEGABYTE).toFixed(1)} MB, over the limit of ${limit / MEGABYTE} MB`);
}
