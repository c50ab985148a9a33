/** The whole way in the real VS Code: a finding, the run that trips over it, the fix, and the verdict that turns. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT, Workbench } from './workbench.ts';

let vscode: Workbench;

beforeAll(async () => {
  vscode = await Workbench.start('panel-fix', { folder: join(ROOT, 'extension/example') });
});
afterAll(async () => {
  expect(vscode.violations).toEqual([]);
  await vscode.stop();
});

test('from a finding of the transmit path to the run that fails, through the fix, to the run that holds', async () => {
  await vscode.openFile('tern_tx.c');
  const problems = await vscode.problems();
  await problems.filter({ hasText: 'tx1-unmap' }).first().dblclick();
  await vscode.page.locator('.monaco-editor.focused').waitFor();
  await vscode.quickFix('Show TX1 in the simulator');

  const row = vscode.webview().locator('netmem-verdict-view tr.requirement', { hasText: 'TX1' });
  await row.getByText('fails').waitFor();
  await vscode.screenshot('panel-fix-before');
  await row
    .getByRole('button', { name: /^Fix at tern_tx\.c/ })
    .first()
    .click();
  const fix = vscode.page.locator('.action-widget .monaco-list-row', { hasText: 'netmem_dma_unmap' }).first();
  await fix.waitFor();
  await fix.click();

  await row.getByText('holds').waitFor();
  await vscode.save();
  expect(vscode.read('tern_tx.c')).toContain('netmem_dma_unmap_page_attrs');
  await vscode.screenshot('panel-fix-after');
});
