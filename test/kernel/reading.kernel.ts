/**
 * A scan reads of a driver only what can matter (`model/reading/prefilter.ts`): in real drivers that must find what reading the
 * whole does. `KERNEL_TREE` names the tree; `KERNEL_DRIVERS` narrows the run to drivers whose directory matches.
 */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { NEWEST } from '../../extension/analyzer/kernel/tree.ts';
import { discover } from '../../extension/cli/discovery.ts';
import { readNamed, withHeaders } from '../../extension/cli/driver-sources.ts';
import { kernelTree } from '../../extension/cli/kernel-tree.ts';
import { readSource } from '../../extension/cli/source-files.ts';
import { analyserForTests } from '../analyzer/analyse.ts';

const tree = process.env['KERNEL_TREE'] ?? '';
if (!existsSync(join(tree, 'drivers/net'))) throw new Error('KERNEL_TREE names no kernel tree');
const wanted = new RegExp(process.env['KERNEL_DRIVERS'] ?? '');
const { drivers } = await discover([join(tree, 'drivers/net')], tree);

test.each(
  drivers
    .map((driver) => ({ name: relative(tree, driver.directory), driver }))
    .filter(({ name }) => wanted.test(name)),
)('$name', async ({ driver }) => {
  const read = (path: string) => readSource(path, path, [tree]);
  const files = await withHeaders(driver, readNamed(driver, read), tree, read);
  const analyzer = await analyserForTests();
  const [whole, relevant] = (['whole', 'relevant'] as const).map((reading) => {
    const opened = analyzer.openDriver(files, kernelTree(tree, NEWEST), { reading });
    const { findings } = opened.analysis();
    opened.dispose();
    return findings.map(
      ({ location, rule, api, severity }) =>
        `${relative(tree, location.file)}+${location.range.start} ${rule} ${api} ${severity}`,
    );
  });
  expect(relevant).toEqual(whole);
});
