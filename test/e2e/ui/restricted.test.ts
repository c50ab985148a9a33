/** A folder that nobody has trusted yet: sources are only read, so everything works. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT, Workbench } from './workbench.ts';

let vscode: Workbench;
let driver: string;

beforeAll(async () => {
  driver = mkdtempSync(join(tmpdir(), 'netmem-restricted-'));
  cpSync(join(ROOT, 'test/support/convertible.c'), join(driver, 'foo.c'));
  vscode = await Workbench.start('restricted', { folder: driver, restricted: true });
});
afterAll(async () => {
  await vscode.stop();
  rmSync(driver, { recursive: true, force: true });
});

test('findings and fixes work in restricted mode', async () => {
  await vscode.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor();
  await vscode.openFile('foo.c');
  const problem = (await vscode.problems()).filter({ hasText: 'rx3-page-api' }).first();
  await vscode.screenshot('restricted');
  await problem.dblclick();
  await vscode.page.locator('.monaco-editor.focused').waitFor();
  await vscode.quickFix('Convert struct foo_buf.page to netmem');
  await vscode.page.locator('.tab.dirty', { hasText: 'foo.c' }).waitFor();
  await vscode.save();
  expect(vscode.read('foo.c')).toContain('netmem_ref page');
});

test('so does the simulator', async () => {
  await vscode.command('Netmem: Open Simulator');
  await vscode.webview().locator('netmem-verdict-banner').waitFor();
  expect(vscode.violations).toEqual([]);
});
