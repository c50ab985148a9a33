/** The same VSIX as a web extension: worker host, worker server, files through the editor. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT, Workbench } from './workbench.ts';

let vscode: Workbench;

beforeAll(async () => {
  vscode = await Workbench.start('web', {
    folder: join(ROOT, 'extension/example'),
    settings: { 'remote.extensionKind': { 'netmem-workbench.netmem-workbench': ['web'] } },
  });
});
afterAll(() => vscode.stop());

test('findings of the opened driver, from the worker', async () => {
  await vscode.openFile('tern_rx.c');
  const problems = await vscode.problems();
  await vscode.screenshot('web');
  const texts = await problems.allInnerTexts();
  expect(texts.some((text) => text.includes('rx3-page-api'))).toBe(true);
});
