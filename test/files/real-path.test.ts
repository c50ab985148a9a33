/** Directories in each other are looked at once each, and links among them lead where the system says. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type * as Disk from '../../extension/files/disk.ts';
import { realOnce } from '../../extension/files/real-path.ts';

const looked = vi.hoisted(() => ({ links: 0, whole: 0 }));

vi.mock('../../extension/files/disk.ts', async (original) => {
  const disk = await original<typeof Disk>();
  const count =
    <R>(what: keyof typeof looked, run: (path: string) => R) =>
    (path: string): R => {
      looked[what] += 1;
      return run(path);
    };
  return { ...disk, statLink: count('links', disk.statLink), real: count('whole', disk.real) };
});

let home = '';
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'netmem-real-')));
  looked.links = 0;
  looked.whole = 0;
});
afterEach(() => rmSync(home, { recursive: true }));

function file(path: string): string {
  mkdirSync(join(home, path, '..'), { recursive: true });
  writeFileSync(join(home, path), '');
  return join(home, path);
}

test('gives what the system gives, through links of files and of directories', () => {
  const path = file('a/b/c.c');
  symlinkSync('a', join(home, 'to-a'));
  symlinkSync('../to-a/b', join(home, 'a/to-b'));
  symlinkSync('b/c.c', join(home, 'a/to-c.c'));
  symlinkSync('/', join(home, 'up'));
  const names = [
    ...['a/b/c.c', 'to-a/b/c.c', 'a/to-b/c.c', 'to-a/to-b', 'a/to-c.c', 'to-a/to-c.c', 'up', 'up/etc/..'],
    ...['a/../to-a/../a/b/c.c', 'a//b/', 'a/./b', '.', ''],
  ];
  for (const name of names)
    expect(realOnce(`${home}/${name}`), name).toBe(realpathSync.native(`${home}/${name}`));
  expect(realOnce('/')).toBe('/');
  expect(realOnce(path)).toBe(path);
});

test('throws for what is not there, and for what a link leads to that is not', () => {
  file('a/b.c');
  symlinkSync('gone', join(home, 'a/broken'));
  symlinkSync('loop', join(home, 'a/loop'));
  for (const name of ['a/c.c', 'gone/a', 'a/b.c/c', 'a/broken', 'a/broken/x', 'a/loop'])
    expect(() => realOnce(join(home, name)), name).toThrow(/ENOENT|ENOTDIR|ELOOP/);
});

test.runIf(process.platform === 'linux')(
  'looks once at each of the directories that lie in each other',
  () => {
    const depth = 200;
    const files = Array.from({ length: depth }, (_, i) => file(`${'d/'.repeat(i)}x.c`));
    for (const path of [...files, ...files]) expect(realOnce(path)).toBe(path);
    // Each directory once, those above the home among them, and each file as often as it is asked for.
    expect(looked.links).toBeLessThan(depth * 3 + 20);
    expect(looked.whole).toBe(0);
  },
);
