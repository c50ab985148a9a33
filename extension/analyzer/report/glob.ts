/** Globs of the settings, shared by editor and terminal: `*` within a name, `**` across directories, `?` one character. */

/** True if the glob names the path or a directory above it. Both use `/`. */
export function globMatches(glob: string, path: string): boolean {
  return new RegExp(`^${toPattern(glob.replace(/\/+$/, ''))}(/|$)`).test(path);
}

function toPattern(glob: string): string {
  return glob.replace(/\*\*\/|\*\*|\*|\?|[^\w/]/g, (token) => {
    switch (token) {
      case '**/':
        return '(?:.*/)?';
      case '**':
        return '.*';
      case '*':
        return '[^/]*';
      case '?':
        return '[^/]';
      default:
        return `\\${token}`;
    }
  });
}
