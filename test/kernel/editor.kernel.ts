/**
 * Opens files of real drivers in the language server and compares with what the terminal says of them. KERNEL_TREE is
 * the root of a kernel tree; KERNEL_DRIVERS narrows the run to directories that match.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { discover } from '../../extension/cli/discovery.ts';
import { diskServer, editorFindings, terminalFindings } from '../support/editor-and-terminal.ts';
import { stopAll } from '../server/harness.ts';

const tree = process.env['KERNEL_TREE'] ?? '';
if (!existsSync(join(tree, 'drivers/net'))) throw new Error('KERNEL_TREE names no kernel tree');
/** Modules over several directories, several modules in one, a family's headers in include/. */
const DIRECTORIES = ['mellanox/mlx5/core', 'engleder', 'intel/idpf', 'freescale', 'stmicro/stmmac', 'ti'];
const wanted = new RegExp(process.env['KERNEL_DRIVERS'] ?? '');

const table: string[] = [];
afterAll(() => process.stdout.write(`${table.join('\n')}\n`));
afterEach(stopAll);

test.each(DIRECTORIES.filter((name) => wanted.test(name)))('%s', async (name) => {
  const { drivers } = await discover([join(tree, 'drivers/net/ethernet', name)], tree);
  for (const driver of drivers) {
    const terminal = terminalFindings(driver.sources);
    // One file without findings for each driver; the others would only take time.
    const [quiet] = [...terminal].filter(([, findings]) => findings.length === 0);
    const loud = [...terminal].filter(([, findings]) => findings.length > 0);
    const session = await diskServer();
    for (const [file, findings] of quiet === undefined ? loud : [...loud, quiet])
      expect([file, await editorFindings(session, file)]).toEqual([file, findings]);
    table.push(
      `${name} ${driver.name}: ${loud.flatMap(([, found]) => found).length} findings in ${loud.length} files`,
    );
    stopAll();
  }
});
