/**
 * Puts a file in place of another that somebody else may be saving at this very moment. A rename would silently take what was
 * saved between the last look and the rename. So the old file is moved aside first, looked at there, where no save by name
 * reaches it, and the new one gets the name only if that is still free.
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { copyExtendedAttributes, takeAttributes } from './attributes.ts';
import { close, link, makeDirectory, open, read, real, rename, stat, statLink, statOpen } from './disk.ts';
import {
  type Content,
  createFile,
  discard,
  isTaken,
  putInFree,
  temporaryBeside,
  writeInto,
  writeNew,
} from './new-file.ts';
import { MEGABYTE, readBounded } from './read-file.ts';
import { codeOf } from './reason.ts';

/** Names of files moved aside. They may be the only copy of something: nobody but who moved one removes it. */
export const ASIDE = /^\.netmem-[0-9a-f]{16}\.old$/;
const CHANCE = 8;

/** A new name in the directory of a file, for what it was before. */
export function asideOf(path: string): string {
  return join(dirname(path), `.netmem-${randomBytes(CHANCE).toString('hex')}.old`);
}

export interface Exchange {
  /** The file to replace, which is not a link. */
  readonly target: string;
  /** The finished file that takes its place, in the same directory. It keeps its own name as well. */
  readonly fresh: string;
  /** Free name in the same directory. */
  readonly aside: string;
}

export type Exchanged =
  /** The old file is at `aside`. */
  | { readonly kind: 'done' }
  /** The file is another than `before`, and stays. `kept`: what else of the user's there is besides, or null. */
  | { readonly kind: 'changed'; readonly kept: string | null };

/**
 * Replaces a file whose text is `before`. What anybody saves meanwhile stays, at its name or at `aside`.
 * Throws what the system throws; then the file is what it was.
 * @param put gives the new file the name
 */
export function exchange(
  { target, fresh, aside }: Exchange,
  before: Buffer,
  put: (from: string, to: string) => void = putInFree,
): Exchanged {
  try {
    rename(target, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { kind: 'changed', kept: null };
    throw error;
  }
  try {
    if (!isText(aside, before)) return { kind: 'changed', kept: putBack(aside, target, before) };
    put(fresh, target);
    return { kind: 'done' };
  } catch (error) {
    const kept = putBack(aside, target, before);
    if (codeOf(error) === 'EEXIST') return { kind: 'changed', kept };
    throw error;
  }
}

/** Gives a file that was moved aside its name again. @returns where it stays if that is taken and it is not `before` */
export function putBack(aside: string, target: string, before: Buffer): string | null {
  try {
    link(aside, target);
  } catch {
    if (!isTaken(target)) {
      // No links here, or a disk too full for one more name: a rename needs none.
      rename(aside, target);
      return null;
    }
    if (!isText(aside, before)) return aside;
  }
  discard(aside);
  return null;
}

/** True if the file is a regular one with this text. Throws what the system throws. */
export function isText(path: string, text: Buffer): boolean {
  if (!statLink(path).isFile()) return false;
  const file = open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if (statOpen(file).size !== text.length) return false;
    // One more than expected: the file may have grown since.
    const bytes = Buffer.allocUnsafe(text.length + 1);
    let length = 0;
    while (length < bytes.length) {
      const more = read(file, bytes, length);
      if (more === 0) break;
      length += more;
    }
    return bytes.subarray(0, length).equals(text);
  } finally {
    close(file);
  }
}

/** A file with the new text beside one that it will replace, with mode, owner and attributes of that. */
export function writeBeside(target: string, fresh: string, content: Content): void {
  const like = stat(target);
  writeNew(fresh, content, (file) => takeAttributes(file, like));
  copyExtendedAttributes(target, fresh);
}

/**
 * Writes what the user asked for by name: a new file, or in place of an old one, which keeps its mode. A pipe or a device
 * is written to. Throws what the system throws, and for a link to a file, which may have come with an untrusted tree.
 */
export function putFile(path: string, content: Content): void {
  if (!isTaken(path)) {
    createFile(path, content);
    return;
  }
  const about = stat(path);
  if (about.isDirectory()) throw new Error('is a directory');
  if (!about.isFile()) {
    writeInto(path, content);
    return;
  }
  if (statLink(path).isSymbolicLink())
    throw new Error(`is a symbolic link; name the file it leads to, ${real(path)}`);
  const fresh = temporaryBeside(path);
  try {
    writeBeside(path, fresh, content);
    rename(fresh, path);
  } catch (error) {
    discard(fresh);
    throw error;
  }
}

const CHANGED = 'has changed since it was read';
/** Largest text that is saved over. */
const MAX_TEXT_BYTES = 16 * MEGABYTE;

/**
 * Saves a text over the one it was made from; `before` null: over nothing, in a directory that is made if it is missing.
 * Throws what the system throws.
 * @returns why it was not saved, or null
 */
export function saveOver(path: string, before: string | null, content: string): string | null {
  if (before === null) {
    makeDirectory(dirname(path));
    createFile(path, content);
    return null;
  }
  if (statLink(path).isSymbolicLink()) return `is a symbolic link; name the file it leads to, ${real(path)}`;
  // Its bytes may be others: an editor's text has no byte order mark.
  const bytes = readBounded(path, { limit: MAX_TEXT_BYTES, within: null });
  if (new TextDecoder().decode(bytes) !== before) return CHANGED;
  const fresh = temporaryBeside(path);
  const aside = asideOf(path);
  try {
    writeBeside(path, fresh, content);
    if (exchange({ target: path, fresh, aside }, bytes).kind === 'changed') return CHANGED;
    discard(aside);
    return null;
  } finally {
    discard(fresh);
  }
}
