/** The main job in the real editor: open the example driver, see its findings, fix one, save, run the simulator. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT, Workbench } from './workbench.ts';

let vscode: Workbench;

beforeAll(async () => {
  vscode = await Workbench.start('example', { folder: join(ROOT, 'extension/example') });
});
afterAll(() => vscode.stop());

test('the Problems view shows the findings of the opened driver', async () => {
  await vscode.openFile('tern_rx.c');
  const problems = await vscode.problems();
  await vscode.screenshot('problems');
  // Of the whole driver: the error is in a file that is not open.
  await problems.filter({ hasText: 'tern_main.c' }).first().waitFor();
  const texts = await problems.allInnerTexts();
  expect(texts.some((text) => /rx\d-/.test(text))).toBe(true);
});

test('the status item says how far the driver is, and leads to the readiness tree', async () => {
  const status = vscode.page.locator('.statusbar-item', { hasText: /netmem \d\/9/ });
  await status.waitFor();
  // One requirement is met although there is a note about it: a note keeps nothing open.
  expect(await status.innerText()).toContain('netmem 1/9');
  await status.click();
  const tree = vscode.page.locator('.pane', { hasText: 'Netmem Readiness' }).locator('.monaco-list-row');
  await tree.filter({ hasText: '1 of 9 requirements met, 8 open' }).waitFor();
  await vscode.screenshot('readiness');
  const requirements = await tree.filter({ hasText: /RX\d/ }).allInnerTexts();
  // The pane has room for the first ones.
  const [first = '', ...others] = requirements;
  expect(first).toMatch(/RX1 · met, 1 note/);
  expect(others.length).toBeGreaterThan(0);
  for (const text of others) expect(text).toMatch(/RX\d · \d+ open/);
});

test('a requirement opens its findings, and a finding its line', async () => {
  const tree = vscode.page.locator('.pane', { hasText: 'Netmem Readiness' }).locator('.monaco-list-row');
  await tree.filter({ hasText: /RX1/ }).click();
  const finding = tree.filter({ hasText: /tern_\w+\.[ch]:\d+/ }).first();
  await finding.waitFor();
  const [, file = '', line = ''] = /(tern_\w+\.[ch]):(\d+)/.exec(await finding.innerText()) ?? [];
  await finding.click();
  await vscode.page.locator('.tab.active', { hasText: file }).waitFor();
  await vscode.page.locator('.statusbar-item', { hasText: `Ln ${line},` }).waitFor();
});

test('the walkthrough leads from a driver to the simulator', async () => {
  await vscode.command('Welcome: Open Walkthrough');
  const choice = vscode.page.locator('.quick-input-list .monaco-list-row', { hasText: 'ready for netmem' });
  await choice.click();
  const steps = vscode.page.locator('.gettingStartedContainer .getting-started-step .step-title');
  await steps.first().waitFor();
  await vscode.screenshot('walkthrough');
  expect(await steps.allInnerTexts()).toEqual([
    'Open a driver',
    'Read a finding',
    'Preview a conversion',
    'Run the simulator',
  ]);
});
