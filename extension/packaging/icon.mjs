/** `node extension/packaging/icon.mjs`: draws `extension/media/icon.svg` as the PNG that VS Code wants, 128 pixels wide. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium as browsers } from 'playwright-core';
import { chromium } from '../../test/e2e/vscode/debian.mjs';

const MEDIA = resolve(import.meta.dirname, '../media');
const SIZE = 128;

const executable = chromium();
if (!executable.ok) {
  console.error(executable.error);
  process.exit(2);
}
const browser = await browsers.launch({ executablePath: executable.path, args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: SIZE, height: SIZE } });
await page.setContent(`<style>body { margin: 0 }</style>${readFileSync(join(MEDIA, 'icon.svg'), 'utf8')}`);
await page.screenshot({ path: join(MEDIA, 'icon.png'), omitBackground: true });
await browser.close();
