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
  const texts = await problems.allInnerTexts();
  expect(texts.some((text) => text.includes('rx3-page-api'))).toBe(true);
});
