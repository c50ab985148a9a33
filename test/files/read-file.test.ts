/** Reading what an untrusted tree has put there: only regular files, of a bounded size, of that tree. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readBounded, readBoundedLater, readInput } from '../../extension/files/read-file.ts';
import { readableRoots, realPlace, treeAround } from '../../extension/files/work-tree.ts';
import { scratch } from '../cli/netmem.ts';

/** How both readers end: with a text, or why not. */
async function both(path: string, within: readonly string[] | null, limit = 1000): Promise<string> {
  const words = (error: unknown): string => (error instanceof Error ? error.message : '');
  let first: string;
  try {
    first = readBounded(path, { limit, within }).toString();
  } catch (error) {
    first = words(error);
  }
  const second = await readBoundedLater(path, { limit, within }).then((bytes) => bytes.toString(), words);
  expect(second).toBe(first);
  return first;
}

describe('a file is read', () => {
  test('from the tree, by its own name and by a link inside', async () => {
    const home = scratch({ 'tree/a/b.h': 'text' });
    symlinkSync('a/b.h', join(home, 'tree/link.h'));
    expect(await both(join(home, 'tree/a/b.h'), [join(home, 'tree')])).toBe('text');
    expect(await both(join(home, 'tree/link.h'), [join(home, 'tree')])).toBe('text');
  });

  test.each([
    ['by a path', 'tree/../out/secret.h'],
    ['by a link', 'tree/link.h'],
    ['by a link of a directory', 'tree/below/secret.h'],
  ])('not from outside, %s', async (_, path) => {
    const home = scratch({ 'out/secret.h': 'secret', 'tree/a.h': '' });
    symlinkSync('../out/secret.h', join(home, 'tree/link.h'));
    symlinkSync('../out', join(home, 'tree/below'));
    expect(await both(join(home, path), [join(home, 'tree')])).toMatch(/^leads out of the work tree, to /);
  });

  test('not if it is too large, whatever is in it', async () => {
    const path = join(scratch({ a: '' }), 'a');
    truncateSync(path, 5 * 1024 * 1024);
    expect(await both(path, null, 1024 * 1024)).toBe('5.0 MB, over the limit of 1 MB');
  });

  test.skipIf(!existsSync('/proc/self/pagemap'))('as empty if the kernel makes it up', async () => {
    expect(await both('/proc/self/pagemap', null)).toBe('');
  });

  test('not if it is a device, a pipe or a directory', async () => {
    const home = scratch();
    spawnSync('mkfifo', [join(home, 'pipe')]);
    expect(await both('/dev/zero', null)).toBe('not a regular file');
    expect(await both(join(home, 'pipe'), null)).toBe('not a regular file');
    expect(await both(home, null)).toBe('is a directory');
  });
});

test('of input that does not end as much is read as is allowed', () => {
  expect(() => readInput('/dev/zero', 3 * 1024 * 1024)).toThrow('over the limit of 3 MB');
});

describe('the tree around a directory', () => {
  test('is that of git', () => {
    const home = scratch({ 'work/.git/HEAD': '', 'work/a/b/c/d/foo.c': '' });
    expect(treeAround(join(home, 'work/a/b/c/d'))).toBe(join(home, 'work'));
  });

  test('without git ends two directories above, and below that of all temporary files', () => {
    const home = scratch({ 'a/b/c/foo.c': '' });
    expect(treeAround(join(home, 'a/b/c'))).toBe(join(home, 'a'));
    expect(treeAround(home)).toBe(home);
  });
});

describe('a driver may name files', () => {
  test('of all of a kernel tree that it lies in', () => {
    const home = scratch({ 'linux/drivers/net/ethernet/foo/foo.c': '', 'linux/include/net/x.h': '' });
    const roots = readableRoots(join(home, 'linux/drivers/net/ethernet/foo'), join(home, 'linux'));
    expect(roots).toContain(join(home, 'linux'));
  });

  test('of the headers only of one that it does not, those of a linked package among them', () => {
    const home = scratch({ 'a/b/c/d/foo.c': '', 'linux/include/net/x.h': '', 'linux/.config': '' });
    mkdirSync(join(home, 'common/linux'), { recursive: true });
    symlinkSync('../../common/linux', join(home, 'linux/include/linux'));
    const roots = readableRoots(join(home, 'a/b/c/d'), join(home, 'linux'));
    expect(roots).toContain(join(home, 'linux/include'));
    expect(roots).toContain(join(home, 'common/linux'));
    expect(roots).not.toContain(join(home, 'linux'));
  });
});

test('the real place of a file that is not there yet is where it would be made', () => {
  const home = scratch();
  mkdirSync(join(home, 'out'));
  mkdirSync(join(home, 'tree'));
  symlinkSync('../out', join(home, 'tree/link'));
  writeFileSync(join(home, 'out/there'), '');
  expect(realPlace(join(home, 'tree/link/new/x.json'))).toBe(join(home, 'out/new/x.json'));
  expect(realPlace(join(home, 'tree/link/there'))).toBe(join(home, 'out/there'));
});
