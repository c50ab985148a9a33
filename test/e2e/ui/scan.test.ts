/** "Analyze Workspace" in the real VS Code: it says how far it is, and can be cancelled. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT, Workbench } from './workbench.ts';

/** So many, of so many buffers each, that somebody can change their mind meanwhile. */
const DRIVERS = 250;
const BUFFERS = 12;

let vscode: Workbench;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'netmem-scan-'));
  const one = readFileSync(join(ROOT, 'test/support/convertible.c'), 'utf8');
  const names = Array.from({ length: BUFFERS }, (_, i) => `foo${i}_`);
  const driver = names.map((name) => one.replaceAll('foo_', name)).join('\n');
  for (let i = 0; i < DRIVERS; i += 1) {
    mkdirSync(join(folder, `drivers/d${i}`), { recursive: true });
    writeFileSync(join(folder, `drivers/d${i}/foo.c`), driver);
  }
  writeFileSync(join(folder, 'foo.c'), one);
  vscode = await Workbench.start('scan', {
    folder,
    settings: { 'workbench.statusBar.visible': true },
  });
});
afterAll(async () => {
  await vscode.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('a scan says where it is, and ends with what it has when it is cancelled', async () => {
  // Its findings show that the window is ready for commands.
  await vscode.openFile('foo.c');
  await vscode.problems();
  await vscode.command('Netmem: Analyze Workspace');
  // VS Code shows no toasts under test; what they say stands here as well.
  await vscode.command('Notifications: Show Notifications');
  const progress = vscode.page.locator('.notifications-center', { hasText: 'Netmem: analyzing drivers' });
  await progress.filter({ hasText: /\d+ drivers in \d+ files, at drivers/ }).waitFor();
  await vscode.screenshot('scan');
  await progress.getByRole('button', { name: 'Cancel' }).click();
  const status = vscode.page.locator('.statusbar-item', { hasText: /Netmem: \d+ findings in \d+ drivers/ });
  await status.waitFor();
  const [, found = ''] = /in (\d+) drivers/.exec(await status.innerText()) ?? [];
  expect(Number(found)).toBeGreaterThan(0);
  expect(Number(found)).toBeLessThan(DRIVERS);
});
