/** What runs: the scenario, whose memory it is, and the buttons that run and share it. */
import { LitElement, css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import { VscodeCheckbox } from '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import { VscodeSingleSelect } from '@vscode-elements/elements/dist/vscode-single-select/index.js';
import { DEFAULT_CONFIG } from '../../simulator/contract/parameters.ts';
import { MEMORY_PROVIDERS } from '../../simulator/contract/memory-providers.ts';
import { SCENARIO_GROUPS, findScenario } from '../../simulator/scenarios/catalogue.ts';
import { isLesson, runsLesson } from '../state/lessons.ts';
import type { PanelController } from '../state/controller.ts';
import { FIRST_CHOICE } from '../state/panel-state.ts';
import type { PanelState } from '../state/panel-state.ts';
import './export-menu.ts';
import { iconButton } from './icons.ts';
import { base } from './styles.ts';

const GROUPED = SCENARIO_GROUPS.flatMap(({ title: group, scenarios }) =>
  scenarios.map((scenario) => ({ ...scenario, group, title: `${group}: ${scenario.title}` })),
);

/** Group by group, what runs the user's driver first; whoever types finds words in any place of a title. */
const ORDERED = [
  ...GROUPED.filter((scenario) => !isLesson(scenario)),
  ...GROUPED.filter(isLesson).map((lesson) => ({ ...lesson, title: `Lesson, ${lesson.title}` })),
];

class Toolbar extends LitElement {
  static override properties = { state: { attribute: false }, panel: { attribute: false } };
  declare state: PanelState;
  declare panel: PanelController;

  static override styles = [
    base,
    css`
      :host {
        padding: 8px 12px 6px;
      }
      .field {
        display: grid;
        gap: 1px;
        font-size: 11px;
        color: var(--vscode-descriptionForeground);
      }
      .scenario {
        flex: 1 1 240px;
        min-width: 180px;
      }
      vscode-single-select {
        width: 100%;
      }
      .provider {
        flex: 0 0 130px;
      }
      .buttons {
        display: flex;
        align-items: center;
        gap: 4px;
        align-self: end;
        min-height: 26px;
      }
      .teaches {
        margin-top: 5px;
      }
      vscode-checkbox {
        white-space: nowrap;
      }
    `,
  ];

  override render(): TemplateResult {
    const { choice, main } = this.state;
    const scenario = findScenario(choice.scenario);
    const explore = choice.parameters['explore'] === true;
    return html`<div class="row">
        <div class="field scenario">
          <span id="scenario">Scenario</span>
          <vscode-single-select
            combobox
            filter="contains"
            label="Scenario"
            .value=${choice.scenario}
            @change=${(event: Event) => withSelected(event, (value) => this.panel.chooseScenario(value))}
          >
            ${ORDERED.map(
              ({ id, title, teaches }) =>
                html`<vscode-option value=${id} description=${teaches} ?selected=${id === choice.scenario}
                  >${title}</vscode-option
                >`,
            )}
          </vscode-single-select>
        </div>
        <div class="field provider">
          <span>Memory provider</span>
          <vscode-single-select
            label="Memory provider"
            .value=${this.#provider()}
            @change=${(event: Event) =>
              withSelected(event, (provider) => this.panel.setParameters({ provider }))}
          >
            ${Object.entries(MEMORY_PROVIDERS).map(
              ([value, { title, hint }]) =>
                html`<vscode-option value=${value} description=${hint} ?selected=${value === this.#provider()}
                  >${title}</vscode-option
                >`,
            )}
          </vscode-single-select>
        </div>
        <div class="buttons">
          ${
            main.phase === 'running'
              ? html`<vscode-button secondary @click=${() => this.panel.stop()}>Stop</vscode-button>`
              : main.phase === 'stopped'
                ? html`<vscode-button @click=${() => this.panel.goOn()}>Continue</vscode-button>`
                : html`<vscode-button @click=${() => this.panel.runAgain()}>Run</vscode-button>`
          }
          ${iconButton('pin', 'Keep this run, to compare later ones with', () => {
            this.panel.keepForComparison();
            this.panel.setLayout({ view: 'compare' });
          })}
          <netmem-export-menu .panel=${this.panel}></netmem-export-menu>
          ${iconButton('folder-opened', 'Open a run file', () => this.panel.chooseRun())}
        </div>
      </div>
      <div class="row teaches">
        <span class="quiet"
          >${this.#teaches(scenario?.teaches ?? '')}
          ${
            runsLesson(choice.scenario)
              ? html`This lesson runs a driver of its own that makes the mistake.
                  <button
                    type="button"
                    class="link"
                    @click=${() => this.panel.chooseScenario(FIRST_CHOICE.scenario)}
                  >
                    Back to your driver
                  </button>`
              : nothing
          }</span
        >
        <vscode-checkbox
          label="Explore past refusals"
          title="Go on when the kernel refuses the driver, so that the rest of its code meets device memory too"
          .checked=${explore}
          @change=${(event: Event) => {
            if (event.target instanceof VscodeCheckbox)
              this.panel.setParameters({ explore: event.target.checked ? true : null });
          }}
        ></vscode-checkbox>
      </div>`;
  }

  /** What a scenario promises is no fact while the driver does not keep it. */
  #teaches(text: string): string {
    const { outcome, choice } = this.state.main;
    const isKept = outcome === null || outcome.verdict.state === 'pass' || runsLesson(choice.scenario);
    return isKept || text === '' ? text : `What should come out: ${text}`;
  }

  #provider(): string {
    const { scenario, parameters } = this.state.choice;
    const chosen = parameters['provider'] ?? findScenario(scenario)?.config.provider;
    return String(chosen ?? DEFAULT_CONFIG.provider);
  }
}

/** Calls back with the value of the select that changed. */
export function withSelected(event: Event, use: (value: string) => void): void {
  if (event.target instanceof VscodeSingleSelect) use(event.target.value);
}

customElements.define('netmem-toolbar', Toolbar);
