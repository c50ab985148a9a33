/**
 * The panel in headless Chromium: the built bundles, the page and policy that the extension uses, the colours of a
 * theme of VS Code, and a test that plays the editor.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { chromium as browsers } from 'playwright-core';
import type { Browser, Locator, Page } from 'playwright-core';
import { panelDocument } from '../../extension/client/panel-document.ts';
import { packData } from '../../simulator/contract/packed.ts';
import type { DriverModel } from '../../simulator/contract/driver-model.ts';
import { FROM_PANEL_EVENT } from '../../webview/host/browser-host.ts';
import { PROTOCOL_VERSION, isFromPanel } from '../../webview/protocol/messages.ts';
import type { FromPanel, ToPanel } from '../../webview/protocol/messages.ts';
import { chromium } from '../e2e/vscode/debian.mjs';
import { CHROMIUM_FLAGS } from '../e2e/vscode/server.mjs';
import themes from './themes.json' with { type: 'json' };

export const THEMES = ['dark', 'light', 'high-contrast', 'high-contrast-light'] as const;
export type Theme = (typeof THEMES)[number];

const DIST = resolve(import.meta.dirname, '../../dist');
const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  css: 'text/css',
  ttf: 'font/ttf',
};

/** One browser for the pages of a suite. */
export class PanelBrowser {
  readonly #browser: Browser;
  readonly #origin: string;
  readonly #stop: () => void;

  private constructor(browser: Browser, origin: string, stop: () => void) {
    this.#browser = browser;
    this.#origin = origin;
    this.#stop = stop;
  }

  static async start(): Promise<PanelBrowser> {
    const executable = chromium();
    if (!executable.ok) throw new Error(executable.error);
    let origin = '';
    const server = createServer((request, response) => {
      const name = (request.url ?? '/').slice(1);
      if (name === '') {
        response.writeHead(200, { 'content-type': 'text/html' });
        response.end(panelDocument({ file: (file) => `${origin}/${file}`, own: origin, nonce: 'test' }));
        return;
      }
      const type = TYPES[name.split('.').at(-1) ?? ''];
      if (type === undefined || !/^[\w-]+\.\w+$/.test(name)) {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200, { 'content-type': type });
      response.end(readFileSync(join(DIST, name)));
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const address = server.address() as AddressInfo;
    origin = `http://127.0.0.1:${address.port}`;
    const browser = await browsers.launch({ executablePath: executable.path, args: CHROMIUM_FLAGS });
    return new PanelBrowser(browser, origin, () => server.close());
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    this.#stop();
  }

  async open(theme: Theme, size = { width: 700, height: 1000 }): Promise<PanelPage> {
    const context = await this.#browser.newContext({ viewport: size });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    return PanelPage.open(page, this.#origin, theme);
  }
}

/** What was wrong with the page or said by it, recorded inside the page. */
interface Recorded {
  readonly violations: string[];
  readonly posted: unknown[];
}

export class PanelPage {
  readonly page: Page;
  /** Uncaught errors, and whatever the console calls an error. */
  readonly errors: string[] = [];

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(page: Page, origin: string, theme: Theme): Promise<PanelPage> {
    const panel = new PanelPage(page);
    page.on('pageerror', (error) => panel.errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') panel.errors.push(message.text());
    });
    await page.addInitScript((event) => {
      const recorded: Recorded = { violations: [], posted: [] };
      Reflect.set(window, 'recorded', recorded);
      addEventListener('securitypolicyviolation', (violation) =>
        recorded.violations.push(
          `${violation.violatedDirective}: ${violation.blockedURI} ${violation.sample}`,
        ),
      );
      addEventListener(event, (posted) => {
        if (posted instanceof CustomEvent) recorded.posted.push(posted.detail);
      });
    }, FROM_PANEL_EVENT);
    await page.goto(origin);
    await panel.show(theme);
    return panel;
  }

  async show(theme: Theme): Promise<void> {
    await this.page.evaluate(({ bodyClass, variables }) => {
      document.body.className = bodyClass;
      for (const [name, value] of Object.entries(variables))
        document.documentElement.style.setProperty(name, value);
    }, themes[theme]);
  }

  /** The editor says something. */
  async say(message: ToPanel): Promise<void> {
    await this.page.evaluate((sent) => window.postMessage(sent, '*'), message);
  }

  async sendModel(model: DriverModel): Promise<void> {
    const driver = 'file:///driver';
    const version = PROTOCOL_VERSION;
    await this.say({ type: 'model', version, driver, document: `${driver}/rx.c`, packed: packData(model) });
  }

  /** What the panel said to the editor. */
  async posted(): Promise<readonly FromPanel[]> {
    return (await this.recorded()).posted.filter(isFromPanel);
  }

  async violations(): Promise<readonly string[]> {
    return (await this.recorded()).violations;
  }

  recorded(): Promise<Recorded> {
    return this.page.evaluate(() => Reflect.get(window, 'recorded') as Recorded);
  }

  verdict(text: string): Promise<void> {
    return this.page.locator('netmem-verdict-banner').getByText(text).waitFor();
  }

  tab(name: string): Locator {
    return this.page.getByRole('tab', { name });
  }
}
