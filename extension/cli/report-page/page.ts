/**
 * `netmem report --format html`: one page that stands by itself. It loads nothing, and its policy lets run what it was made
 * with only; whatever comes from the tree is text.
 */
import { createHash } from 'node:crypto';
import {
  REQUIREMENT_TEXTS,
  REQUIREMENTS,
  stateLabel,
  summary,
  visible,
  visibleLines,
} from '../../analyzer/index.ts';
import type { Readiness, Requirement, RequirementState, ResolvedFinding } from '../../analyzer/index.ts';
import { changesOf } from '../report-comparison.ts';
import type { Comparison } from '../report-comparison.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

export interface ReportedDriver {
  readonly readiness: Readiness;
  /** Those that count, in the order of the files. */
  readonly findings: readonly ResolvedFinding[];
}

/** @param since what an earlier report is compared with; null: nothing */
export function writeReportPage(drivers: readonly ReportedDriver[], since: Comparison | null): string {
  const head = [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${hash(STYLE)}'; script-src '${hash(SCRIPT)}'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<title>netmem readiness</title>',
    `<style>${STYLE}</style>`,
  ];
  const complete = drivers.filter(({ readiness: { requirements } }) =>
    requirements.every(({ state }) => state === 'met' || state === 'not applicable'),
  ).length;
  return [
    ...head,
    '<main>',
    '<h1>netmem readiness</h1>',
    `<p>${drivers.length} ${drivers.length === 1 ? 'driver' : 'drivers'}, ${complete} with nothing left to do. A cell leads to what keeps it open.</p>`,
    ...(since === null ? [] : comparison(since)),
    ...controls(),
    ...matrix(drivers, since),
    ...drivers.flatMap((driver, index) => section(driver, index)),
    '</main>',
    `<script>${SCRIPT}</script>`,
    '</html>',
    '',
  ].join('\n');
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function controls(): readonly string[] {
  const states = [
    ['open', 'something open'],
    ['met', 'something met'],
    ['unknown', 'something not known'],
  ];
  return [
    '<form>',
    '<label>Driver or directory <input id="driver" type="search" autocomplete="off"></label>',
    '<label>Has <select id="state"><option value="">anything</option>',
    ...states.map(([value, words]) => `<option value="${value}">${words}</option>`),
    '</select></label>',
    '</form>',
    '<p id="shown" class="quiet" aria-live="polite"></p>',
  ];
}

function matrix(drivers: readonly ReportedDriver[], since: Comparison | null): readonly string[] {
  const head = ['driver', ...REQUIREMENTS].map(
    (name) => `<th scope="col"${titleOf(name)}><button type="button">${name}</button></th>`,
  );
  return [
    '<div class="scroll" role="region" aria-label="Drivers and requirements" tabindex="0">',
    '<table>',
    `<thead><tr>${head.join('')}${since === null ? '' : '<th scope="col"><button type="button">change</button></th>'}</tr></thead>`,
    '<tbody>',
    ...drivers.map((driver, index) => row(driver, index, since)),
    '</tbody>',
    '</table>',
    '</div>',
  ];
}

function titleOf(name: string): string {
  const requirement = REQUIREMENTS.find((known) => known === name);
  return requirement === undefined ? '' : ` title="${text(REQUIREMENT_TEXTS[requirement].title)}"`;
}

function row({ readiness }: ReportedDriver, index: number, since: Comparison | null): string {
  const { driver, directory, requirements } = readiness;
  const name = text(`${driver} ${directory}`.toLowerCase());
  const cells = requirements.map((state) => cell(state, index));
  const change = since === null ? '' : changeCell(readiness, since);
  return `<tr data-name="${name}" data-section="${idOf(index)}"><th scope="row" data-key="${text(driver)}"><a href="#${idOf(index)}">${text(driver)}</a></th>${cells.join('')}${change}</tr>`;
}

function cell(state: RequirementState, index: number): string {
  switch (state.state) {
    case 'met':
      return '<td class="met" data-key="-1">met</td>';
    case 'not applicable':
      return '<td class="none" data-key="-2"><span aria-label="not applicable" role="img">–</span></td>';
    case 'unknown':
      return `<td class="unknown" data-key="0"><a href="#${idOf(index, state.requirement)}" aria-label="${state.requirement} not known">?</a></td>`;
    case 'open': {
      const many = state.open > 0 ? String(state.open) : `(${state.accepted})`;
      return `<td class="open" data-key="${Math.max(state.open, 0.5)}"><a href="#${idOf(index, state.requirement)}" aria-label="${state.requirement} open, ${many}">${many}</a></td>`;
    }
  }
}

function changeCell(readiness: Readiness, since: Comparison): string {
  const own = changesOf(readiness, since);
  const better = own.filter(({ direction }) => direction === 'better').length;
  const worse = own.length - better;
  const words = [
    better > 0 ? `<span class="better">${better} better</span>` : '',
    worse > 0 ? `<span class="worse">${worse} worse</span>` : '',
  ].filter((word) => word !== '');
  return `<td data-key="${worse - better}">${words.join(', ')}</td>`;
}

function comparison({ changes, appeared, gone }: Comparison): readonly string[] {
  const lines = changes.map(
    ({ driver, requirement, before, after, direction }) =>
      `<li class="${direction}">${text(driver)} ${requirement}: ${text(before)} → ${text(after)}</li>`,
  );
  const names = (list: readonly string[]): string => list.map((name) => text(name)).join(', ');
  return [
    `<details${changes.length <= 12 ? ' open' : ''}><summary>Since the earlier report: ${changes.filter((c) => c.direction === 'better').length} better, ${changes.filter((c) => c.direction === 'worse').length} worse</summary>`,
    `<ul>${lines.join('')}</ul>`,
    ...(appeared.length > 0 ? [`<p>New: ${names(appeared)}</p>`] : []),
    ...(gone.length > 0 ? [`<p>Gone: ${names(gone)}</p>`] : []),
    '</details>',
  ];
}

function section({ readiness, findings }: ReportedDriver, index: number): readonly string[] {
  const { driver, directory, requirements } = readiness;
  return [
    `<section id="${idOf(index)}" aria-labelledby="${idOf(index)}-name">`,
    `<h2 id="${idOf(index)}-name">${text(driver)}</h2>`,
    `<p class="quiet">${text(directory)}: ${text(summary(requirements))}</p>`,
    ...requirements.flatMap((state) => requirement(state, findings, index)),
    '</section>',
  ];
}

function requirement(
  state: RequirementState,
  findings: readonly ResolvedFinding[],
  index: number,
): readonly string[] {
  const own = findings.filter((finding) => finding.requirement === state.requirement);
  const name = state.state === 'not applicable' ? 'none' : state.state;
  const label = stateLabel(state.state, state.open, state.accepted);
  const heading = `${state.requirement} <span class="${name}">${text(label)}</span> ${text(REQUIREMENT_TEXTS[state.requirement].title)}`;
  const why = own.length > 0 || state.text === '' ? [] : [`<p>${text(state.text)}</p>`];
  return [
    `<details id="${idOf(index, state.requirement)}"><summary>${heading}</summary>`,
    ...why,
    ...(own.length > 0 ? [`<ul>${own.map(item).join('')}</ul>`] : []),
    '</details>',
  ];
}

function item({ place, message, rule, source, severity }: ResolvedFinding): string {
  const line =
    source.trim() === '' ? '' : `<pre tabindex="0"><code>${quoted(visibleLines(source.trim()))}</code></pre>`;
  return `<li><code>${text(`${place.file}:${place.line}`)}</code> ${severity}: ${text(message)} <span class="quiet">${rule}</span>${line}</li>`;
}

function idOf(index: number, requirement?: Requirement): string {
  return requirement === undefined ? `d${index}` : `d${index}-${requirement}`;
}

/** Text of the tree as text of the page. */
function text(raw: string): string {
  return quoted(visible(raw));
}

function quoted(shown: string): string {
  return shown.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
