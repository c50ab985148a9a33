/** File names as the user wrote paths: relative to where the command runs, or absolute. */
import { relative, sep } from 'node:path';

/** @param base directory to be relative to, or null for absolute names */
export function displayName(file: string, base: string | null): string {
  return slashed(base === null ? file : relative(base, file) || '.');
}

/** A path with `/` between its parts, as reports and patches have it. Elsewhere than on Windows `\` is part of a name. */
export function slashed(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}
