/**
 * The calls to the file system that this project makes, one function each: paths are text as `names.ts` has it. There is one
 * way to the disk so that a test can stop at each step of it.
 */
import {
  closeSync,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  renameSync,
  statSync,
  type Stats,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { systemName, textOfName } from './names.ts';

export interface Listed {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'other';
}

export const open = (path: string, flags: number, mode?: number): number =>
  openSync(systemName(path), flags, mode);
export const close = (file: number): void => closeSync(file);
export const statOpen = (file: number): Stats => fstatSync(file);
export const stat = (path: string): Stats => statSync(systemName(path));
/** The link itself, not what it leads to. */
export const statLink = (path: string): Stats => lstatSync(systemName(path));
/** False for a link that leads nowhere, too. */
export const exists = (path: string): boolean => existsSync(systemName(path));
/** Reads up to the end of `into`. @returns bytes read, 0 at the end of the file */
export const read = (file: number, into: Uint8Array, at: number): number =>
  readSync(file, into, at, into.length - at, null);
/** @returns bytes written, which may be fewer than were given */
export const write = (file: number, bytes: Uint8Array, from: number): number =>
  writeSync(file, bytes, from, bytes.length - from);
export const sync = (file: number): void => fsyncSync(file);
export const setMode = (file: number, mode: number): void => fchmodSync(file, mode);
export const setOwner = (file: number, { uid, gid }: Stats): void => fchownSync(file, uid, gid);
export const rename = (from: string, to: string): void => renameSync(systemName(from), systemName(to));
/** A second name for a file; unlike a rename it fails if that name is taken. */
export const link = (from: string, to: string): void => linkSync(systemName(from), systemName(to));
/** With those above it, as far as they are missing. */
export const makeDirectory = (path: string): void => {
  mkdirSync(systemName(path), { recursive: true });
};
export const remove = (path: string): void => unlinkSync(systemName(path));

/** The path without links in it. Throws if there is nothing at it. */
export const real = (path: string): string =>
  textOfName(realpathSync.native(systemName(path), { encoding: 'buffer' }));

/** What is directly in a directory; links are `other`. */
export function list(directory: string): Listed[] {
  const entries = readdirSync(systemName(directory), { withFileTypes: true, encoding: 'buffer' });
  return entries.map((entry) => ({
    name: textOfName(entry.name),
    kind: entry.isDirectory() ? 'directory' : entry.isFile() ? 'file' : 'other',
  }));
}
