/**
 * Takes support for unreadable memory out of the drivers that have it, one place at a time: each time `check` has to say
 * something new of the requirement, at the place or of the whole driver. `KERNEL_TREE` names a tree in which the drivers are
 * ready (7.3); `KERNEL_DRIVERS` narrows the run to drivers whose name matches.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../extension/analyzer/finding.ts';
import { NEWEST } from '../../extension/analyzer/kernel/tree.ts';
import { discover } from '../../extension/cli/discovery.ts';
import { readNamed, withHeaders } from '../../extension/cli/driver-sources.ts';
import { kernelTree } from '../../extension/cli/kernel-tree.ts';
import { readSource } from '../../extension/cli/source-files.ts';
import { analyserForTests } from '../analyzer/analyse.ts';
import { bnxt } from './undo/bnxt.ts';
import { fbnic } from './undo/fbnic.ts';
import { gve } from './undo/gve.ts';
import { mlx5 } from './undo/mlx5.ts';
import type { ReadyDriver } from './undo/change.ts';

const tree = process.env['KERNEL_TREE'] ?? '';
if (!existsSync(join(tree, 'drivers/net'))) throw new Error('KERNEL_TREE names no kernel tree');
const wanted = new RegExp(process.env['KERNEL_DRIVERS'] ?? '');

const rows: string[] = [];
afterAll(() => {
  process.stderr.write(`${rows.join('\n')}\n`);
});

async function open({ directory }: ReadyDriver) {
  const { drivers } = await discover([join(tree, directory)], tree);
  const [input] = drivers;
  if (input === undefined) throw new Error(`${directory} holds no driver`);
  const read = (path: string) => readSource(path, path, [tree]);
  const files = await withHeaders(input, readNamed(input, read), tree, read);
  const driver = (await analyserForTests()).openDriver(files, kernelTree(tree, NEWEST));
  return { driver, files };
}

/** What a finding says, without its place, which a change moves. */
const said = ({ rule, api, message, location }: Finding): string =>
  `${location.file} ${rule} ${api} ${message}`;

function lessThese(all: readonly Finding[], known: readonly Finding[]): Finding[] {
  const left = new Map<string, number>();
  for (const f of known) left.set(said(f), (left.get(said(f)) ?? 0) + 1);
  return all.filter((f) => {
    const count = left.get(said(f)) ?? 0;
    left.set(said(f), count - 1);
    return count <= 0;
  });
}

describe.each([bnxt, gve, fbnic, mlx5].filter(({ name }) => wanted.test(name)))('$name', (ready) => {
  const opened = open(ready);

  test.each(ready.changes)('$what', async (change) => {
    const { driver, files } = await opened;
    const file = files.find(({ path }) => path.endsWith(`/${ready.directory}/${change.file}`));
    if (file === undefined) throw new Error(`${change.file} is not among the files`);
    const text = file.text.replace(change.find, change.put);
    expect(text, 'the place is not there').not.toBe(file.text);
    const before = driver.analysis().findings;
    driver.setFile({ ...file, text });
    const fresh = lessThese(driver.analysis().findings, before);
    const lost = lessThese(before, driver.analysis().findings);
    driver.setFile(file);
    driver.analysis();
    const lineOf = ({ location }: Finding): string =>
      `${location.file.slice(location.file.lastIndexOf('/') + 1)}:${
        (location.file === file.path ? text : (files.find((f) => f.path === location.file)?.text ?? ''))
          .slice(0, location.range.start)
          .split('\n').length
      }`;
    const words = fresh.map((f) => `${f.requirement} ${f.severity} ${lineOf(f)} ${f.api}`);
    rows.push(
      `${fresh.some((f) => f.requirement === change.requirement) ? 'said  ' : fresh.length > 0 ? 'OTHER ' : 'SILENT'} ${ready.name}: ${change.what} (${change.requirement}): ${words.join('; ')}${lost.length > 0 ? ` lost ${lost.map((f) => `${f.requirement} ${f.api}`).join('; ')}` : ''}`,
    );
    expect(fresh.map(({ requirement }) => requirement)).toContain(change.requirement);
  });
});
