/**
 * `npm run screenshots`: pictures for the README out of the real thing. Installs the packaged extension in VS Code,
 * opens the example driver and its simulator, and writes extension/docs/images.
 */
import { cpSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium as browsers } from 'playwright-core';
import { chromium } from './vscode/debian.mjs';
import { webpOf } from './webp.mjs';
import { CACHE, installVsCode } from './vscode/install.mjs';
import { CHROMIUM_FLAGS, QUIET_SETTINGS, installVsix, startServer } from './vscode/server.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const IMAGES = join(ROOT, 'extension/docs/images');
const HOME = join(CACHE, 'screenshots-home');
/** Kept in the repository and in both packages, so kept small. */
const MOST_BYTES = 150 * 1024;

const executable = chromium();
if (!executable.ok) {
  console.error(executable.error);
  process.exit(2);
}
const workspace = join(HOME, 'tern');
const folders = { userData: join(HOME, 'user'), extensions: join(HOME, 'extensions') };
rmSync(HOME, { recursive: true, force: true });
for (const folder of [...Object.values(folders), IMAGES]) mkdirSync(folder, { recursive: true });
cpSync(join(ROOT, 'extension/example'), workspace, { recursive: true });

const vscode = installVsCode();
installVsix(vscode, folders, join(ROOT, 'netmem-workbench.vsix'));
const server = await startServer({
  vscode,
  folders,
  underTest: true,
  settings: {
    ...QUIET_SETTINGS,
    'workbench.colorTheme': 'Default Dark Modern',
    'workbench.statusBar.visible': true,
  },
});
const browser = await browsers.launch({ executablePath: executable.path, args: CHROMIUM_FLAGS });
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 740 } });
  page.setDefaultTimeout(60_000);
  await page.goto(`${server.origin}/?${new URLSearchParams({ folder: workspace }).toString()}`);
  await page.locator('.explorer-folders-view .monaco-list-row[aria-label*="tern_rx.c"]').dblclick();
  await page.locator('.tab.active', { hasText: 'tern_rx.c' }).waitFor();
  await page.keyboard.press('Control+Shift+KeyM');
  // The list has the whole driver: this one is in the file that is open.
  await page
    .locator('.markers-panel .monaco-list-row', { hasText: 'page_pool_dev_alloc_pages()' })
    .first()
    .dblclick();
  await page.locator('.monaco-editor.focused').waitFor();
  await page.mouse.move(0, 0);
  await save(page, 'findings');

  await page.keyboard.press('Control+KeyJ');
  await page.keyboard.press('Control+KeyB');
  await command(page, 'Netmem: Open Simulator');
  const panel = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  await panel.getByRole('button', { name: 'Explore past it' }).click();
  await panel.locator('netmem-timeline svg').waitFor();
  await save(page, 'simulator');
} finally {
  await browser.close();
  await server.stop();
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} title
 */
async function command(page, title) {
  await page.keyboard.press('F1');
  await page.locator('.quick-input-widget input.input').fill(`>${title}`);
  await page.locator('.quick-input-list .monaco-list-row.focused', { hasText: title }).waitFor();
  await page.keyboard.press('Enter');
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} name
 */
async function save(page, name) {
  // Decorations and lenses come a moment after the text.
  await page.waitForTimeout(2000);
  const path = join(IMAGES, `${name}.webp`);
  writeFileSync(path, await webpOf(browser, await page.screenshot()));
  const { size } = statSync(path);
  console.log(`${path}: ${Math.round(size / 1024)} KB`);
  if (size > MOST_BYTES) {
    console.error(`${path} is larger than ${MOST_BYTES / 1024} KB: make the window smaller`);
    process.exitCode = 1;
  }
}
