/** File names as output has them: relative to where the command runs for what lies below it, else absolute. */
import { relative, sep } from 'node:path';

/** @param base directory to be relative to, or null for absolute names */
export function displayName(file: string, base: string | null): string {
  if (base === null) return slashed(file);
  const name = slashed(relative(base, file));
  return name === '..' || name.startsWith('../') ? slashed(file) : name || '.';
}

/** The same for who asks of the same few files again and again. */
export function displayNames(base: string | null): (file: string) => string {
  const known = new Map<string, string>();
  return (file) => {
    let name = known.get(file);
    if (name === undefined) known.set(file, (name = displayName(file, base)));
    return name;
  };
}

/** A path with `/` between its parts, as reports and patches have it. Elsewhere than on Windows `\` is part of a name. */
export function slashed(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}
