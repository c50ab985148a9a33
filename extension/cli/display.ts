/** File names as the user wrote paths: relative to where the command runs, or absolute. */
import { relative } from 'node:path';

/** @param base directory to be relative to, or null for absolute names */
export function displayName(file: string, base: string | null): string {
  return base === null ? file : relative(base, file) || '.';
}
