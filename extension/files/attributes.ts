/**
 * What a file has besides its text, for the one that takes its place. Node changes mode and owner. It has no call for extended
 * attributes and access lists, so that `cp` of GNU copies those where there is one; elsewhere they are lost.
 */
import { spawnSync } from 'node:child_process';
import type { Stats } from 'node:fs';
import { platform } from 'node:process';
import { setMode, setOwner, statOpen } from './disk.ts';
import { systemName } from './names.ts';

const PERMISSIONS = 0o7777;

/** Gives an open file the mode and, if we may, the owner of another. */
export function takeAttributes(file: number, like: Stats): void {
  const made = statOpen(file);
  if (made.uid !== like.uid || made.gid !== like.gid) {
    try {
      setOwner(file, like);
    } catch {
      // Only root may give files away; the file then is whose tool wrote it.
    }
  }
  setMode(file, like.mode & PERMISSIONS);
}

/** Copies extended attributes and access lists, as far as the system can. */
export function copyExtendedAttributes(from: string, to: string): void {
  if (platform !== 'linux') return;
  const names = [from, to].map(systemName);
  // Arguments are text: a name in another encoding stays without.
  if (!names.every((name) => typeof name === 'string')) return;
  spawnSync('/bin/cp', ['--attributes-only', '--preserve=mode,xattr', '--', ...names], { stdio: 'ignore' });
}
