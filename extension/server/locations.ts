/** Directories and relative names of URIs. The server thinks in URIs, since not every workspace has paths. */
import { URI, Utils } from 'vscode-uri';

/** Deeper than any kernel tree, and an end for odd file systems. */
const MAX_DEPTH = 40;

/** Directory of a URI, without the slash at its end. */
export function directoryOf(uri: string): string {
  return uri.slice(0, uri.lastIndexOf('/'));
}

/** The directory and all above it, nearest first. */
export function upwards(directory: string): string[] {
  const found: string[] = [];
  let at = URI.parse(directory);
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    found.push(at.toString().replace(/\/$/, ''));
    const up = Utils.dirname(at);
    if (up.path === at.path || up.path === '' || up.path === '.') break;
    at = up;
  }
  return found;
}

/** A name in a directory. The directory may be the root of its file system, whose URI has no slash left at its end. */
export function within(directory: string, name: string): string {
  return Utils.joinPath(URI.parse(`${directory}/`), name).toString();
}

/**
 * A path that the user wrote, as a URI beside `base`: absolute, or relative to it. On the file system of `base`,
 * whatever that is.
 */
export function resolvePath(base: string, path: string): string {
  const from = URI.parse(base);
  const slashes = path.replaceAll('\\', '/');
  if (/^[A-Za-z]:\//.test(slashes) && from.scheme === 'file') return URI.file(slashes).toString();
  return Utils.resolvePath(from, slashes).toString();
}

/** The name of a file as seen from a directory, with `/` and, if need be, `..`. */
export function relativeName(directory: string, uri: string): string {
  const from = parts(directory);
  const to = parts(uri);
  let same = 0;
  while (same < from.length && same < to.length - 1 && from[same] === to[same]) same += 1;
  return [...from.slice(same).map(() => '..'), ...to.slice(same)].join('/');
}

function parts(uri: string): string[] {
  return URI.parse(uri)
    .path.split('/')
    .filter((part) => part !== '');
}
