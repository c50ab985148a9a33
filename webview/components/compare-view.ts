/** Two runs side by side: before and after a fix, or two providers. */
import { LitElement, css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import { MEMORY_PROVIDERS, PROVIDER_IDS } from '../../simulator/contract/memory-providers.ts';
import { metricsOf } from '../../simulator/run/metrics.ts';
import type { RequirementVerdict } from '../../simulator/contract/verdict.ts';
import { REQUIREMENTS } from '../../simulator/contract/verdict.ts';
import { findScenario } from '../../simulator/scenarios/catalogue.ts';
import { boundQueueOf } from '../state/bound-queue.ts';
import type { PanelController } from '../state/controller.ts';
import type { PanelState, RunView } from '../state/panel-state.ts';
import { providerOf } from '../state/run-choice.ts';
import type { Outcome } from '../worker/messages.ts';
import { icon } from './icons.ts';
import './picture/machine-picture.ts';
import { REQUIREMENT_TITLES } from './requirement-titles.ts';
import { sourceLink } from './source-link.ts';
import { base } from './styles.ts';
import { headlineOf } from './verdict-banner.ts';

class CompareView extends LitElement {
  static override properties = { state: { attribute: false }, panel: { attribute: false } };
  declare state: PanelState;
  declare panel: PanelController;

  static override styles = [
    base,
    css`
      th[scope='row'] {
        width: 28%;
        color: var(--vscode-descriptionForeground);
      }
      td,
      thead th {
        width: 36%;
        overflow-wrap: anywhere;
      }
      tr.differs td {
        background: var(--vscode-list-inactiveSelectionBackground);
      }
      tr.differs th {
        color: var(--vscode-foreground);
        font-weight: 600;
      }
      .row {
        margin-bottom: 8px;
      }
      .pictures {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr));
        gap: 16px;
        margin-bottom: 12px;
      }
      figure {
        margin: 0;
        min-width: 0;
      }
      figcaption {
        margin-bottom: 4px;
        font-weight: 600;
      }
    `,
  ];

  override render(): TemplateResult {
    const { compared, main } = this.state;
    return html`<div class="row">
        <vscode-button secondary @click=${() => this.panel.keepForComparison()}>Keep this run</vscode-button>
        <span class="quiet">or compare with</span>
        ${PROVIDER_IDS.map(
          (value) =>
            html`<vscode-button secondary @click=${() => this.panel.compareWith({ provider: value })}
              >${MEMORY_PROVIDERS[value].title}</vscode-button
            >`,
        )}
        ${
          compared === null
            ? nothing
            : html`<button type="button" class="link" @click=${() => this.panel.stopComparing()}>
                Stop comparing
              </button>`
        }
      </div>
      ${
        compared === null
          ? html`<p class="quiet">
              Keep this run, then edit the driver: what changed shows here. Or run the same driver on another
              provider beside it.
            </p>`
          : html`${this.#pictures(compared, main)} ${this.#table(compared, main)}`
      }`;
  }

  /** The machine of each run, at the same part of it. */
  #pictures(left: RunView, right: RunView): TemplateResult | typeof nothing {
    if (left.moment === null || right.moment === null) return nothing;
    const picture = ({ moment, choice }: RunView, title: string) =>
      html`<figure>
        <figcaption>${title}</figcaption>
        <netmem-machine-picture
          .snapshot=${moment}
          .boundQueue=${boundQueueOf(choice)}
          .asTable=${this.state.layout.pictureAsTable}
        ></netmem-machine-picture>
      </figure>`;
    const kept = this.state.comparedModel === null ? 'Compared' : 'Kept';
    return html`<div class="pictures">
      ${picture(left, `${kept}: ${MEMORY_PROVIDERS[providerOf(left.choice)].title}`)}
      ${picture(right, `Now: ${MEMORY_PROVIDERS[providerOf(right.choice)].title}`)}
    </div>`;
  }

  #table(left: RunView, right: RunView): TemplateResult {
    const a = left.outcome;
    const b = right.outcome;
    return html`<table aria-label="Two runs side by side">
      <thead>
        <tr>
          <td></td>
          <th scope="col">${this.state.comparedModel === null ? 'Compared' : 'Kept'}</th>
          <th scope="col">Now</th>
        </tr>
      </thead>
      <tbody>
        ${textRow('scenario', scenarioTitle(left), scenarioTitle(right))}
        ${textRow('driver', driverWords(this.state), 'as it is now')}
        ${left.problem !== '' || right.problem !== '' ? textRow('not run', left.problem, right.problem) : nothing}
        ${
          a === null || b === null
            ? nothing
            : html`${this.#verdicts(a, b)} ${REQUIREMENTS.map((_, index) => this.#requirement(a, b, index))}
              ${numbers(a, b)}`
        }
      </tbody>
    </table>`;
  }

  #verdicts(a: Outcome, b: Outcome): TemplateResult {
    const cell = ({ verdict, complete }: Outcome) =>
      html`<td>
        <strong>${headlineOf(verdict, complete)}</strong>
        <div>${verdict.cause} ${sourceLink(verdict.at, this.panel)}</div>
      </td>`;
    return html`<tr class=${a.verdict.cause === b.verdict.cause ? '' : 'differs'}>
      <th scope="row">verdict</th>
      ${cell(a)}${cell(b)}
    </tr>`;
  }

  #requirement(a: Outcome, b: Outcome, index: number): TemplateResult {
    const left = a.verdict.requirements[index];
    const right = b.verdict.requirements[index];
    if (left === undefined || right === undefined) return html``;
    const cell = ({ state, evidence }: RequirementVerdict) =>
      html`<td>
        ${
          state === 'holds'
            ? icon('pass', 'pass')
            : state === 'fails'
              ? icon('error', 'error')
              : icon('circle-outline', 'none')
        }
        ${state === 'not-reached' ? 'not reached' : state} ${sourceLink(evidence[0]?.at ?? null, this.panel)}
      </td>`;
    return html`<tr class=${left.state === right.state ? '' : 'differs'}>
      <th scope="row" title=${REQUIREMENT_TITLES[left.requirement]}>${left.requirement}</th>
      ${cell(left)}${cell(right)}
    </tr>`;
  }
}

/** Numbers of both runs; those that are the same and 0 say nothing. */
function numbers(a: Outcome, b: Outcome): readonly TemplateResult[] {
  const left = metricsOf(a.verdict, a.end, a.netlink);
  const right = metricsOf(b.verdict, b.end, b.netlink);
  return [...left.keys()]
    .filter((name) => /^(packets|dropped|socket|chunks|tx|pools)\./.test(name))
    .filter((name) => left.get(name) !== right.get(name) || Boolean(left.get(name)))
    .map((name) => textRow(name, String(left.get(name) ?? ''), String(right.get(name) ?? '')));
}

function textRow(name: string, left: string, right: string): TemplateResult {
  return html`<tr class=${left === right ? '' : 'differs'}>
    <th scope="row">${name}</th>
    <td>${left}</td>
    <td>${right}</td>
  </tr>`;
}

function scenarioTitle({ choice }: RunView): string {
  const parameters = Object.entries(choice.parameters).map(([key, value]) => `${key} ${String(value)}`);
  return [findScenario(choice.scenario)?.title ?? choice.scenario, ...parameters].join(', ');
}

function driverWords({ comparedModel, live, opened }: PanelState): string {
  if (comparedModel === null) return 'as it is now';
  return comparedModel === (opened ?? live) ? 'as it is now' : 'as it was when the run was kept';
}

customElements.define('netmem-compare-view', CompareView);
