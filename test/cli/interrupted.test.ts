/** `netmem fix --write` that cannot finish: the disk takes no more, or the process is gone between two files. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { netmem, NETMEM, ROOT, scratch } from './netmem.ts';

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

function texts(cwd: string): Record<string, string> {
  const names = readdirSync(join(cwd, 'foo')).map((name) => `foo/${name}`);
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

test.each([1, 2])('killed in place of rename %i, every file is whole, and the next run goes on', (rename) => {
  const cwd = scratch(FILES);
  const hook = join(scratch({ 'hook.cjs': killer(rename) }), 'hook.cjs');
  const { signal } = spawnSync(process.execPath, ['--require', hook, NETMEM, 'fix', '--write', 'foo'], {
    cwd,
  });
  expect(signal).toBe('SIGKILL');
  const after = fixed();
  const left = texts(cwd);
  const changed = Object.keys(FILES).filter((name) => left[name] === after[name]);
  expect(changed).toHaveLength(rename - 1);
  for (const [name, text] of Object.entries(FILES)) expect([text, after[name]]).toContain(left[name]);
  // What is left beside them says whose it is, and is no source to anybody.
  const litter = Object.keys(left).filter((name) => !(name in FILES));
  for (const name of litter) expect(name).toMatch(/^foo\/\.netmem-\d+-\d+\.tmp$/);
  expect(netmem(['check', 'foo'], { cwd }).err).not.toContain('.tmp');
  expect(netmem(['fix', '--write', 'foo'], { cwd }).code).not.toBe(3);
});
