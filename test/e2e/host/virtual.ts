/** A folder that only an extension can read: findings, fixes, the baseline and the panel, all through the editor. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { accept } from './accepting.ts';
import { actionsAt, fileOf, findings, openDriver, someFindings, tabs, until } from './support.ts';

const FILE = 'gull.c';
const WORD = 'page_pool_dev_alloc_pages';

export function define(): void {
  describe('a virtual folder', () => {
    it('has findings and fixes', async () => {
      const { document } = await openDriver(FILE, 'virtual');
      assert.equal(document.uri.scheme, 'netmemtest');
      await someFindings(document.uri);
      const action = await until(
        async () => (await actionsAt(document, WORD)).find(({ title }) => title.startsWith('Convert')),
        (found) => found?.edit !== undefined,
      );
      assert.ok(action?.edit);
      assert.ok(await vscode.workspace.applyEdit(action.edit));
      assert.match(document.getText(), /netmem_ref page/);
      await vscode.commands.executeCommand('workbench.action.files.revert');
    });

    it('reads the kernel tree around the driver, which lies outside of the folder', async () => {
      const { document } = await openDriver(FILE, 'old');
      await someFindings(document.uri);
      const titles = await until(
        async () => (await actionsAt(document, WORD)).map(({ title }) => title),
        (found) => found.length > 0,
      );
      // That tree has nothing to convert to.
      assert.ok(!titles.some((title) => title.startsWith('Convert')), titles.join('\n'));
    });

    it('takes accepted findings into a baseline file of its own', async () => {
      const { document } = await openDriver(FILE, 'virtual');
      const all = await someFindings(document.uri);
      const [first] = all;
      assert.ok(first);
      await accept(document, first, 'file');
      await until(
        () => findings(document.uri),
        (left) => left.length < all.length,
      );
      await vscode.workspace.fs.delete(fileOf('virtual', '.netmem-baseline.json'));
      await until(
        () => findings(document.uri),
        (left) => left.length === all.length,
      );
    });

    it('opens the simulator on its driver', async () => {
      const { document } = await openDriver(FILE, 'virtual');
      await vscode.commands.executeCommand('netmem.openSimulator', document.uri);
      await until(tabs, (open) => open.some((label) => label === 'Simulator: gull'));
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    });

    it('has no task, since the command needs a disk', async () => {
      const tasks = await vscode.tasks.fetchTasks({ type: 'netmem' });
      assert.ok(tasks.every(({ scope }) => typeof scope === 'object' && scope.uri.scheme === 'file'));
    });
  });
}
