/** In the real VS Code: a finding, the run that trips over it, the fix offered at its evidence, the verdict that turns. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT, Workbench } from './workbench.ts';

/** Title of the action that converts the transmit path. */
const FIX = /Store and unmap fragments/;

let vscode: Workbench;

beforeAll(async () => {
  vscode = await Workbench.start('panel-fix', { folder: join(ROOT, 'extension/example') });
});
afterAll(async () => {
  expect(vscode.violations).toEqual([]);
  await vscode.stop();
});

test('from a finding to the run that fails, through the fix to the run that holds', async () => {
  await vscode.openFile('tern_tx.c');
  await vscode.problems();
  const lines = vscode.read('tern_tx.c').split('\n');
  const line = lines.findIndex((text) => text.includes('dma_unmap_page(')) + 1;
  await vscode.goToLine(line);
  await vscode.page.locator('.statusbar-item', { hasText: `Ln ${line},` }).waitFor();
  const actions = vscode.page.locator('.action-widget .monaco-list-row');
  // A key that comes before the editor has the focus is lost.
  await vscode.page.locator('.monaco-editor.focused').waitFor();
  await expect
    .poll(
      async () => {
        await vscode.page.keyboard.press('Control+Period');
        return actions
          .first()
          .waitFor({ timeout: 4000 })
          .then(() => true)
          .catch(() => false);
      },
      { timeout: 30_000 },
    )
    .toBe(true);
  // It comes after the fixes, and the menu draws only the rows in sight.
  const show = vscode.page.locator('.action-widget .monaco-list-row.focused', {
    hasText: 'Show TX1 in the simulator',
  });
  for (let rows = 0; rows < 20 && (await show.count()) === 0; rows += 1)
    await vscode.page.keyboard.press('ArrowDown');
  await show.waitFor();
  await vscode.page.keyboard.press('Enter');

  const row = vscode.webview().locator('netmem-verdict-view tr.requirement', { hasText: 'TX1' });
  await row.getByText('fails').waitFor();
  await vscode.screenshot('panel-evidence');
  const fix = actions.filter({ hasText: FIX }).first();
  const fixButton = row.getByRole('button', { name: `Fix at tern_tx.c:${line}` }).first();
  // VS Code drops a menu that opens while it moves the focus out of the panel.
  await expect
    .poll(
      async () => {
        await fixButton.click();
        return fix
          .waitFor({ timeout: 4000 })
          .then(() => true)
          .catch(() => false);
      },
      { timeout: 30_000 },
    )
    .toBe(true);
  await fix.click();

  await row.getByText('holds').waitFor();
  await vscode.page.locator('.tab', { hasText: 'tern_tx.c' }).click();
  await vscode.save();
  // The panel's tab is never dirty, so the file itself has to say that it was saved.
  await expect.poll(() => vscode.read('tern_tx.c')).toContain('netmem_dma_unmap_page_attrs');
  await vscode.screenshot('panel-fixed');
});
