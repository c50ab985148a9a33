/** A diff that `git apply` takes. */
import { createTwoFilesPatch } from 'diff';

/**
 * Unified diff of one file, three lines of context, with the a/ and b/ prefixes that git strips; empty if nothing
 * changed. `path` is relative to where the patch is to be applied.
 */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return '';
  const patch = createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, undefined, undefined, {
    context: 3,
  });
  // git reads the two file lines and the hunks; the separator above them is the library's own.
  const body = patch.slice(patch.indexOf('--- '));
  // Names with characters that would end a line are quoted there, as git quotes them.
  const [from = '', to = ''] = body.split('\n', 2);
  const hunks = body.slice(from.length + to.length + 2);
  const [old, fresh] = [from.trimEnd(), to.trimEnd()];
  return `diff --git ${old.slice(4)} ${fresh.slice(4)}\n${old}\n${fresh}\n${hunks}`;
}
