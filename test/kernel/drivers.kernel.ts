/**
 * Converts every page_pool driver of a real tree, builds what is affected with W=1 and sparse, and compares with the
 * unconverted tree. Prints a table, driver by driver. `KERNEL_WORK` is a directory made by `prepare.sh`;
 * `KERNEL_DRIVERS` narrows the run to drivers whose directory matches.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, linkSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { convertDriver, type DriverConversion } from '../../extension/analyzer/fixes/convert-driver.ts';
import { unifiedDiff } from '../../extension/analyzer/text/unified-diff.ts';
import { discover, type DriverInput } from '../../extension/cli/discovery.ts';
import { readNamed, withHeaders } from '../../extension/cli/driver-sources.ts';
import { kernelTree } from '../../extension/cli/kernel-tree.ts';
import { readSource } from '../../extension/cli/source-files.ts';
import { writeAll } from '../../extension/cli/write-files.ts';
import { analyserForTests } from '../analyzer/analyse.ts';
import { buildObjects, newMessages } from './build.ts';

const work = process.env['KERNEL_WORK'] ?? '';
if (!existsSync(join(work, 'build')))
  throw new Error('KERNEL_WORK names no prepared tree; make one with test/kernel/prepare.sh DIRECTORY');
const original = join(work, 'original');
const source = join(work, 'source');
const build = join(work, 'build');
const POOL = /page_pool_(?:create|alloc|dev_alloc|put|recycle)|libeth_rx/;

interface Row {
  readonly driver: string;
  readonly edits: number;
  readonly converted: number;
  readonly refused: number;
  readonly objects: string;
  readonly gcc: number;
  readonly sparse: number;
  readonly second: string;
  readonly causes: readonly string[];
}

const rows: Row[] = [];

function poolFiles(): string[] {
  const found = spawnSync(
    'grep',
    ['-rlE', POOL.source.replaceAll('?:', ''), 'drivers/net', '--include=*.c'],
    {
      cwd: source,
      encoding: 'utf8',
    },
  );
  return found.stdout.trim().split('\n').sort();
}

const wanted = new RegExp(process.env['KERNEL_DRIVERS'] ?? '');
const drivers = (await discover(poolFiles(), source)).drivers.filter((d) => wanted.test(d.directory));

/** Puts the file of the original tree back, shared as before. */
function restore(path: string): void {
  const from = join(original, relative(source, path));
  rmSync(path);
  try {
    linkSync(from, path);
  } catch {
    writeFileSync(path, readFileSync(from));
  }
}

/** Objects that a changed file takes part in and that could notice. */
function affected(driver: DriverInput, conversion: DriverConversion): string[] {
  const changed = new Set(conversion.files.map((f) => f.path as string));
  const text = new Map([...driver.sources, ...driver.headers].map((f) => [f, readFileSync(f, 'utf8')]));
  for (let more = true; more;) {
    more = false;
    const names = [...changed].filter((f) => f.endsWith('.h')).map((f) => f.slice(f.lastIndexOf('/') + 1));
    for (const [file, body] of text) {
      if (changed.has(file) || !/page|netmem/.test(body)) continue;
      if (names.some((n) => new RegExp(`#include "(?:[^"]*/)?${n.replace('.', '\\.')}"`).test(body))) {
        changed.add(file);
        more = true;
      }
    }
  }
  return [...changed].filter((f) => f.endsWith('.c')).map((f) => relative(source, f).replace(/\.c$/, '.o'));
}

async function convert(driver: DriverInput): Promise<DriverConversion> {
  const read = (path: string) => readSource(path, path, ['/']);
  const files = await withHeaders(driver, readNamed(driver, read), source, read);
  const made = convertDriver(await analyserForTests(), files, kernelTree(source, '6.12'), {
    unsafe: false,
    rename: false,
  });
  if (made === null) throw new Error('the edits do not fit the text');
  return made;
}

describe.each(drivers)('$directory', (driver) => {
  test('converts, builds without a new word, and stays', async () => {
    const conversion = await convert(driver);
    const objects = affected(driver, conversion);
    const causes = conversion.obstacles.map(
      (o) => `${relative(source, o.location.file)}:${o.line}: ${o.reason} [${o.cause}]`,
    );
    const before = buildObjects(source, build, objects);
    const written = writeAll(
      conversion.files.map((f) => ({ path: f.path, name: f.path, before: f.before, after: f.after })),
    );
    expect(written).toEqual({ ok: true });
    try {
      const after = buildObjects(source, build, objects);
      const gcc = newMessages(before.gcc, after.gcc);
      const sparse = newMessages(before.sparse, after.sparse);
      const second = await convert(driver);
      rows.push({
        driver: relative(join(source, 'drivers/net'), driver.directory) || 'net',
        edits: conversion.edits.length,
        converted: conversion.counts.converted,
        refused: conversion.counts.refused,
        objects: `${after.built.length}/${before.built.length}`,
        gcc: gcc.length,
        sparse: sparse.length,
        second: second.files.length === 0 ? 'empty' : 'CHANGES',
        causes,
      });
      process.stderr.write(`${driver.directory}: ${JSON.stringify(rows.at(-1))}\n`);
      expect(
        before.built.filter((o) => !after.built.includes(o)),
        after.errors.join('\n'),
      ).toEqual([]);
      expect(gcc).toEqual([]);
      expect(sparse).toEqual([]);
      expect(second.files).toEqual([]);
      reverse(conversion);
    } finally {
      for (const f of conversion.files) restore(f.path);
    }
  });
});

/** The patch, taken back, leaves the bytes as they were. */
function reverse(conversion: DriverConversion): void {
  if (conversion.files.length === 0) return;
  const directory = mkdtempSync(join(tmpdir(), 'netmem-patch-'));
  const patch = join(directory, 'conversion.patch');
  writeFileSync(
    patch,
    conversion.files.map((f) => unifiedDiff(relative(source, f.path), f.before, f.after)).join(''),
  );
  const run = spawnSync('git', ['apply', '-R', patch], { cwd: source, encoding: 'utf8' });
  rmSync(directory, { recursive: true });
  expect(run.stderr).toBe('');
  for (const f of conversion.files)
    expect(readFileSync(f.path).equals(readFileSync(join(original, relative(source, f.path))))).toBe(true);
}

afterAll(() => {
  const cells = rows.map((r) =>
    [r.driver, r.edits, r.converted, r.refused, r.objects, r.gcc, r.sparse, r.second].map(String),
  );
  const head = ['driver', 'edits', 'converted', 'refused', 'compiled', 'new gcc', 'new sparse', 'second run'];
  const widths = head.map((h, i) => Math.max(h.length, ...cells.map((c) => c[i]?.length ?? 0)));
  const line = (c: readonly string[]): string =>
    c
      .map((t, i) => t.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  const sum = (pick: (r: Row) => number): number => rows.reduce((s, r) => s + pick(r), 0);
  const converted = sum((r) => r.converted);
  const all = converted + sum((r) => r.refused);
  console.log(
    [
      line(head),
      ...cells.map(line),
      '',
      `${rows.filter((r) => r.edits > 0).length} drivers changed; ${converted} of ${all} payload and linear buffers converted`,
      ...rows.flatMap((r) => r.causes.map((c) => `refused: ${c}`)),
    ].join('\n'),
  );
});
