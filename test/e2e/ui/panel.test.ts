/** The simulator panel in the real VS Code, over the packaged extension. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT, Workbench } from './workbench.ts';

let vscode: Workbench;

beforeAll(async () => {
  vscode = await Workbench.start('panel', { folder: join(ROOT, 'extension/example') });
});
afterAll(() => vscode.stop());

test('opens beside the driver, runs it, and says what is wrong', async () => {
  await vscode.openFile('tern_rx.c');
  await vscode.problems();
  await vscode.command('Netmem: Open Simulator');
  const panel = vscode.webview();
  const banner = panel.locator('netmem-verdict-banner');
  await banner.getByText('Fails: the driver is to blame').waitFor();
  await vscode.screenshot('panel-first');
  await banner.getByText('bind-rx refused: EINVAL').waitFor();
  expect(vscode.violations).toEqual([]);
});
