/** The same VSIX as a web extension: worker host, worker server, files through the editor. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT, Workbench } from './workbench.ts';

let vscode: Workbench;
let driver: string;

beforeAll(async () => {
  driver = mkdtempSync(join(tmpdir(), 'netmem-web-'));
  cpSync(join(ROOT, 'test/support/convertible.c'), join(driver, 'foo.c'));
  vscode = await Workbench.start('web', {
    folder: driver,
    settings: { 'remote.extensionKind': { 'netmem-workbench.netmem-workbench': ['web'] } },
  });
});
afterAll(async () => {
  await vscode.stop();
  rmSync(driver, { recursive: true, force: true });
});

test('findings of the opened driver, from the worker', async () => {
  await vscode.openFile('foo.c');
  const problems = await vscode.problems();
  await vscode.screenshot('web');
  const texts = await problems.allInnerTexts();
  expect(texts.some((text) => text.includes('rx3-page-api'))).toBe(true);
});

test('a fix is applied and saved', async () => {
  const problem = (await vscode.problems()).filter({ hasText: 'rx3-page-api' }).first();
  await problem.dblclick();
  await vscode.page.locator('.monaco-editor.focused').waitFor();
  await vscode.quickFix('Convert struct foo_buf.page to netmem');
  await vscode.page.locator('.tab.dirty', { hasText: 'foo.c' }).waitFor();
  await vscode.save();
  const text = vscode.read('foo.c');
  expect(text).toContain('netmem_ref page');
  expect(text).not.toContain('page_pool_dev_alloc_pages');
});

test('the panel opens and runs the driver', async () => {
  await vscode.command('Netmem: Open Simulator');
  await vscode.webview().locator('netmem-verdict-banner').waitFor();
  await vscode.screenshot('web-panel');
  expect(vscode.violations).toEqual([]);
});
