/** The panel in Chromium: what it shows, that the keyboard reaches it, and that neither policy nor axe complains. */
import axe from 'axe-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { DriverModel } from '../../simulator/contract/driver-model.ts';
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

test('the verdict names the line, and its link and fix go to the editor', async () => {
  await panel.sendModel(FAULTY);
  await panel.verdict('Fails: the driver is to blame');
  const banner = panel.page.locator('netmem-verdict-banner');
  await banner.getByRole('button', { name: /^reference\.c:\d+$/ }).click();
  // Only where the editor has one.
  const asked = (await panel.posted()).findLast((message) => message.type === 'findFixes');
  expect(asked?.places.length).toBeGreaterThan(0);
  expect(await panel.page.getByRole('button', { name: /^Fix at/ }).count()).toBe(0);
  await panel.say({ type: 'fixes', places: asked?.places ?? [] });
  await banner.getByRole('button', { name: /^Fix at reference\.c:\d+$/ }).click();
  const posted = await panel.posted();
  const opened = posted.find(({ type }) => type === 'openSource');
  expect(opened).toMatchObject({ at: { file: 'file:///driver/reference.c' } });
  expect(posted.find(({ type }) => type === 'quickFix')).toMatchObject({
    at: opened?.type === 'openSource' ? opened.at : null,
  });
  const marks = posted.find(({ type }) => type === 'marks');
  expect(marks?.type === 'marks' && marks.marks.some(({ kind }) => kind === 'fault')).toBe(true);
});

test('the panel follows the driver: a corrected model turns the verdict', async () => {
  await panel.sendModel(FAULTY);
  await panel.verdict('Fails: the driver is to blame');
  await panel.sendModel(driver({}));
  await panel.verdict('Passes');
});

test('stepping back and forth moves the machine, by buttons and by keys on the timeline', async () => {
  await panel.sendModel(driver({}));
  await panel.verdict('Passes');
  const where = panel.page.locator('netmem-timeline .where');
  const end = await where.innerText();
  await panel.page.getByRole('button', { name: 'Reset to the start' }).click();
  await where.getByText('step 0 of').waitFor();
  await panel.page.getByRole('button', { name: 'Step', exact: true }).click();
  await where.getByText('step 1 of').waitFor();
  await panel.page.getByRole('slider', { name: 'Moment of the run' }).press('ArrowRight');
  await where.getByText('step 2 of').waitFor();
  await panel.page.getByRole('button', { name: 'Step back' }).click();
  await where.getByText('step 1 of').waitFor();
  await panel.page.getByRole('button', { name: 'Go to the end' }).click();
  await where.getByText(end).waitFor();
});

test('the picture says in words what it shows', async () => {
  await panel.sendModel(driver({}));
  await panel.verdict('Passes');
  const words = await panel.page.locator('svg.machine').getAttribute('aria-label');
  expect(words).toContain('Wire: frames 500');
  await panel.page.getByRole('button', { name: 'Show the machine as a table' }).click();
  const rows = panel.page.getByRole('table', { name: 'The machine at the moment shown' }).getByRole('row');
  expect(await rows.filter({ hasText: 'frames' }).first().innerText()).toContain('500');
});

test('the log is filtered, walked by keys, and leads to the source and to the moment', async () => {
  await panel.sendModel(driver({}));
  await panel.verdict('Passes');
  await panel.tab('Events').click();
  await panel.page.getByRole('textbox', { name: 'Filter of the event log' }).fill('kind:frag packet:7');
  await panel.page.getByText(/^1 of /).waitFor();
  const log = panel.page.getByRole('grid', { name: 'Events' });
  await log.getByRole('row').getByText('frame 7').waitFor();
  await log.focus();
  await log.press('Enter');
  await log.press(' ');
  await panel.page.getByText(/step [1-9]\d* of/).waitFor();
  expect((await panel.posted()).filter(({ type }) => type === 'openSource')).toHaveLength(1);
});

test('a filter that cannot match says why, and an event is shown in full below the log', async () => {
  await panel.sendModel(driver({}));
  await panel.verdict('Passes');
  await panel.tab('Events').click();
  const filter = panel.page.getByRole('textbox', { name: 'Filter of the event log' });
  await filter.fill('packet:seven');
  await panel.page.getByRole('alert').getByText('packet:seven is not a number.').waitFor();
  expect(await accessibility()).toEqual([]);
  await filter.fill('kind:frag packet:7');
  await panel.page.getByText(/^1 of /).waitFor();
  expect(await panel.page.getByRole('alert').count()).toBe(0);
  const log = panel.page.getByRole('grid', { name: 'Events' });
  const text = await log.getByRole('row').first().locator('[title]').first().getAttribute('title');
  const details = panel.page.getByRole('region', { name: 'Event in full' });
  await details.getByText(text ?? '').waitFor();
  await details.getByText('packet 7').waitFor();
});

test('after a fault the handle rests there, and a button goes from fault to fault', async () => {
  await panel.sendModel(driver({ mistake: 'read-payload' }));
  await panel.verdict('Fails: the driver is to blame');
  const where = panel.page.locator('netmem-timeline .where');
  const next = panel.page.getByRole('button', { name: 'Go to the next fault' });
  const [, step = '0', length = '0'] = /step ([\d,]+) of ([\d,]+)/.exec(await where.innerText()) ?? [];
  expect(step).not.toBe(length);
  await panel.page.getByRole('button', { name: 'Go to the end' }).click();
  await where.getByText(`step ${length} of`).waitFor();
  await next.click();
  await where.getByText(`step ${step} of`).waitFor();
  await panel.sendModel(driver({}));
  await panel.verdict('Passes');
  expect(await next.isDisabled()).toBe(true);
});

test('at 400 pixels the verdict and the place are on the first screen, and the machine folds away for good', async () => {
  await panel.page.setViewportSize({ width: 400, height: 700 });
  await panel.sendModel(FAULTY);
  await panel.verdict('Fails: the driver is to blame');
  const link = panel.page
    .locator('netmem-verdict-banner')
    .getByRole('button', { name: /^reference\.c:\d+$/ })
    .first();
  expect((await link.boundingBox())?.y ?? Infinity).toBeLessThan(700);
  const fold = panel.page.getByRole('button', { name: 'Machine', exact: true });
  await fold.click();
  expect(await panel.page.locator('netmem-machine-picture').count()).toBe(0);
  expect(await fold.getAttribute('aria-expanded')).toBe('false');
  expect(await accessibility()).toEqual([]);
});

test('what a scenario promises is no fact under a verdict that fails', async () => {
  await panel.sendModel(driver({}));
  await panel.verdict('Passes');
  const toolbar = panel.page.locator('netmem-toolbar');
  expect(await toolbar.innerText()).not.toContain('What should come out:');
  await panel.sendModel(FAULTY);
  await toolbar.getByText('What should come out:').waitFor();
});

test('scenarios stand in groups, and words from anywhere in a title find them', async () => {
  await panel.sendModel(driver({}));
  await panel.verdict('Passes');
  const select = panel.page.locator('netmem-toolbar vscode-single-select[label="Scenario"]');
  const titles = (await select.locator('vscode-option').allInnerTexts()).map((title) => title.trim());
  expect(titles.every((title) => /^(?:Lesson, )?[\w ]+: /.test(title))).toBe(true);
  await select.locator('input').fill('bind');
  await expect.poll(() => select.getByRole('option').count()).toBeGreaterThan(3);
  const found = await select.getByRole('option').allInnerTexts();
  expect(found.length).toBeLessThan(titles.length / 2);
});

test('a long run shows its progress, can be stopped and goes on, and the page stays responsive', async () => {
  await panel.sendModel(driver({}));
  await panel.verdict('Passes');
  await panel.say({ type: 'show', scenario: 'dmabuf-works', parameters: { packets: 400_000 }, focus: null });
  await panel.page.getByRole('button', { name: 'Stop' }).click();
  await panel.verdict('Stopped before the end');
  await panel.page.getByRole('button', { name: 'Continue' }).click();
  await panel.page.getByRole('button', { name: 'Stop' }).click();
  await panel.verdict('Stopped before the end');
});

test('a parameter is set within its range, marked, and put back', async () => {
  await panel.sendModel(driver({}));
  await panel.verdict('Passes');
  await panel.tab('Parameters').click();
  const packets = panel.page.getByRole('spinbutton', { name: 'Packets', exact: true });
  await packets.fill('40');
  await packets.press('Enter');
  await panel.page.getByText('40 packets on the wire').waitFor();
  await packets.fill('-1');
  await packets.press('Enter');
  await panel.verdict('packets: -1 is outside 0 to 10000000');
  await panel.page.getByRole('button', { name: 'Packets: back to the scenario' }).click();
  await panel.page.getByText('500 packets on the wire').waitFor();
});

test('the parameters call a provider by the name that it has above the run', async () => {
  await panel.sendModel(driver({}));
  await panel.verdict('Passes');
  await panel.tab('Parameters').click();
  const select = panel.page.locator('netmem-parameters-view vscode-single-select[label="Memory provider"]');
  const titles = await select.locator('vscode-option').allInnerTexts();
  expect(titles.map((title) => title.trim())).toEqual(['pages', 'dma-buf', 'io_uring zcrx']);
});

test('two runs stand side by side: before and after a fix', async () => {
  await panel.sendModel(FAULTY);
  await panel.verdict('Fails: the driver is to blame');
  await panel.page.getByRole('button', { name: 'Keep this run, to compare later ones with' }).click();
  await panel.sendModel(driver({}));
  await panel.verdict('Passes');
  const row = panel.page
    .getByRole('table', { name: 'Two runs side by side' })
    .getByRole('row', { name: /^RX5/ });
  await row.getByText('holds').waitFor();
  expect((await row.innerText()).split(/\s+/)).toEqual(expect.arrayContaining(['fails', 'holds']));
});

test('a lesson runs its own driver, shows its line, and sends no marks', async () => {
  await panel.sendModel(driver({}));
  await panel.verdict('Passes');
  await panel.say({ type: 'show', scenario: 'payload-read', parameters: {}, focus: null });
  await panel.verdict('Fails: the driver is to blame');
  await panel.page.getByText("in the lesson's driver").first().waitFor();
  const last = (await panel.posted()).findLast(({ type }) => type === 'marks');
  expect(last).toMatchObject({ marks: [] });
  await panel.page.getByRole('button', { name: 'Back to your driver' }).click();
  await panel.verdict('Passes');
});

test.each([
  ['Run file', 'run', 'netmem-run'],
  ['Timeline', 'trace', 'traceEvents'],
])('%s is exported', async (title, format, content) => {
  await panel.sendModel(driver({}));
  await panel.verdict('Passes');
  await panel.page.getByRole('button', { name: 'Export the run' }).click();
  await panel.page.getByRole('button', { name: new RegExp(`^${title}`) }).click();
  await expect.poll(async () => (await panel.posted()).some(({ type }) => type === 'export')).toBe(true);
  const sent = (await panel.posted()).find(({ type }) => type === 'export');
  if (sent?.type !== 'export') throw new Error('nothing was exported');
  expect(sent.format).toBe(format);
  expect(new TextDecoder().decode(sent.content)).toContain(content);
});

test('everything is reached by the Tab key, in the order of the page', async () => {
  await panel.sendModel(FAULTY);
  await panel.verdict('Fails: the driver is to blame');
  const names: string[] = [];
  for (let stop = 0; stop < 24; stop++) {
    await panel.page.keyboard.press('Tab');
    names.push(
      await panel.page.evaluate(() => {
        let element = document.activeElement;
        while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
        return element?.getAttribute('aria-label') ?? element?.textContent.trim() ?? '';
      }),
    );
  }
  const order = [
    'Scenario',
    'Memory provider',
    'Run',
    'Export the run',
    'Step back',
    'Moment of the run',
    'Verdict',
  ];
  expect(names.filter((name) => order.includes(name)).slice(0, order.length)).toEqual(order);
});

test('at 400 pixels nothing is cut off to the side', async () => {
  await panel.page.setViewportSize({ width: 400, height: 900 });
  await panel.sendModel(FAULTY);
  await panel.verdict('Fails: the driver is to blame');
  for (const name of TABS) {
    await panel.page.evaluate(() => scrollTo(0, 0));
    await panel.tab(name).click();
    const [shown, whole] = await panel.page.evaluate(() => [
      document.documentElement.clientWidth,
      document.documentElement.scrollWidth,
    ]);
    expect(whole, name).toBe(shown);
  }
});

test('nothing runs out of a panel of 320 pixels, whichever tab is open', async () => {
  await panel.page.setViewportSize({ width: 320, height: 1000 });
  await panel.sendModel(FAULTY);
  await panel.verdict('Fails: the driver is to blame');
  const over: string[] = [];
  for (const name of TABS) {
    await panel.tab(name).click();
    const width = await panel.page.evaluate(() => document.documentElement.scrollWidth);
    if (width > 320) over.push(`${name}: ${width}`);
  }
  expect(over).toEqual([]);
});

test('two runs have two pictures, which follow the timeline together', async () => {
  await panel.sendModel(FAULTY);
  await panel.verdict('Fails: the driver is to blame');
  await panel.tab('Compare').click();
  const view = panel.page.locator('netmem-compare-view');
  await view.getByText('pages', { exact: true }).click();
  const pictures = view.getByRole('figure');
  await expect.poll(() => pictures.count()).toBe(2);
  const frames = () =>
    pictures.getByRole('img').evaluateAll((all) => all.map((x) => x.getAttribute('aria-label')));
  const end = await frames();
  await panel.page.getByRole('button', { name: 'Reset to the start' }).click();
  await expect.poll(async () => (await frames()).every((label, i) => label !== end[i])).toBe(true);
  expect(await accessibility()).toEqual([]);
});
