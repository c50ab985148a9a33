import { expect, test } from 'vitest';
import { globMatches } from '../../../extension/analyzer/settings/glob.ts';

test.each<[glob: string, yes: readonly string[], no: readonly string[]]>([
  ['old', ['old', 'old/foo.c', 'old/a/b.c'], ['older', 'a/old', 'ol']],
  ['old/', ['old', 'old/foo.c'], ['older/foo.c']],
  ['**/staging/**', ['staging/a', 'a/staging/b', 'a/b/staging/c/d'], ['staging', 'a/stagings/b']],
  ['**/staging', ['staging', 'a/staging', 'a/b/staging/c'], ['a/b-staging', 'astaging']],
  ['*.c', ['a.c', '.c'], ['a/b.c', 'a.h', 'ac']],
  ['**.c', ['a.c', 'a/b.c'], ['a.h']],
  ['a?c', ['abc', 'a.c', 'abc/d'], ['a/c', 'ac', 'abbc']],
  ['a*b*c', ['abc', 'a1b2c', 'abbcc'], ['a/b/c', 'acb']],
  ['drivers/*/foo', ['drivers/net/foo', 'drivers/net/foo/a.c'], ['drivers/foo', 'drivers/a/b/foo']],
  ['a+(b)[c]', ['a+(b)[c]', 'a+(b)[c]/d'], ['ab', 'aabc']],
  ['ü.c', ['ü.c'], ['u.c']],
])('%s', (glob, yes, no) => {
  for (const path of yes) expect([path, globMatches(glob, path)]).toEqual([path, true]);
  for (const path of no) expect([path, globMatches(glob, path)]).toEqual([path, false]);
});

/** A regular expression made of these tries every way to share the path out among the stars: longer than the universe. */
test.each([
  ['**/'.repeat(300) + 'x', 'a/'.repeat(300)],
  ['*a'.repeat(300) + 'x', 'a'.repeat(600)],
  ['**a'.repeat(300) + 'x', 'a/'.repeat(300)],
])('a glob that wants to be tried for ever is not', (glob, path) => {
  expect(globMatches(glob, path)).toBe(false);
});
