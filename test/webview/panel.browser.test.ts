/** The panel in Chromium: what it shows, that the keyboard reaches it, and that neither policy nor axe complains. */
import axe from 'axe-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { DriverModel } from '../../simulator/driver-model/driver-model.ts';
import { referenceDriver } from '../../simulator/scenarios/reference-driver.ts';
import { PanelBrowser, THEMES } from './panel-page.ts';
import type { PanelPage, Theme } from './panel-page.ts';

const TABS = ['Verdict', 'Events', 'Counters', 'Driver', 'Parameters', 'Compare'] as const;

/** As the analyser would have read it: places are files of the workspace. */
function driver(...variant: Parameters<typeof referenceDriver>): DriverModel {
  const { model } = referenceDriver(...variant);
  return JSON.parse(
    JSON.stringify(model).replaceAll(/"file":"([^"]*)"/g, '"file":"file:///driver/$1"'),
  ) as DriverModel;
}

const FAULTY = driver({ mistake: 'read-payload' });

let browser: PanelBrowser;
let panel: PanelPage;

beforeAll(async () => {
  browser = await PanelBrowser.start();
});
afterAll(() => browser.stop());

beforeEach(async () => {
  panel = await browser.open('dark');
});
afterEach(async () => {
  expect(await panel.violations()).toEqual([]);
  expect(panel.errors).toEqual([]);
  await panel.page.close();
});

async function accessibility(): Promise<readonly string[]> {
  await panel.page.evaluate(axe.source);
  const { violations } = await panel.page.evaluate(() =>
    (Reflect.get(window, 'axe') as typeof axe).run(document, { resultTypes: ['violations'] }),
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${JSON.stringify(target)} ${failureSummary ?? ''}`),
  );
}

test.each(THEMES)('axe finds nothing in %s, whichever tab is open', async (theme: Theme) => {
  await panel.show(theme);
  await panel.sendModel(FAULTY);
  await panel.verdict('Fails: the driver is to blame');
  const found: string[] = [];
  for (const name of TABS) {
    await panel.tab(name).click();
    found.push(...(await accessibility()));
  }
  await panel.page.getByRole('button', { name: 'Show the machine as a table' }).click();
  found.push(...(await accessibility()));
  expect(found).toEqual([]);
});
