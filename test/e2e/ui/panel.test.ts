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
/** Decorations of whole lines in the editor that have such a style. */
const coloured = (style: string) =>
  vscode.page
    .locator('.monaco-editor .view-overlays .cdr[class*="ced-"]')
    .evaluateAll(
      (marks, name) =>
        marks.filter(
          (mark) => !/^(0px|rgba\(0, 0, 0, 0\))$/.test(getComputedStyle(mark).getPropertyValue(name)),
        ).length,
      style,
    );
const cursor = (line: number) => vscode.page.locator('.statusbar-item', { hasText: `Ln ${line},` }).waitFor();

test('opens beside the driver, runs it, and says what is wrong', async () => {
  await banner().getByText('Fails: the driver is to blame').waitFor();
  await banner().getByText('bind-rx refused: EINVAL').waitFor();
  await vscode.screenshot('panel');
});

test('steps back in time', async () => {
  const where = vscode.webview().locator('netmem-timeline .where');
  // A run rests at its first fault.
  await vscode.webview().getByRole('button', { name: 'Go to the end' }).click();
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

test('and in the code: above the function with the provider, behind the line, and in the margin', async () => {
  await banner().getByRole('button', { name: 'Explore past it' }).click();
  const row = vscode.webview().locator('netmem-verdict-view tr.requirement', { hasText: 'RX6' });
  await row.getByText('fails').waitFor();
  const place = row.getByRole('button', { name: /^tern_rx\.c:\d+$/ }).first();
  const line = /:(\d+)/.exec(await place.innerText())?.[1] ?? '';
  await place.click();
  await cursor(Number(line));
  // It lies behind the refusal: it has not happened.
  const lens = vscode.page.locator('.codelens-decoration', {
    hasText: `dma-buf: would fail at line ${line}`,
  });
  // It may stand above what is in sight.
  await lens.first().waitFor({ state: 'attached' });
  // What ran has a border.
  await expect.poll(() => coloured('border-left-width')).toBeGreaterThan(0);
  await vscode.screenshot('panel-marks');
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

test('survives a reload of the window with its view, its parameters and its moment', async () => {
  const where = vscode.webview().locator('netmem-timeline .where');
  await vscode.webview().getByRole('button', { name: 'Go to the end' }).click();
  await vscode.webview().getByRole('button', { name: 'Step back' }).click();
  const moment = await where.innerText();
  // VS Code in a browser writes the state of its editors every five seconds, and not when the page goes.
  await vscode.page.waitForTimeout(8000);
  await vscode.page.reload();
  await vscode.page.locator('.monaco-workbench').waitFor();
  await vscode.webview().getByRole('tab', { name: 'Driver' }).waitFor({ timeout: 60_000 });
  expect(await vscode.webview().getByRole('tab', { name: 'Driver' }).getAttribute('aria-selected')).toBe(
    'true',
  );
  await expect.poll(() => where.innerText(), { timeout: 30_000 }).toBe(moment);
});

test('takes its marks and problems away when it is closed', async () => {
  await vscode.page.locator('.tab', { hasText: 'Simulator:' }).click();
  await vscode.page.keyboard.press('Control+KeyW');
  await vscode.page.locator('.tab', { hasText: 'Simulator:' }).waitFor({ state: 'detached' });
  const rows = await vscode.problems();
  await expect.poll(() => rows.filter({ hasText: 'netmem simulator' }).count()).toBe(0);
  // Lenses are drawn anew a moment after.
  const verdicts = vscode.page.locator('.codelens-decoration', { hasText: /fails? at line/ });
  await expect.poll(() => verdicts.count()).toBe(0);
});
