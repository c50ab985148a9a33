/**
 * A disk on which something happens at a step that a test chooses: the process is killed, no space is left, or the user saves
 * a file. Every call of `files/disk.ts` is a step. Mock that module with `throughHooks`.
 */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type * as Disk from '../../extension/files/disk.ts';
import type { FileChange } from '../../extension/cli/write-files.ts';

export interface Call {
  /** Of the function. */
  readonly name: string;
  readonly args: readonly unknown[];
}

let home = '';
let dead = false;
let aside = '';

const nothing: (call: Call) => void = () => undefined;

export const disk = {
  /** Called before each step; what it throws, the call throws. */
  before: nothing,
  /** The name that the last file was moved aside to. */
  lastAside: (): string => aside,
};

/** The process is gone: this and all later calls do nothing. Of a write half is on the disk. */
export function kill({ name, args }: Call): never {
  const [file, bytes, from] = args;
  if (name === 'write' && typeof file === 'number' && bytes instanceof Uint8Array)
    writeSync(file, bytes, Number(from), Math.floor(bytes.length / 2));
  dead = true;
  throw new Error('gone');
}

/** True after `kill`. */
export const isKilled = (): boolean => dead;

/** Another process looks at what the killed one left. */
export function revive(): void {
  dead = false;
  disk.before = nothing;
}

/** The module with a step before each of its functions. */
export function throughHooks(real: typeof Disk): typeof Disk {
  const hooked =
    <A extends unknown[], R>(name: string, run: (...args: A) => R) =>
    (...args: A): R => {
      if (dead) throw new Error('gone');
      disk.before({ name, args });
      if (name === 'rename' && String(args[1]).endsWith('.old')) aside = String(args[1]);
      return run(...args);
    };
  return {
    open: hooked('open', real.open),
    close: hooked('close', real.close),
    statOpen: hooked('statOpen', real.statOpen),
    stat: hooked('stat', real.stat),
    statLink: hooked('statLink', real.statLink),
    exists: hooked('exists', real.exists),
    read: hooked('read', real.read),
    write: hooked('write', real.write),
    // No machine goes down here, and a sync takes longer than all the rest.
    sync: hooked('sync', () => undefined),
    setMode: hooked('setMode', real.setMode),
    setOwner: hooked('setOwner', real.setOwner),
    rename: hooked('rename', real.rename),
    link: hooked('link', real.link),
    makeDirectory: hooked('makeDirectory', real.makeDirectory),
    remove: hooked('remove', real.remove),
    real: hooked('real', real.real),
    list: hooked('list', real.list),
  };
}

/** The directory of the files. */
export const directory = (): string => home;

export function setUp(): void {
  home = mkdtempSync(join(tmpdir(), 'netmem-write-'));
}

export function clear(): void {
  revive();
  rmSync(home, { recursive: true });
}

/** A file with its old text, and the change to the new one. */
export function change(name: string, before: string, after: string): FileChange {
  const path = join(home, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, before);
  return { path, name, before, after };
}

/** Every file below the directory, by its name. */
export function texts(): Record<string, string> {
  const names = readdirSync(home, { recursive: true, encoding: 'utf8' }).sort();
  const files = names.filter((name) => statSync(join(home, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(home, name), 'utf8')]));
}
