/**
 * The drivers that work with device memory, run from the sources of a tree: every packet arrives by the driver's own code,
 * with a dma-buf and with io_uring memory, sent as well as received, and nothing is wrong but what is known to be.
 * `KERNEL_TREE` names a tree in which the drivers are ready (7.3); `KERNEL_DRIVERS` narrows the run.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { NEWEST } from '../../extension/analyzer/kernel/tree.ts';
import { discover } from '../../extension/cli/discovery.ts';
import { readNamed, withHeaders } from '../../extension/cli/driver-sources.ts';
import { kernelTree } from '../../extension/cli/kernel-tree.ts';
import { readSource } from '../../extension/cli/source-files.ts';
import type { DriverModel } from '../../simulator/contract/driver-model.ts';
import type { RequirementId, Verdict } from '../../simulator/contract/verdict.ts';
import { startRun } from '../../simulator/run/configure.ts';
import { analyserForTests } from '../analyzer/analyse.ts';

const tree = process.env['KERNEL_TREE'] ?? '';
if (!existsSync(join(tree, 'drivers/net'))) throw new Error('KERNEL_TREE names no kernel tree');
const wanted = new RegExp(process.env['KERNEL_DRIVERS'] ?? '');

interface Ready {
  readonly name: string;
  readonly directory: string;
  /** Requirements that the driver is known not to meet when it receives. */
  readonly open: readonly RequirementId[];
}

const DRIVERS: readonly Ready[] = [
  { name: 'bnxt', directory: 'drivers/net/ethernet/broadcom/bnxt', open: [] },
  { name: 'gve', directory: 'drivers/net/ethernet/google/gve', open: [] },
  { name: 'fbnic', directory: 'drivers/net/ethernet/meta/fbnic', open: [] },
  // dma_sync_single_for_cpu() of payload.
  { name: 'mlx5', directory: 'drivers/net/ethernet/mellanox/mlx5/core', open: ['RX6'] },
];

async function modelOf({ directory }: Ready): Promise<DriverModel> {
  const { drivers } = await discover([join(tree, directory)], tree);
  const [input] = drivers;
  if (input === undefined) throw new Error(`${directory} holds no driver`);
  const read = (path: string) => readSource(path, path, [tree]);
  const files = await withHeaders(input, readNamed(input, read), tree, read);
  const driver = (await analyserForTests()).openDriver(files, kernelTree(tree, NEWEST));
  const { model } = driver.analysis();
  driver.dispose();
  return model;
}

function run(model: DriverModel, scenario: string, parameters: Readonly<Record<string, string>>): Verdict {
  const started = startRun({ model, scenario, parameters, seed: 1 });
  if (!started.ok) throw new Error(started.error.message);
  started.value.runToEnd(500_000);
  return started.value.verdict();
}

const failing = ({ requirements }: Verdict): readonly RequirementId[] =>
  requirements.filter(({ state }) => state === 'fails').map(({ requirement }) => requirement);

describe.each(DRIVERS.filter(({ name }) => wanted.test(name)))('$name', (ready) => {
  const model = modelOf(ready);

  test.each(['dmabuf', 'zcrx'])('receives into memory of %s', async (provider) => {
    const verdict = run(await model, 'dmabuf-works', { provider });
    expect(verdict.packets).toMatchObject({ wire: 500, delivered: 500, read: 500 });
    expect(failing(verdict)).toEqual(ready.open);
    expect(verdict.state).toBe(ready.open.length === 0 ? 'pass' : 'fail');
    const poll = verdict.coverage.find(({ path, chosen }) => path === 'rx-poll' && chosen);
    expect(poll?.origin).toBe('driver');
    expect((poll?.executed ?? 0) / (poll?.operations ?? 1)).toBeGreaterThanOrEqual(0.8);
  });

  test('sends from a dma-buf', async () => {
    const verdict = run(await model, 'tx-works', {});
    expect(verdict.state).toBe('pass');
  });
});
