/** Making and replacing files: nothing is written through a link that somebody has planted. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createFile, temporaryBeside, writeNew } from '../../extension/files/new-file.ts';
import { putFile, saveOver } from '../../extension/files/replace-file.ts';
import { scratch } from '../cli/netmem.ts';

test('names of temporary files cannot be guessed', () => {
  const names = new Set(Array.from({ length: 1000 }, () => temporaryBeside('/a/b.c')));
  expect(names.size).toBe(1000);
  for (const name of names) expect(name).toMatch(/^\/a\/\.netmem-\d+-[0-9a-f]{16}\.tmp$/);
});

test.each(['', 'victim'])('a link at the name is not followed, to %j', (target) => {
  const home = scratch({ victim: 'precious' });
  symlinkSync(target === '' ? 'nowhere' : target, join(home, 'new'));
  for (const make of [createFile, writeNew])
    expect(() => make(join(home, 'new'), 'text')).toThrow(expect.objectContaining({ code: 'EEXIST' }));
  expect(readFileSync(join(home, 'victim'), 'utf8')).toBe('precious');
  expect(readdirSync(home).sort()).toEqual(['new', 'victim']);
});

describe('an export', () => {
  test('makes a new file, and replaces an old one, which keeps its mode', () => {
    const home = scratch();
    const path = join(home, 'run.json');
    putFile(path, 'one');
    chmodSync(path, 0o600);
    putFile(path, [Buffer.from('t'), Buffer.from('wo')]);
    expect(readFileSync(path, 'utf8')).toBe('two');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(home)).toEqual(['run.json']);
  });

  test.each(['victim', 'nowhere'])('is not written through a link to %s', (target) => {
    const home = scratch({ victim: 'precious' });
    symlinkSync(target, join(home, 'run.json'));
    expect(() => putFile(join(home, 'run.json'), 'text')).toThrow();
    expect(readFileSync(join(home, 'victim'), 'utf8')).toBe('precious');
    expect(existsSync(join(home, 'nowhere'))).toBe(false);
    expect(lstatSync(join(home, 'run.json')).isSymbolicLink()).toBe(true);
  });

  test('goes into a device that the user names', () => {
    putFile('/dev/null', 'text');
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });
});

describe('a text that is saved over another', () => {
  test('is refused if that is not what it was made from', () => {
    const path = join(scratch({ a: 'newer' }), 'a');
    expect(saveOver(path, 'older', 'mine')).toMatch(/^has changed/);
    expect(readFileSync(path, 'utf8')).toBe('newer');
  });

  test('takes its place, mode included, and leaves nothing beside it', () => {
    const home = scratch({ a: '\ufeffold' });
    chmodSync(join(home, 'a'), 0o604);
    expect(saveOver(join(home, 'a'), 'old', 'new')).toBeNull();
    expect(readFileSync(join(home, 'a'), 'utf8')).toBe('new');
    expect(statSync(join(home, 'a')).mode & 0o777).toBe(0o604);
    expect(readdirSync(home)).toEqual(['a']);
  });

  test('makes the directory that is missing, where there was no text', () => {
    const home = scratch();
    expect(saveOver(join(home, 'accepted/list.json'), null, 'new')).toBeNull();
    expect(readFileSync(join(home, 'accepted/list.json'), 'utf8')).toBe('new');
  });

  test('is refused over a link', () => {
    const home = scratch({ victim: 'old' });
    symlinkSync('victim', join(home, 'a'));
    expect(saveOver(join(home, 'a'), 'old', 'new')).toMatch(/^is a symbolic link/);
    expect(readFileSync(join(home, 'victim'), 'utf8')).toBe('old');
  });

  test('leaves the text of other names of the file alone', () => {
    const home = scratch({ a: 'old' });
    linkSync(join(home, 'a'), join(home, 'b'));
    expect(saveOver(join(home, 'a'), 'old', 'new')).toBeNull();
    expect(readFileSync(join(home, 'b'), 'utf8')).toBe('old');
  });
});

/** Extended attributes through Python, since Node has no call for them; null where there are none or the file system has none. */
function attribute(path: string, value?: string): string | null {
  const script =
    value === undefined
      ? 'import os,sys; print(os.getxattr(sys.argv[1], "user.note").decode(), end="")'
      : 'import os,sys; os.setxattr(sys.argv[1], "user.note", sys.argv[2].encode())';
  const run = spawnSync('python3', ['-c', script, path, value ?? ''], { encoding: 'utf8' });
  return run.status === 0 ? run.stdout : null;
}

test('a file that is replaced keeps its extended attributes', ({ skip }) => {
  const path = join(scratch({ a: 'old' }), 'a');
  if (attribute(path, 'mine') === null) return skip('no extended attributes here');
  saveOver(path, 'old', 'new');
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(attribute(path)).toBe('mine');
});

test('owner and group are kept as far as the user may', ({ skip }) => {
  if (process.getuid?.() !== 0) return skip('only root may give files away');
  const path = join(scratch({ a: 'old' }), 'a');
  writeFileSync(path, 'old');
  spawnSync('chown', ['65534:65534', path]);
  saveOver(path, 'old', 'new');
  expect(statSync(path)).toMatchObject({ uid: 65_534, gid: 65_534 });
});
