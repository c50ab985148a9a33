/** `netmem fix --write` that cannot finish: the disk takes no more, or the process is gone between two files. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { netmem, NETMEM, ROOT, scratch, write } from './netmem.ts';

const CONVERTIBLE = readFileSync(join(ROOT, 'test/support/convertible.c'), 'utf8');
/** The same driver with its structures in a header, so that a fix writes two files. */
const STRUCTURES = /struct foo_buf \{[^}]*\};\n/;
const FILES = {
  'foo/foo.c': CONVERTIBLE.replace(STRUCTURES, '#include "foo.h"\n'),
  'foo/foo.h': STRUCTURES.exec(CONVERTIBLE)?.[0] ?? '',
};

/** Kills the process that loads it in place of the rename with this number, from 1. */
const killer = (rename: number): string => `
  const fs = require('node:fs');
  const { renameSync } = fs;
  let left = ${rename};
  fs.renameSync = (...args) => --left === 0 ? process.kill(process.pid, 'SIGKILL') : renameSync(...args);
`;

/** The driver after a `fix --write` that was killed in place of a rename. */
function killed(rename: number): string {
  const cwd = scratch(FILES);
  const hook = join(scratch({ 'hook.cjs': killer(rename) }), 'hook.cjs');
  const run = spawnSync(process.execPath, ['--require', hook, NETMEM, 'fix', '--write', 'foo'], { cwd });
  expect(run.signal).toBe('SIGKILL');
  return cwd;
}

const JOURNAL = '.netmem-fix.json';

function texts(cwd: string): Record<string, string> {
  const names = readdirSync(cwd, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(cwd, name)).isFile())
    .sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(cwd, name), 'utf8')]));
}

function fixed(): Record<string, string> {
  const cwd = scratch(FILES);
  netmem(['fix', '--write', 'foo'], { cwd });
  return texts(cwd);
}

test('the driver is one that a fix writes both files of', () => {
  const after = fixed();
  expect(Object.keys(after)).toEqual(Object.keys(FILES));
  for (const [name, text] of Object.entries(FILES)) expect(after[name]).not.toBe(text);
});

test('where no file may grow as long as the driver is, nothing is written and nothing left', () => {
  const cwd = scratch(FILES);
  // Without the signal, a write beyond the limit fails as one on a full disk does: in its middle.
  const { stderr, status } = spawnSync(
    'bash',
    ['-c', `trap '' XFSZ; ulimit -f 1; exec "${process.execPath}" "${NETMEM}" fix --write foo`],
    { cwd, encoding: 'utf8' },
  );
  expect(stderr).toMatch(/^netmem: foo\/foo\.c: .*; nothing written$/m);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(status).toBe(2);
  expect(texts(cwd)).toEqual(FILES);
});

test.each([1, 2])(
  'killed in place of rename %i, every file is whole, and the next run finishes',
  (rename) => {
    const cwd = killed(rename);
    const after = fixed();
    const left = texts(cwd);
    for (const [name, text] of Object.entries(FILES)) expect([text, after[name]]).toContain(left[name]);
    const changed = Object.entries(FILES).filter(([name, text]) => left[name] !== text);
    expect(changed).toHaveLength(rename - 1);
    // What is left beside them is no source to anybody.
    expect(netmem(['check', 'foo'], { cwd }).err).not.toMatch(/\.tmp|\.netmem-fix/);
    const { err, code } = netmem(['fix', '--write', 'foo'], { cwd });
    expect(err).toMatch(/^netmem: foo: finished a fix that had been interrupted$/m);
    expect(code).toBe(0);
    expect(texts(cwd)).toEqual(after);
  },
);

test('nothing is computed from half a fix', () => {
  const cwd = killed(2);
  const { out, err, code } = netmem(['fix', 'foo'], { cwd });
  expect(err).toBe('netmem: foo: a fix was interrupted here; netmem fix --write foo finishes it\n');
  expect({ out, code }).toEqual({ out: '', code: 2 });
});

test('a file that was changed since is not touched, and the way out is said', () => {
  const cwd = killed(2);
  const left = texts(cwd);
  const waiting = Object.entries(FILES).filter(([name, text]) => left[name] === text)[0]?.[0] ?? '';
  write(cwd, { [waiting]: `${left[waiting]}/* mine */\n` });
  const before = texts(cwd);
  const stuck = netmem(['fix', '--write', 'foo'], { cwd });
  expect(stuck.err).toMatch(
    new RegExp(`^netmem: ${waiting}: changed since .* take what you want from (\\S+),`),
  );
  expect(stuck.code).toBe(2);
  expect(texts(cwd)).toEqual(before);
  const fresh = /from (\S+),/.exec(stuck.err)?.[1] ?? '';
  rmSync(join(cwd, 'foo', fresh));
  expect(netmem(['fix', '--write', 'foo'], { cwd }).code).toBe(0);
  expect(texts(cwd)[waiting]).toContain('/* mine */');
});

test('a fix at work is not disturbed', () => {
  const cwd = killed(2);
  const path = join(cwd, 'foo', JOURNAL);
  writeFileSync(path, readFileSync(path, 'utf8').replace(/"process": \d+/, `"process": ${process.pid}`));
  const before = texts(cwd);
  const { err, code } = netmem(['fix', '--write', 'foo'], { cwd });
  expect(err).toMatch(/^netmem: foo: another fix \(process \d+\) is writing here; wait for it/);
  expect(code).toBe(2);
  expect(texts(cwd)).toEqual(before);
});

test.each([
  ['of a file elsewhere', { target: '../victim.c' }],
  ['of a file that is no source', { target: 'Makefile' }],
  ['from a file elsewhere', { fresh: '../payload.c' }],
  ['from a file that no fix wrote', { fresh: 'payload.c' }],
])('a journal that came with the tree, %s, replaces nothing', (_, entry) => {
  const sum = createHash('sha256').update('').digest('hex');
  const names = { fresh: '.netmem-1-0123456789abcdef.tmp', aside: '.netmem-0123456789abcdef.old' };
  const files = [{ target: 'foo.h', ...names, before: sum, after: sum, ...entry }];
  const tree = {
    ...FILES,
    ...{ 'victim.c': '', 'payload.c': '', 'foo/payload.c': '', 'foo/Makefile': '' },
    [`foo/${JOURNAL}`]: JSON.stringify({
      version: 2,
      fix: '0'.repeat(32),
      process: 999999,
      directories: [''],
      files,
    }),
  };
  const cwd = scratch(tree);
  const { err, code } = netmem(['fix', '--write', 'foo'], { cwd });
  expect(err).toBe(`netmem: foo/${JOURNAL}: not the journal of a fix; remove it\n`);
  expect(code).toBe(2);
  expect(texts(cwd)).toEqual(tree);
});

/** An untrusted journal for one directory, of a fix that was decided if `directories` has only that one. */
function planted(directories: readonly string[], fix = 'f'): string {
  return JSON.stringify({ version: 2, fix: fix.repeat(32), process: 999_999, directories, files: [] });
}

test('a journal that names the directory of another fix leaves that fix alone', () => {
  const cwd = killed(2);
  const left = texts(cwd);
  write(cwd, { [`bar/${JOURNAL}`]: planted(['', '../foo']), 'bar/bar.c': 'int page_pool;\n' });
  netmem(['fix', '--write', 'bar'], { cwd });
  expect(texts(cwd)).toMatchObject(left);
  expect(netmem(['fix', '--write', 'foo'], { cwd }).code).toBe(0);
  expect(texts(cwd)).toMatchObject(fixed());
});

test.each([
  ['of another fix', planted(['../bar', ''], 'e')],
  ['of another process', planted(['../bar', '']).replace('999999', '999998')],
  ['with other directories', planted(['../bar', '', '../heron'])],
])('a journal %s than the one that names it stays where it is', (_, journal) => {
  const cwd = scratch({ ...FILES, 'bar/bar.c': 'int page_pool;\n' });
  write(cwd, { [`bar/${JOURNAL}`]: planted(['', '../foo']), [`foo/${JOURNAL}`]: journal });
  netmem(['fix', '--write', 'bar'], { cwd });
  expect(texts(cwd)).toHaveProperty([`foo/${JOURNAL}`], journal);
});

test('a journal that names directories outside of the work tree is not acted on', () => {
  const home = scratch({ 'work/.git/HEAD': '', 'work/foo/foo.c': 'int page_pool;\n' });
  const journal = planted(['', '../../out']);
  write(home, { [`work/foo/${JOURNAL}`]: journal, [`out/${JOURNAL}`]: planted(['../work/foo', '']) });
  const before = texts(home);
  const { err, code } = netmem(['fix', '--write', 'foo'], { cwd: join(home, 'work') });
  expect(err).toMatch(/^netmem: foo\/\.netmem-fix\.json: names directories that no fix .*; remove it\n$/);
  expect(code).toBe(2);
  expect(texts(home)).toEqual(before);
});

/** A disk of 64 kB, or null where none can be mounted. */
function smallDisk(): string | null {
  const directory = scratch();
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', directory]);
  if (status !== 0) return null;
  onTestFinished(() => void spawnSync('umount', [directory]));
  return directory;
}

test('on a disk that is full nothing is written and nothing left; with room the same command works', ({
  skip,
}) => {
  const cwd = smallDisk();
  if (cwd === null) return skip('no disk can be mounted here');
  write(cwd, FILES);
  // Page by page, until not even one is left.
  const ballast = join(cwd, 'ballast');
  const page = Buffer.alloc(4096);
  expect(() => {
    for (;;) appendFileSync(ballast, page);
  }).toThrow(/ENOSPC/);
  const { err, code } = netmem(['fix', '--write', 'foo'], { cwd });
  expect(err).toMatch(/^netmem: foo\/foo\.[ch]: no space left on the device; nothing written$/m);
  expect(code).toBe(2);
  rmSync(ballast);
  expect(texts(cwd)).toEqual(FILES);
  expect(netmem(['fix', '--write', 'foo'], { cwd }).code).toBe(0);
  expect(texts(cwd)).toEqual(fixed());
});
