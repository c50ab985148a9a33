/** The ready drivers of the tree that `KERNEL_TREE` names, opened once each; `KERNEL_DRIVERS` narrows them by name. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Driver, SourceFile } from '../../../extension/analyzer/analyzer.ts';
import { NEWEST } from '../../../extension/analyzer/kernel/tree.ts';
import { discover } from '../../../extension/cli/discovery.ts';
import { readNamed, withHeaders } from '../../../extension/cli/driver-sources.ts';
import { kernelTree } from '../../../extension/cli/kernel-tree.ts';
import { readSource } from '../../../extension/cli/source-files.ts';
import { analyserForTests } from '../../analyzer/analyse.ts';
import { bnxt } from './bnxt.ts';
import type { Change, ReadyDriver } from './change.ts';
import { fbnic } from './fbnic.ts';
import { gve } from './gve.ts';
import { mlx5 } from './mlx5.ts';

const tree = process.env['KERNEL_TREE'] ?? '';
if (!existsSync(join(tree, 'drivers/net'))) throw new Error('KERNEL_TREE names no kernel tree');
const wanted = new RegExp(process.env['KERNEL_DRIVERS'] ?? '');

export const READY: readonly ReadyDriver[] = [bnxt, gve, fbnic, mlx5].filter(({ name }) => wanted.test(name));

export interface Opened {
  readonly driver: Driver;
  readonly files: readonly SourceFile[];
}

export async function open({ directory }: ReadyDriver): Promise<Opened> {
  const { drivers } = await discover([join(tree, directory)], tree);
  const [input] = drivers;
  if (input === undefined) throw new Error(`${directory} holds no driver`);
  const read = (path: string) => readSource(path, path, [tree]);
  const files = await withHeaders(input, readNamed(input, read), tree, read);
  return { driver: (await analyserForTests()).openDriver(files, kernelTree(tree, NEWEST)), files };
}

/** The file that a change is about, as it is and with the change. */
export function changed(
  files: readonly SourceFile[],
  { directory }: ReadyDriver,
  change: Change,
): { readonly before: SourceFile; readonly after: SourceFile } {
  const before = files.find(({ path }) => path.endsWith(`/${directory}/${change.file}`));
  if (before === undefined) throw new Error(`${change.file} is not among the files`);
  const text = before.text.replace(change.find, change.put);
  if (text === before.text) throw new Error(`${change.file}: the place is not there`);
  return { before, after: { ...before, text } };
}
