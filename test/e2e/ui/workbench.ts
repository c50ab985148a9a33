/** The real VS Code in a browser as a page object: one place knows its selectors and key bindings. */
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  type Browser,
  type FrameLocator,
  type Locator,
  type Page,
  chromium as browsers,
} from 'playwright-core';
import { chromium } from '../vscode/debian.mjs';
import { CACHE, installVsCode } from '../vscode/install.mjs';
import { CHROMIUM_FLAGS, QUIET_SETTINGS, installVsix, startServer } from '../vscode/server.mjs';

export const ROOT = resolve(import.meta.dirname, '../../..');
const VSIX = join(ROOT, 'netmem-workbench.vsix');

/** Bounded, so that a failure names its locator instead of the test's time limit. */
const ACTION_MS = 20_000;

export interface Options {
  /** Directory copied into the workspace. */
  readonly folder: string;
  readonly settings?: Record<string, unknown>;
  /** Nobody has said that the folder can be trusted. */
  readonly restricted?: boolean;
}

/** Restricted mode without the questions around it. */
const RESTRICTED = {
  'security.workspace.trust.enabled': true,
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
};

/** One window on one workspace, with the extension installed from the VSIX. */
export class Workbench {
  readonly page: Page;
  /** The workspace's directory on disk. */
  readonly folder: string;
  /** Violations of a content security policy and uncaught errors, from every frame. */
  readonly violations: readonly string[];
  readonly #browser: Browser;
  readonly #server: { readonly origin: string; stop(): Promise<void> };

  private constructor(
    page: Page,
    folder: string,
    violations: readonly string[],
    browser: Browser,
    server: { readonly origin: string; stop(): Promise<void> },
  ) {
    this.page = page;
    this.folder = folder;
    this.violations = violations;
    this.#browser = browser;
    this.#server = server;
  }

  static async start(name: string, { folder, settings, restricted }: Options): Promise<Workbench> {
    const executable = chromium();
    if (!executable.ok) throw new Error(executable.error);
    const home = join(CACHE, 'ui', name);
    const workspace = join(home, 'workspace');
    const folders = { userData: join(home, 'user'), extensions: join(home, 'extensions') };
    rmSync(home, { recursive: true, force: true });
    for (const path of Object.values(folders)) mkdirSync(path, { recursive: true });
    cpSync(folder, workspace, { recursive: true });
    const vscode = installVsCode();
    installVsix(vscode, folders, VSIX);
    const server = await startServer({
      vscode,
      folders,
      underTest: true,
      trust: restricted === true,
      settings: { ...QUIET_SETTINGS, ...(restricted === true && RESTRICTED), ...settings },
    });
    const browser = await browsers.launch({ executablePath: executable.path, args: CHROMIUM_FLAGS });
    const page = await browser.newPage({ viewport: { width: 1500, height: 950 } });
    page.setDefaultTimeout(ACTION_MS);
    const violations = watch(page);
    await page.goto(`${server.origin}/?${new URLSearchParams({ folder: workspace }).toString()}`);
    await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 60_000 });
    return new Workbench(page, workspace, violations, browser, server);
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await this.#server.stop();
  }

  /** Opens a file of the workspace's top level from the explorer. */
  async openFile(name: string): Promise<void> {
    await this.page.locator(`.explorer-folders-view .monaco-list-row[aria-label*="${name}"]`).dblclick();
    await this.page.locator('.tab.active', { hasText: name }).waitFor();
    // The tab is there before the text, long before on a busy machine.
    await this.page.locator('.monaco-editor .view-line').first().waitFor({ timeout: 60_000 });
  }

  /** Rows of the Problems view, which is shown if it is not. */
  async problems(): Promise<Locator> {
    const rows = this.page.locator('.markers-panel .monaco-list-row');
    if (!(await this.page.locator('.markers-panel').isVisible()))
      await this.page.keyboard.press('Control+Shift+KeyM');
    await rows.first().waitFor({ timeout: 60_000 });
    return rows;
  }

  /** Puts the caret on the first word of a line of the active file. @param line counted from 1 */
  async goToLine(line: number): Promise<void> {
    // The first line may be under the shadow of a text that was scrolled.
    await this.page.locator('.monaco-editor .view-lines').first().click();
    await this.page.keyboard.press('Control+KeyG');
    await this.page.locator('.quick-input-widget input.input').fill(`:${line}`);
    await this.page.keyboard.press('Enter');
    await this.page.locator('.statusbar-item', { hasText: `Ln ${line},` }).waitFor();
    await this.page.keyboard.press('Home');
  }

  /** Chooses an entry of the light bulb's menu at the caret. VS Code takes a menu back if the caret still moves. */
  async quickFix(title: string): Promise<void> {
    const entry = this.page.locator('.action-widget .monaco-list-row', { hasText: title }).first();
    for (let attempt = 1; !(await entry.isVisible()); attempt += 1) {
      await this.page.keyboard.press('Escape');
      await this.page.keyboard.press('Control+Period');
      await entry.waitFor({ timeout: 10_000 }).catch((error: unknown) => {
        if (attempt === 3) throw error;
      });
    }
    await entry.click();
  }

  async save(): Promise<void> {
    await this.page.keyboard.press('Control+KeyS');
    // Each group of editors has an active tab.
    await this.page.locator('.tab.active:not(.dirty)').first().waitFor();
  }

  /** Runs a command by its title. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.page.locator('.quick-input-widget input.input').fill(`>${title}`);
    await this.page.locator('.quick-input-list .monaco-list-row.focused', { hasText: title }).waitFor();
    await this.page.keyboard.press('Enter');
  }

  /** The page inside the first visible webview. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  /** A file of the workspace as it is on disk. */
  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  /** A picture for whoever has to find out why a test failed. */
  async screenshot(name: string): Promise<void> {
    const folder = join(CACHE, 'screenshots');
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }
}

function watch(page: Page): string[] {
  const violations: string[] = [];
  page.on('console', (message) => {
    if (process.env['NETMEM_UI_LOG'] === '1') console.log(message.text());
    if (message.text().includes('Content Security Policy')) violations.push(message.text());
  });
  return violations;
}
