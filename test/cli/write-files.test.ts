/** Writing a set of files: all or none, whatever fails on the way. */
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FileChange, writeAll } from '../../extension/cli/write-files.ts';

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'netmem-write-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

function change(name: string, before: string, after: string): FileChange {
  const path = join(directory, name);
  writeFileSync(path, before);
  return { path, name, before, after };
}

function texts(): Record<string, string> {
  return Object.fromEntries(readdirSync(directory).map((n) => [n, readFileSync(join(directory, n), 'utf8')]));
}

test('all files are written and keep their mode', () => {
  const changes = [change('a.c', 'a', 'A'), change('b.c', 'b', 'B')];
  chmodSync(join(directory, 'a.c'), 0o640);
  expect(writeAll(changes)).toEqual({ ok: true });
  expect(texts()).toEqual({ 'a.c': 'A', 'b.c': 'B' });
  expect(statSync(join(directory, 'a.c')).mode & 0o777).toBe(0o640);
});

test('a file that changed since it was read stops all of them', () => {
  const changes = [change('a.c', 'a', 'A'), change('b.c', 'b', 'B')];
  writeFileSync(join(directory, 'b.c'), 'newer');
  expect(writeAll(changes)).toEqual({
    ok: false,
    problems: ['b.c: changed on disk since it was read; nothing written, run again'],
  });
  expect(texts()).toEqual({ 'a.c': 'a', 'b.c': 'newer' });
});

test('a read-only file stops all of them', () => {
  const changes = [change('a.c', 'a', 'A'), change('b.c', 'b', 'B')];
  chmodSync(join(directory, 'b.c'), 0o444);
  expect(writeAll(changes)).toMatchObject({ ok: false });
  expect(texts()).toEqual({ 'a.c': 'a', 'b.c': 'b' });
});

test('a failure in the middle gives the written files back and leaves nothing behind', () => {
  const changes = [change('a.c', 'a', 'A'), change('b.c', 'b', 'B'), change('c.c', 'c', 'C')];
  const failing = (from: string, to: string): void => {
    if (to.endsWith('b.c')) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    renameSync(from, to);
  };
  expect(writeAll(changes, failing)).toEqual({
    ok: false,
    problems: ['b.c: no space left on the device; nothing written'],
  });
  expect(texts()).toEqual({ 'a.c': 'a', 'b.c': 'b', 'c.c': 'c' });
});
