/** The simulator panel in the real VS Code, over the packaged extension. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT, Workbench } from './workbench.ts';

let vscode: Workbench;

beforeAll(async () => {
  vscode = await Workbench.start('panel', { folder: join(ROOT, 'extension/example') });
  await vscode.openFile('tern_rx.c');
  await vscode.problems();
  await vscode.command('Netmem: Open Simulator');
});
afterAll(async () => {
  expect(vscode.violations).toEqual([]);
  await vscode.stop();
});

const banner = () => vscode.webview().locator('netmem-verdict-banner');
const cursor = (line: number) => vscode.page.locator('.statusbar-item', { hasText: `Ln ${line},` }).waitFor();

test('opens beside the driver, runs it, and says what is wrong', async () => {
  await banner().getByText('Fails: the driver is to blame').waitFor();
  await banner().getByText('bind-rx refused: EINVAL').waitFor();
  await vscode.screenshot('panel');
});

test('steps back in time', async () => {
  const where = vscode.webview().locator('netmem-timeline .where');
  const end = await where.innerText();
  await vscode.webview().getByRole('button', { name: 'Step back' }).click();
  await expect.poll(() => where.innerText()).not.toBe(end);
  const before = Number(/step ([\d,]+) of/.exec(await where.innerText())?.[1]?.replaceAll(',', ''));
  const last = Number(/of ([\d,]+)/.exec(end)?.[1]?.replaceAll(',', ''));
  expect(before).toBe(last - 1);
});

test('leads to the line, and follows an edit of it to the next verdict without saving', async () => {
  await banner().getByRole('button', { name: 'tern_ethtool.c:71', exact: true }).click();
  await vscode.page.locator('.monaco-editor.focused').waitFor();
  await cursor(71);
  await vscode.page.keyboard.press('End');
  await vscode.page.keyboard.press('ArrowLeft');
  await vscode.page.keyboard.insertText(' | ETHTOOL_RING_USE_TCP_DATA_SPLIT');
  await banner().getByText('bind-rx refused: EINVAL').waitFor({ state: 'detached' });
  await banner().getByText('bind-rx refused').waitFor();
  await vscode.page.locator('.tab.active.dirty').waitFor();
  await vscode.screenshot('panel-followed');
});

test('what a run came to stands in the Problems view, under its own source', async () => {
  const rows = await vscode.problems();
  await rows.filter({ hasText: 'netmem simulator' }).first().waitFor();
});

test('remembers what it showed while it was hidden', async () => {
  const driver = vscode.webview().getByRole('tab', { name: 'Driver' });
  await driver.click();
  await vscode.command('New Untitled Text File');
  await vscode.page.locator('.tab.active', { hasText: 'Untitled' }).waitFor();
  await vscode.page.locator('.tab', { hasText: 'Simulator:' }).click();
  await vscode.webview().getByText('page_pool_create').first().waitFor();
  expect(await driver.getAttribute('aria-selected')).toBe('true');
});
