/** Readiness for people: a page a driver, or a table with a line a driver. Fits a terminal of 80 columns. */
import { REQUIREMENTS } from '../finding.ts';
import { escape } from './markdown.ts';
import {
  count,
  type Readiness,
  type ReadinessState,
  type RequirementState,
  stateLabel,
  summary,
} from './readiness.ts';
import { REQUIREMENT_TEXTS } from '../rules/requirements.ts';
import { shellWord, visible } from './visible.ts';
import { PLAIN, type Style } from './writer.ts';
import { wrap } from './wrap.ts';

const WIDTH = 80;
const INDENT = ' '.repeat(21);

/** One driver in full, several as a table. */
export function writeReadinessText(drivers: readonly Readiness[], style: Style = PLAIN): string {
  const [only] = drivers;
  if (only === undefined) return '';
  return drivers.length === 1 ? page(only, style) : table(drivers, style);
}

function page(driver: Readiness, style: Style): string {
  if (isNothing(driver))
    return `${style.bold(`${visible(driver.driver)}: no buffers of a network driver here`)}\n${wrap(NOTHING, WIDTH).join('\n')}\n`;
  const lines = [
    style.bold(`${visible(driver.driver)}: ${summary(driver.requirements)}`),
    style.dim(visible(driver.directory)),
    '',
  ];
  for (const state of driver.requirements) {
    const { title } = REQUIREMENT_TEXTS[state.requirement];
    const label = paint(state.state, stateLabel(state.state, state.open, state.accepted).padEnd(13), style);
    lines.push(`  ${style.bold(state.requirement)}  ${label} ${title}`);
    for (const line of wrap(detail(state), WIDTH - INDENT.length)) lines.push(INDENT + style.dim(line));
  }
  lines.push('', ...footer(driver));
  return `${lines.join('\n')}\n`;
}

const NOTHING =
  'No pool and no mapped fragment was found in these files, and no place that could not be read has to do with buffers. If the driver is elsewhere, name its directory.';

/** True if nothing of what a network driver does to buffers was found, or may have been missed. */
export function isNothing({ pools, requirements }: Readiness): boolean {
  const isQuiet = ({ requirement, state, open, accepted, notes }: RequirementState): boolean =>
    open + accepted + notes === 0 && (state === 'not applicable' || requirement.startsWith('TX'));
  return (
    pools === 0 &&
    requirements.every(isQuiet) &&
    requirements.every(({ state, requirement }) => state !== 'unknown' || requirement === 'TX2')
  );
}

function footer(driver: Readiness): string[] {
  const directory = visible(shellWord(driver.directory));
  const fixable = driver.requirements.reduce((sum, state) => sum + state.fixable, 0);
  if (fixable > 0)
    return [`${count(fixable, 'finding')} can be fixed by machine: netmem fix --diff ${directory}`];
  const open = driver.requirements.some(({ open }) => open > 0);
  if (open) return [`Every place: netmem check ${directory}`];
  const isAccepted = driver.requirements.some(({ accepted }) => accepted > 0);
  return [isAccepted ? 'Nothing to do but what was accepted.' : 'Nothing to do.'];
}

function detail(state: RequirementState): string {
  const place = state.first === null ? '' : `${state.first.file}:${state.first.line}: `;
  const notes = state.notes > 0 ? ` (and ${count(state.notes, 'note')})` : '';
  return visible(`${place}${state.text}${notes}`);
}

function table(drivers: readonly Readiness[], style: Style): string {
  const name = Math.min(
    28,
    Math.max(...drivers.map((driver) => visible(driver.driver).length), 'driver'.length),
  );
  const head = `${'driver'.padEnd(name)} ${REQUIREMENTS.map((requirement) => requirement.padStart(5)).join('')}`;
  const rows = drivers.map((driver) => {
    const cells = driver.requirements.map((state) => paint(state.state, cell(state).padStart(5), style));
    return `${visible(driver.driver).slice(0, name).padEnd(name)} ${cells.join('')}`;
  });
  const legend = 'ok met, 2 open findings, (2) accepted ones, - not applicable, ? not known';
  const complete = drivers.filter((driver) =>
    driver.requirements.every(({ state }) => state === 'met'),
  ).length;
  const total = `${count(drivers.length, 'driver')}, ${complete} with every requirement met`;
  return `${[style.bold(head), ...rows, '', style.dim(legend), total].join('\n')}\n`;
}

function cell(state: RequirementState): string {
  switch (state.state) {
    case 'met':
      return 'ok';
    case 'open':
      return state.open > 0 ? String(state.open) : `(${state.accepted})`;
    case 'not applicable':
      return '-';
    case 'unknown':
      return '?';
  }
}

function paint(state: ReadinessState, text: string, style: Style): string {
  switch (state) {
    case 'met':
      return style.good(text);
    case 'open':
      return style.warning(text);
    case 'unknown':
      return style.note(text);
    case 'not applicable':
      return style.dim(text);
  }
}

/** A section a driver, after a table if there are several. */
export function writeReadinessMarkdown(drivers: readonly Readiness[]): string {
  const lines = ['# netmem readiness', ''];
  if (drivers.length > 1) {
    lines.push(`| driver | ${REQUIREMENTS.join(' | ')} |`, `| --- |${' ---: |'.repeat(REQUIREMENTS.length)}`);
    for (const driver of drivers) {
      lines.push(`| ${escape(driver.driver)} | ${driver.requirements.map(cell).join(' | ')} |`);
    }
    lines.push(
      '',
      '`ok` met, `2` open findings, `(2)` accepted ones, `-` not applicable or not yet, `?` not known.',
      '',
    );
  }
  for (const driver of drivers) {
    lines.push(`## ${escape(driver.driver)}`, '', `${summary(driver.requirements)}.`, '');
    lines.push('| requirement | state | first |', '| --- | --- | --- |');
    for (const state of driver.requirements) {
      const { title } = REQUIREMENT_TEXTS[state.requirement];
      lines.push(
        `| ${state.requirement}: ${escape(title)} | ${stateLabel(state.state, state.open, state.accepted)} | ${escape(detail(state))} |`,
      );
    }
    lines.push('');
  }
  return lines.join('\n');
}
