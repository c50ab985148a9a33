/** The kernel tree a driver lives in, found by walking up, or the one the user names. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { assumedTree, PROBED_HEADERS, probeTree, TREE_MARKERS } from '../analyzer/kernel/probe.ts';
import { Above } from './above.ts';
import { readText } from './source-files.ts';
import { RELEASES, type KernelTree, type Release } from '../analyzer/kernel/tree.ts';

export const NEWEST: Release = RELEASES[RELEASES.length - 1] ?? '7.2';

/** True if the directory is the root of a kernel tree. */
export function isKernelRoot(directory: string): boolean {
  return TREE_MARKERS.some((name) => existsSync(join(directory, name)));
}

/** The root above the directory, or null. */
export function findKernelRoot(directory: string): string | null {
  return roots.of(directory);
}

const roots = new Above((directory) => (isKernelRoot(directory) ? directory : undefined));

const probed = new Map<string, KernelTree>();

/** Probes the headers of the tree at `root`, once a process; without a root the release is assumed. */
export function kernelTree(root: string | null, release: Release): KernelTree {
  if (root === null) return assumedTree(release);
  const known = probed.get(root);
  if (known !== undefined) return known;
  const tree = probeTree(
    root,
    PROBED_HEADERS.flatMap((header) => readHeader(join(root, header))),
  );
  probed.set(root, tree);
  return tree;
}

/** Empty if the tree does not have it: which headers there are depends on the release. */
function readHeader(path: string): string[] {
  try {
    return [readText(path)];
  } catch {
    return [];
  }
}
