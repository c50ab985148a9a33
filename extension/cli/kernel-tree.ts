/** The kernel tree a driver lives in, found by walking up, or the one the user names. */
import { join } from 'node:path';
import { assumedTree, PROBED_HEADERS, probeTree, TREE_MARKERS } from '../analyzer/kernel/probe.ts';
import { exists } from '../files/disk.ts';
import { MEGABYTE, readBounded } from '../files/read-file.ts';
import { headerDirectories } from '../files/work-tree.ts';
import { type KernelTree, type Release } from '../analyzer/kernel/tree.ts';
import { Above } from './above.ts';

/** True if the directory is the root of a kernel tree. */
export function isKernelRoot(directory: string): boolean {
  return TREE_MARKERS.some((name) => exists(join(directory, name)));
}

/** The root above the directory, or null. */
export function findKernelRoot(directory: string): string | null {
  return roots.of(directory);
}

const roots = new Above((directory) => (isKernelRoot(directory) ? directory : undefined));

/** The largest header that is probed has a tenth of it. */
const MAX_HEADER_BYTES = 4 * MEGABYTE;

const probed = new Map<string, KernelTree>();

/** Probes the headers of the tree at `root`, once a process; without a root the release is assumed. */
export function kernelTree(root: string | null, release: Release): KernelTree {
  if (root === null) return assumedTree(release);
  const known = probed.get(root);
  if (known !== undefined) return known;
  const within = headerDirectories(root);
  const tree = probeTree(
    root,
    PROBED_HEADERS.flatMap((header) => readHeader(join(root, header), within)),
  );
  probed.set(root, tree);
  return tree;
}

/** Empty if the tree does not have it: which headers there are depends on the release. */
function readHeader(path: string, within: readonly string[]): string[] {
  try {
    return [readBounded(path, { limit: MAX_HEADER_BYTES, within }).toString('utf8')];
  } catch {
    return [];
  }
}
