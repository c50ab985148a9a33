/**
 * Makes files that were not there. Under a name of chance, which nobody can have planted a link at, and only if the name is
 * free; a name that is asked for is taken by a link to the finished file, so that it is there whole or not at all, even if
 * the process is killed.
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { close, link, open, remove, rename, statLink, sync, write } from './disk.ts';
import { codeOf } from './reason.ts';

/** Names that a killed process leaves: its number, and 16 digits of chance. */
export const TEMPORARY = /^\.netmem-(\d+)-[0-9a-f]{16}\.tmp$/;

/** Bytes of chance in a name. */
const CHANCE = 8;

/** A new name in the directory of a file. It says whose it is, so that what a killed process left can be removed. */
export function temporaryBeside(path: string): string {
  return join(dirname(path), `.netmem-${process.pid}-${randomBytes(CHANCE).toString('hex')}.tmp`);
}

const NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const OWNER_ONLY = 0o600;
const USUAL_MODE = 0o666;

/** What a file is made of; the pieces of a capture may be more than memory holds. */
export type Content = string | Uint8Array | Iterable<Uint8Array>;

/**
 * Writes a file that lasts. Throws what the system throws, EEXIST if there is anything at the name, a link among it; then
 * nothing is left behind.
 * @param finish given the open file before it is synced: its mode and owner
 */
export function writeNew(path: string, content: Content, finish?: (file: number) => void): void {
  const file = open(path, NEW, finish === undefined ? USUAL_MODE : OWNER_ONLY);
  try {
    try {
      for (const piece of piecesOf(content)) writeWhole(file, piece);
      finish?.(file);
      sync(file);
    } finally {
      close(file);
    }
  } catch (error) {
    discard(path);
    throw error;
  }
}

/** Writes to what is no file: a pipe, a terminal. */
export function writeInto(path: string, content: Content): void {
  const file = open(path, constants.O_WRONLY);
  try {
    for (const piece of piecesOf(content)) writeWhole(file, piece);
  } finally {
    close(file);
  }
}

function piecesOf(content: Content): Iterable<Uint8Array> {
  if (typeof content === 'string') return [Buffer.from(content, 'utf8')];
  return content instanceof Uint8Array ? [content] : content;
}

/** A disk that is full takes a part before it refuses the rest. */
function writeWhole(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += write(file, bytes, at);
}

/** Throws what the system throws, EEXIST among it; then nothing is left behind. */
export function createFile(path: string, content: Content): void {
  const beside = temporaryBeside(path);
  writeNew(beside, content);
  try {
    putInFree(beside, path);
  } finally {
    discard(beside);
  }
}

/** Gives a file a further name. Throws EEXIST if that is taken, also where the file system knows no links. */
export function putInFree(from: string, to: string): void {
  try {
    link(from, to);
  } catch (error) {
    if (!hasNoLinks(error) || isTaken(to)) throw error;
    rename(from, to);
  }
}

/** The same for a file whose own name is not needed any more: a disk too full for one more name can still rename. */
export function moveToFree(from: string, to: string): void {
  try {
    link(from, to);
  } catch (error) {
    if (isTaken(to)) throw error;
    rename(from, to);
  }
}

/** True if there is anything at the name, even a link that leads nowhere. */
export function isTaken(path: string): boolean {
  try {
    statLink(path);
    return true;
  } catch {
    return false;
  }
}

/** Removes a file of ours; not being able to is nobody's worry. */
export function discard(path: string): void {
  try {
    remove(path);
  } catch {
    // Gone already, or as full and read-only as the disk that made us give up.
  }
}

/** Makes names last that were given in a directory, as far as its file system can. */
export function syncDirectory(directory: string): void {
  let file: number;
  try {
    file = open(directory, constants.O_RDONLY);
  } catch {
    return;
  }
  try {
    sync(file);
  } catch {
    // Not every file system syncs directories.
  } finally {
    close(file);
  }
}

/** True if the file system knows no links, as those of memory cards and of some networks. */
function hasNoLinks(error: unknown): boolean {
  return ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].some((known) => known === codeOf(error));
}
