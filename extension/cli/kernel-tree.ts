/** The kernel tree a driver lives in, found by walking up, or the one the user names. */
import { join } from 'node:path';
import {
  assumedTree,
  BUILD_FILES,
  PROBED_HEADERS,
  probeTree,
  TREE_MARKERS,
  treeBuild,
  withDefines,
} from '../analyzer/index.ts';
import type { KernelTree, Release } from '../analyzer/index.ts';
import { exists } from '../files/disk.ts';
import { MEGABYTE, readBounded } from '../files/read-file.ts';
import { headerDirectories } from '../files/work-tree.ts';
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

/**
 * Probes the headers of the tree at `root`, once a process; without a root the release is assumed.
 * @param defines what the user says of macros: `NAME`, `NAME=VALUE`, `-NAME`
 */
export function kernelTree(
  root: string | null,
  release: Release,
  defines: readonly string[] = [],
): KernelTree {
  if (root === null) return withDefines(assumedTree(release), defines);
  const known = probed.get(root);
  if (known !== undefined) return withDefines(known, defines);
  const within = headerDirectories(root);
  const read = (name: string): string[] => readHeader(join(root, name), within);
  const [makefile = null] = read(BUILD_FILES.makefile);
  const [config = null] = read(BUILD_FILES.config);
  const tree: KernelTree = {
    ...probeTree(root, PROBED_HEADERS.flatMap(read)),
    build: treeBuild(makefile, config),
  };
  probed.set(root, tree);
  return withDefines(tree, defines);
}

/** Empty if the tree does not have it: which headers there are depends on the release. */
function readHeader(path: string, within: readonly string[]): string[] {
  try {
    return [readBounded(path, { limit: MAX_HEADER_BYTES, within }).toString('utf8')];
  } catch {
    return [];
  }
}
