/**
 * How far a file may lie from the driver that names it. An untrusted tree says where to look, by `#include`, by settings and
 * by symbolic links; what lies outside of the tree belongs to somebody else.
 */
import { homedir, tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { exists, real } from './disk.ts';

/** Without git, as far above the driver as headers are looked for. */
const CLIMB = 2;

/** By directory: the root of the git work tree around it, or null. */
const gitRoots = new Map<string, string | null>();

/**
 * The root of the tree around a directory: of the git work tree, else two directories above, but never a directory that
 * also has the user's home or the temporary files.
 * @param directory absolute
 */
export function treeAround(directory: string): string {
  return gitRoot(directory) ?? climb(directory);
}

/** The root of the git work tree around a directory, or null. */
export function gitRoot(directory: string): string | null {
  const passed: string[] = [];
  let found: string | null = null;
  for (let at = directory; ; at = dirname(at)) {
    const known = gitRoots.get(at);
    if (known !== undefined) {
      found = known;
      break;
    }
    passed.push(at);
    // A directory, or in a linked work tree a file.
    if (exists(join(at, '.git'))) {
      found = at;
      break;
    }
    if (dirname(at) === at) break;
  }
  for (const at of passed) gitRoots.set(at, found);
  return found;
}

function climb(directory: string): string {
  let at = directory;
  for (let climbed = 0; climbed < CLIMB; climbed += 1) {
    const above = dirname(at);
    if (above === at || dirname(above) === above) break;
    if ([homedir(), tmpdir()].some((place) => isWithin(place, above))) break;
    at = above;
  }
  return at;
}

/** True for the directory itself and all below it. Both as `real` gives them. */
export function isWithin(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : `${root}${sep}`);
}

/**
 * The directories that a driver may name files of: the tree around it, and the kernel tree: all of it if the driver lies
 * in it, else its headers.
 * @param kernel root of the kernel tree, or null
 * @param resolve gives paths without links; `realOnce` for a process that reads a tree once
 * @returns without links in them
 */
export function readableRoots(
  directory: string,
  kernel: string | null,
  resolve: (path: string) => string = real,
): readonly string[] {
  const home = realOr(directory, resolve);
  const tree = treeAround(home);
  const root = kernel === null ? tree : realOr(kernel, resolve);
  if (isWithin(root, tree)) return [tree];
  return isWithin(home, root) ? [tree, root] : [tree, ...headerDirectories(root)];
}

/** Where the headers of a kernel tree are. Packages of distributions have links there, into another package. */
export function headerDirectories(kernel: string): readonly string[] {
  return ['', 'net', 'linux', 'soc'].map((name) => realOr(join(kernel, 'include', name)));
}

/** The path without links, as it is if there is nothing at it. */
function realOr(path: string, resolve: (path: string) => string = real): string {
  try {
    return resolve(path);
  } catch {
    return path;
  }
}

/** Without links; of what is not there yet, the part that is. */
export function realPlace(path: string): string {
  const missing: string[] = [];
  for (let at = path; ; at = dirname(at)) {
    try {
      return join(real(at), ...missing);
    } catch {
      if (dirname(at) === at) return path;
      missing.unshift(at.slice(dirname(at).length).replace(/^[\\/]/, ''));
    }
  }
}
