/** Globs of the settings, shared by editor and terminal: `*` within a name, `**` across directories, `?` one character. */

/** `dirs` is what a globstar with a slash behind it stands for: any number of whole directories. */
type Part =
  { readonly kind: 'any' | 'name' | 'dirs' | 'one' } | { readonly kind: 'text'; readonly text: string };

/**
 * True if the glob names the path or a directory above it. Both use `/`. An untrusted repository brings globs along, so no
 * regular expression is made of them: the cost is the product of the two lengths, whatever they say.
 */
export function globMatches(glob: string, path: string): boolean {
  let reached = new Set([0]);
  for (const part of partsOf(glob.replace(/\/+$/, ''))) {
    reached = after(part, reached, path);
    if (reached.size === 0) return false;
  }
  return [...reached].some((at) => at === path.length || path[at] === '/');
}

function partsOf(glob: string): Part[] {
  return (glob.match(/\*\*\/|\*\*|\*|\?|[^*?]+/g) ?? []).map((token): Part => {
    switch (token) {
      case '**/':
        return { kind: 'dirs' };
      case '**':
        return { kind: 'any' };
      case '*':
        return { kind: 'name' };
      case '?':
        return { kind: 'one' };
      default:
        return { kind: 'text', text: token };
    }
  });
}

/** The places in the path where what comes before and the part can have ended. */
function after(part: Part, reached: ReadonlySet<number>, path: string): Set<number> {
  switch (part.kind) {
    case 'text':
      return new Set(
        [...reached].filter((at) => path.startsWith(part.text, at)).map((at) => at + part.text.length),
      );
    case 'one':
      return new Set([...reached].filter((at) => at < path.length && path[at] !== '/').map((at) => at + 1));
    case 'any':
    case 'dirs':
    case 'name': {
      const next = new Set<number>();
      let open = false;
      for (let at = 0; at <= path.length; at += 1) {
        const slash = at > 0 && path[at - 1] === '/';
        if (part.kind === 'name' && slash) open = false;
        open ||= reached.has(at);
        if (part.kind === 'dirs' ? reached.has(at) || (open && slash) : open) next.add(at);
      }
      return next;
    }
  }
}
