/**
 * The keystrokes of verdict.ts, in the real VS Code with the panel open: a new line above a place that the panel names,
 * until the panel has drawn the line below it. Vitest runs it, as it runs the suites that share the workbench.
 */
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';
import { CACHE } from '../e2e/vscode/install.mjs';
import { Workbench } from '../e2e/ui/workbench.ts';

const KEYSTROKES = 45;
const DRIVER = 'drivers/net/ethernet/broadcom/bnxt';
const FILE = 'bnxt.c';
/** Where the keystrokes are made: above everything that a run names. */
const LINE = 500;

test('keystrokes', async () => {
  const times = await keystrokes(process.env['KERNEL_TREE'] ?? '');
  writeFileSync(process.env['NETMEM_BENCH_OUTPUT'] ?? '', JSON.stringify(times));
});

/** Times of the keystrokes, in ms. */
async function keystrokes(tree: string): Promise<readonly number[]> {
  const driver = join(CACHE, 'bench-verdict/tree', DRIVER);
  rmSync(join(CACHE, 'bench-verdict'), { recursive: true, force: true });
  mkdirSync(driver, { recursive: true });
  cpSync(join(tree, DRIVER), driver, { recursive: true });
  symlinkSync(join(tree, 'include'), join(CACHE, 'bench-verdict/tree/include'));
  const vscode = await Workbench.start('verdict', { folder: driver });
  try {
    await vscode.openFile(FILE);
    await vscode.problems();
    await vscode.command('Netmem: Open Simulator');
    const panel = vscode.webview().locator('netmem-panel');
    await panel.getByRole('button', { name: 'Explore past it' }).click();
    await panel
      .getByRole('button', { name: /^bnxt\.c:\d+$/ })
      .first()
      .waitFor();
    await vscode.page.locator('.tab', { hasText: FILE }).first().click();
    await vscode.page.keyboard.press('Control+KeyG');
    await vscode.page.locator('.quick-input-widget input.input').fill(`:${LINE}`);
    await vscode.page.keyboard.press('Enter');
    await vscode.page.locator('.statusbar-item', { hasText: `Ln ${LINE},` }).waitFor();
    await vscode.page.locator('.monaco-editor.focused').waitFor();
    // Both clocks count from the same epoch, though the panel is a page of its own.
    await vscode.page.evaluate(() => {
      addEventListener(
        'keydown',
        ({ timeStamp }) => (document.title = `${performance.timeOrigin + timeStamp}`),
        true,
      );
    });
    const times: number[] = [];
    for (let i = 0; i < KEYSTROKES; i += 1) {
      const changed = panel.evaluate(shownAnew);
      // The panel has to watch before the key goes down.
      await panel.evaluate(() => undefined);
      await vscode.page.keyboard.press('Enter');
      const shown = await changed;
      times.push(shown - Number(await vscode.page.title()));
    }
    return times;
  } finally {
    await vscode.stop();
  }
}

/** Runs in the panel. @returns the time at which it has drawn other places of the file than now */
function shownAnew(panel: Element): Promise<number> {
  const links = (root: Element): string => {
    const inside = root.shadowRoot ?? root;
    const own = [...inside.querySelectorAll('button.link.code')].map(({ textContent }) => textContent.trim());
    const nested = [...inside.querySelectorAll('*')].flatMap((each) =>
      each.shadowRoot ? [links(each)] : [],
    );
    return [...own, ...nested].join(' ');
  };
  const before = links(panel);
  return new Promise((done) => {
    const look = (): void => {
      if (links(panel) === before) requestAnimationFrame(look);
      else done(performance.timeOrigin + performance.now());
    };
    look();
  });
}
