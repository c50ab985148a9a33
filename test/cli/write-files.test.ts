/** Writing a set of files: all or none, whatever fails on the way, and whenever the process is gone. */
import type * as Fs from 'node:fs';
import {
  chmodSync,
  mkdirSync,
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
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { recover } from '../../extension/cli/fix-journal.ts';
import { type FileChange, writeAll } from '../../extension/cli/write-files.ts';

/** Calls that change the disk until the process is gone. What a process that is gone would do is not done. */
const life = vi.hoisted(() => ({ left: Infinity }));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof Fs>();
  const alive = (): void => {
    life.left -= 1;
    if (life.left <= 0) throw new Error('gone');
  };
  const mortal =
    <A extends unknown[], R>(call: (...args: A) => R) =>
    (...args: A): R => {
      alive();
      return call(...args);
    };
  return {
    ...fs,
    fsyncSync: mortal(fs.fsyncSync),
    linkSync: mortal(fs.linkSync),
    renameSync: mortal(fs.renameSync),
    rmSync: mortal(fs.rmSync),
    writeFileSync: (...[path, content, options]: Parameters<typeof fs.writeFileSync>) => {
      // Gone in the middle of a write, it leaves the first half.
      if (life.left === 2 && typeof content === 'string')
        fs.writeFileSync(path, content.slice(0, content.length / 2), options);
      alive();
      if (life.left > 1) fs.writeFileSync(path, content, options);
      else throw new Error('gone');
    },
  };
});

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'netmem-write-'));
});

afterEach(() => {
  life.left = Infinity;
  rmSync(directory, { recursive: true });
});

function change(name: string, before: string, after: string): FileChange {
  const path = join(directory, name);
  writeFileSync(path, before);
  return { path, name, before, after };
}

function texts(): Record<string, string> {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
  const files = names.filter((name) => statSync(join(directory, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(directory, name), 'utf8')]));
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

describe.each([
  ['one directory', ['a.c', 'b.c', 'c.h']],
  ['three directories', ['a.c', 'm/b.c', 'z/c.h']],
])('gone at any moment with files in %s', (_, names) => {
  const before = Object.fromEntries(names.map((name) => [name, `${name} is old`]));
  const after = Object.fromEntries(names.map((name) => [name, `${name} is made new`]));

  /** Writes until the process is gone. @returns false if it was not */
  function writeUntil(call: number): boolean {
    rmSync(directory, { recursive: true });
    for (const name of ['', 'm', 'z']) mkdirSync(join(directory, name));
    const changes = names.map((name) => change(name, before[name] ?? '', after[name] ?? ''));
    life.left = call;
    try {
      return !writeAll(changes).ok;
    } catch {
      return true;
    } finally {
      life.left = Infinity;
    }
  }

  function recoverAll(order: readonly string[]): void {
    for (const name of order) expect(recover(join(directory, name), name).kind).not.toBe('stuck');
  }

  test.each([[['', 'm', 'z']], [['z', 'm', '']]])(
    'every file is whole, and what comes after, %j, makes all new or all old',
    (order) => {
      const results = new Set<string>();
      let call = 1;
      for (; writeUntil(call); call += 1) {
        const left = texts();
        for (const name of names) expect([before[name], after[name]]).toContain(left[name]);
        recoverAll(order);
        const settled = texts();
        expect([JSON.stringify(before), JSON.stringify(after)]).toContain(JSON.stringify(settled));
        results.add(settled[names[0] ?? ''] ?? '');
      }
      expect(call).toBeGreaterThan(14);
      expect(results.size).toBe(2);
      expect(texts()).toEqual(after);
    },
  );
});
