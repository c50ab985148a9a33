/** `netmem report --format html`, as a browser shows it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium as browsers } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromium } from '../e2e/vscode/debian.mjs';
import { EXAMPLE, netmem, scratch } from './netmem.ts';
import { COMPLIANT, earlier } from './reports.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
describe('the page', () => {
  let browser: Browser;
  const problems: string[] = [];

  beforeAll(async () => {
    const found = chromium();
    if (!found.ok) throw new Error(found.error);
    browser = await browsers.launch({ executablePath: found.path, args: ['--no-sandbox', '--disable-gpu'] });
  }, 300_000);

  afterAll(async () => {
    await browser.close();
  });

  /** @param policy whether the page's own policy is in force: axe could not be put in */
  async function open(
    width: number,
    scheme: 'light' | 'dark',
    policy = true,
    more: string[] = [],
  ): Promise<Page> {
    const { out } = netmem(['report', '--format', 'html', ...more, EXAMPLE, COMPLIANT]);
    const file = join(scratch({ 'page.html': out }), 'page.html');
    const context = await browser.newContext({
      viewport: { width, height: 800 },
      colorScheme: scheme,
      bypassCSP: !policy,
    });
    const page = await context.newPage();
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) problems.push(request.url());
    });
    await page.goto(pathToFileURL(file).href);
    return page;
  }

  test('loads nothing, and its policy lets its own script run', async () => {
    const page = await open(1280, 'light');
    await expect.poll(() => page.textContent('#shown')).toBe('2 of 2 drivers shown');
    expect(problems).toEqual([]);
  });

  test('is filtered by name and by state', async () => {
    const page = await open(1280, 'light');
    await page.fill('#driver', 'tern');
    expect(await page.locator('tbody tr:visible th').allTextContents()).toEqual(['tern']);
    expect(await page.locator('section:visible h2').allTextContents()).toEqual(['tern']);
    await page.fill('#driver', '');
    await page.selectOption('#state', 'open');
    expect(await page.locator('tbody tr:visible th').allTextContents()).toEqual(['tern']);
  });

  test('is sorted by a column, one way and the other, from the keyboard', async () => {
    const page = await open(1280, 'light');
    const button = page.getByRole('button', { name: 'RX3' });
    await button.focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('tbody tr th').allTextContents()).toEqual(['compliant', 'tern']);
    await page.keyboard.press('Enter');
    expect(await page.locator('tbody tr th').allTextContents()).toEqual(['tern', 'compliant']);
    expect(await page.locator('thead th', { hasText: 'RX3' }).getAttribute('aria-sort')).toBe('descending');
  });

  test('a cell leads to its findings, with the lines of source', async () => {
    const page = await open(1280, 'light');
    await page.getByRole('link', { name: 'TX1 open' }).click();
    const details = page.locator('details[open]');
    await expect.poll(() => details.count()).toBe(1);
    expect(await details.textContent()).toContain('tern_tx.c:');
    expect(await details.locator('pre').first().textContent()).not.toContain('\\t');
  });

  test.each([
    [1280, 'light'],
    [400, 'light'],
    [1280, 'dark'],
    [400, 'dark'],
  ] as const)(
    '%i pixels, %s: axe finds nothing, and the page is not wider than the window',
    async (width, scheme) => {
      const page = await open(width, scheme, false);
      await page.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)));
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await page.addScriptTag({ path: AXE });
      const violations: unknown = await page.evaluate(
        'axe.run().then(({ violations }) => violations.map(({ id }) => id))',
      );
      expect(violations).toEqual([]);
    },
  );

  test('names and lines of the tree are text', () => {
    const source = readFileSync(join(EXAMPLE, 'tern_rx.c'), 'utf8');
    const directory = scratch({ '<img src=x onerror=alert(1)>/rx.c': source });
    const { out } = netmem(['report', '--format', 'html', '.'], { cwd: directory });
    expect(out).not.toContain('<img');
    expect(out).toContain('&#60;img');
  });

  test('says what changed', async () => {
    const file = earlier((row) => {
      for (const one of row.requirements) if (one.requirement === 'RX3') one.open += 2;
    });
    const page = await open(1280, 'light', true, ['--against', file]);
    expect(await page.textContent('details summary')).toBe('Since the earlier report: 1 better, 0 worse');
    expect(await page.locator('tbody tr', { hasText: 'tern' }).textContent()).toContain('1 better');
  });
});
