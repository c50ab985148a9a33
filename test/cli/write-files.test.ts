/** Writing a set of files: all or none, whatever fails on the way, and whenever the process is gone. */
import { chmodSync, linkSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type * as Disk from '../../extension/files/disk.ts';
import { writeAll } from '../../extension/cli/write-files.ts';
import { change, clear, directory, disk, setUp, texts } from '../support/faulty-disk.ts';

vi.mock('../../extension/files/disk.ts', async (original) => {
  const { throughHooks } = await import('../support/faulty-disk.ts');
  return throughHooks(await original<typeof Disk>());
});

beforeEach(setUp);
afterEach(clear);

test('all files are written and keep their mode', () => {
  const changes = [change('a.c', 'a', 'A'), change('b.c', 'b', 'B')];
  chmodSync(join(directory(), 'a.c'), 0o640);
  expect(writeAll(changes)).toEqual({ ok: true, remarks: [] });
  expect(texts()).toEqual({ 'a.c': 'A', 'b.c': 'B' });
  expect(statSync(join(directory(), 'a.c')).mode & 0o777).toBe(0o640);
});

test('a file that changed since it was read stops all of them', () => {
  const changes = [change('a.c', 'a', 'A'), change('b.c', 'b', 'B')];
  writeFileSync(join(directory(), 'b.c'), 'newer');
  expect(writeAll(changes)).toEqual({
    ok: false,
    problems: ['b.c: changed on disk since it was read; nothing written, run again'],
  });
  expect(texts()).toEqual({ 'a.c': 'a', 'b.c': 'newer' });
});

test('a file that is saved while the others are written stops all of them, and the save stays', () => {
  const changes = [change('a.c', 'a', 'A'), change('b.c', 'b', 'B'), change('c.c', 'c', 'C')];
  // The last look before b.c is replaced is past when the first rename is done.
  disk.before = (call) => {
    if (call.name === 'rename') writeFileSync(join(directory(), 'b.c'), 'mine');
  };
  expect(writeAll(changes)).toEqual({
    ok: false,
    problems: ['b.c: saved by somebody else at this moment; run again; nothing written'],
  });
  expect(texts()).toEqual({ 'a.c': 'a', 'b.c': 'mine', 'c.c': 'c' });
});

test('a read-only file stops all of them', () => {
  const changes = [change('a.c', 'a', 'A'), change('b.c', 'b', 'B')];
  chmodSync(join(directory(), 'b.c'), 0o444);
  expect(writeAll(changes)).toMatchObject({ ok: false });
  expect(texts()).toEqual({ 'a.c': 'a', 'b.c': 'b' });
});

test('a failure in the middle gives the written files back and leaves nothing behind', () => {
  const changes = [change('a.c', 'a', 'A'), change('b.c', 'b', 'B'), change('c.c', 'c', 'C')];
  disk.before = (call) => {
    if (call.name === 'link' && String(call.args[1]).endsWith('b.c'))
      throw Object.assign(new Error('full'), { code: 'ENOSPC' });
  };
  expect(writeAll(changes)).toEqual({
    ok: false,
    problems: ['b.c: no space left on the device; nothing written'],
  });
  expect(texts()).toEqual({ 'a.c': 'a', 'b.c': 'b', 'c.c': 'c' });
});

test('what is saved through a file that was open before stays beside it, and is said', () => {
  const changes = [change('a.c', 'a', 'A')];
  disk.before = (call) => {
    // An editor that holds the file open writes into it under whatever name it has.
    if (call.name === 'link' && String(call.args[1]).endsWith('a.c'))
      writeFileSync(String(call.args[0]).endsWith('.tmp') ? disk.lastAside() : '', 'mine');
  };
  const written = writeAll(changes);
  expect(written).toEqual({
    ok: true,
    remarks: [
      expect.stringMatching(/^a\.c: was saved while the fix wrote it; that text is in \.netmem-\w+\.old /),
    ],
  });
  expect(Object.values(texts()).sort()).toEqual(['A', 'mine']);
});

test('a link that leads out of the work tree is not written through', () => {
  const outside = change('victim.c', 'a', 'A');
  mkdirSync(join(directory(), 'work/.git'), { recursive: true });
  const path = join(directory(), 'work/a.c');
  symlinkSync('../victim.c', path);
  const written = writeAll([{ ...outside, path, name: 'a.c' }]);
  expect(written).toEqual({
    ok: false,
    problems: [expect.stringMatching(/^a\.c: leads out of the work tree, to .*victim\.c; nothing written/)],
  });
  expect(readFileSync(outside.path, 'utf8')).toBe('a');
});

test('of a file with a further name that name keeps the old text, and that is said', () => {
  const changes = [change('a.c', 'a', 'A')];
  linkSync(join(directory(), 'a.c'), join(directory(), 'other.c'));
  expect(writeAll(changes)).toEqual({
    ok: true,
    remarks: ['a.c: has 2 names (hard links); the others keep the text from before'],
  });
  expect(texts()).toEqual({ 'a.c': 'A', 'other.c': 'a' });
});

test('a link planted at the name that older versions wrote through is left alone', () => {
  const victim = change('victim.c', 'precious', '');
  const changes = [change('a.c', 'a', 'A')];
  for (const name of [`.a.c.${process.pid}.tmp`, `..netmem-fix.json.${process.pid}.tmp`])
    symlinkSync('victim.c', join(directory(), name));
  expect(writeAll(changes)).toMatchObject({ ok: true });
  expect(readFileSync(victim.path, 'utf8')).toBe('precious');
});
