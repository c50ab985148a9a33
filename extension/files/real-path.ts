/**
 * Paths without links, for a process that reads a tree once. The system looks at every directory of a path again for each
 * path, each time from the root: in directories that lie in each other that is the cube of their number. Here each directory
 * is looked at once; a link that takes the place of a directory meanwhile is not noticed, so a server uses `real`.
 */
import { platform } from 'node:process';
import { real, statLink } from './disk.ts';

/** Where a name has one spelling only. */
const HAS_ONE_SPELLING = platform === 'linux';

/** By directory. */
const known = new Map<string, string>([['/', '/']]);

/** What `real` gives. Throws if there is nothing at the path. @param path absolute */
export function realOnce(path: string): string {
  if (!HAS_ONE_SPELLING || !isPlain(path)) return real(path);
  const waiting: string[] = [];
  let directory = parentOf(path);
  let found = known.get(directory);
  while (found === undefined) {
    waiting.push(directory);
    directory = parentOf(directory);
    found = known.get(directory);
  }
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    found = below(found, next);
    known.set(next, found);
  }
  return path === '/' ? path : below(found, path);
}

/** @param parent the real path of what the path lies in */
function below(parent: string, path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const place = parent === '/' ? `/${name}` : `${parent}/${name}`;
  return statLink(place).isSymbolicLink() ? real(place) : place;
}

function parentOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end <= 0 ? '/' : path.slice(0, end);
}

/** Absolute, with no part that means another. */
function isPlain(path: string): boolean {
  return path === '/' || (path.startsWith('/') && !/\/(?:\.{0,2}(?:\/|$))/.test(path));
}
