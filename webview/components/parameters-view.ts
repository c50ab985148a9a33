/** The parameters of a run, each with its range; what differs from the scenario is marked and can be put back. */
import { LitElement, css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { VscodeCheckbox } from '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import { VscodeTextfield } from '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { isProvider, MEMORY_PROVIDERS } from '../../simulator/contract/memory-providers.ts';
import { KERNEL_RELEASES } from '../../simulator/core/kernel-release.ts';
import { DEFAULT_CONFIG, PARAMETERS } from '../../simulator/contract/parameters.ts';
import type { NumberParameter, Parameter } from '../../simulator/contract/parameters.ts';
import { findScenario } from '../../simulator/scenarios/catalogue.ts';
import type { ParameterValue, RunChoice } from '../protocol/messages.ts';
import type { PanelController } from '../state/controller.ts';
import { count } from './format.ts';
import { iconButton } from './icons.ts';
import { base } from './styles.ts';
import { withSelected } from './toolbar.ts';

const GROUPS = {
  provider: 'Provider',
  nic: 'Device and its settings',
  traffic: 'Traffic',
  user: 'Reader',
  tx: 'Transmit',
} as const;

class ParametersView extends LitElement {
  static override properties = { choice: { attribute: false }, panel: { attribute: false } };
  declare choice: RunChoice;
  declare panel: PanelController;

  static override styles = [
    base,
    css`
      .groups {
        columns: 320px;
        column-gap: 28px;
      }
      section {
        break-inside: avoid;
        margin-bottom: 12px;
      }
      .parameter {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 130px 22px;
        gap: 0 8px;
        align-items: center;
        padding: 3px 0;
      }
      .parameter + .parameter {
        border-top: 1px solid var(--rule-faint);
      }
      .help {
        font-size: 11px;
      }
      .changed .label {
        font-weight: 600;
      }
      vscode-textfield,
      vscode-single-select {
        width: 130px;
      }
    `,
  ];

  override render(): TemplateResult {
    return html`<div class="groups">
      ${Object.entries(GROUPS).map(
        ([group, title]) =>
          html`<section>
            <h2>${title}</h2>
            ${PARAMETERS.filter((parameter) => parameter.group === group).map((parameter) => this.#parameter(parameter))}
          </section>`,
      )}
      <section>
        <h2>Run</h2>
        ${this.#field(
          'Seed',
          'Same driver, same parameters, same seed: same run, to the byte.',
          html`<vscode-textfield
            type="number"
            .label=${'Seed'}
            min="0"
            max="4294967295"
            .value=${String(this.choice.seed)}
            @change=${(event: Event) => withNumber(event, (seed) => this.panel.setSeed(seed))}
          ></vscode-textfield>`,
          null,
        )}
        ${this.#field(
          'Kernel',
          'Whose checks and errnos apply.',
          html`<vscode-single-select
            label="Kernel"
            .value=${this.choice.kernel ?? ''}
            @change=${(event: Event) =>
              withSelected(event, (value) =>
                this.panel.setKernel(KERNEL_RELEASES.find((release) => release === value) ?? null),
              )}
          >
            <vscode-option value="" ?selected=${this.choice.kernel === null}>as the scenario</vscode-option>
            ${KERNEL_RELEASES.map(
              (release) =>
                html`<vscode-option value=${release} ?selected=${release === this.choice.kernel}
                  >${release}</vscode-option
                >`,
            )}
          </vscode-single-select>`,
          null,
        )}
      </section>
    </div>`;
  }

  #parameter(parameter: Parameter): TemplateResult {
    const changed = this.choice.parameters[parameter.key] !== undefined;
    return this.#field(
      parameter.label,
      helpOf(parameter),
      this.#control(parameter),
      changed ? () => this.panel.setParameters({ [parameter.key]: null }) : null,
    );
  }

  #field(label: string, help: string, control: TemplateResult, reset: (() => void) | null): TemplateResult {
    return html`<div class="parameter ${reset === null ? '' : 'changed'}">
      <div>
        <div class="label">${label}</div>
        <div class="help quiet">${help}</div>
      </div>
      ${control}
      ${reset === null ? nothing : iconButton('debug-restart', `${label}: back to the scenario`, reset)}
    </div>`;
  }

  #control(parameter: Parameter): TemplateResult {
    const value = this.#value(parameter);
    const set = (chosen: ParameterValue) => this.panel.setParameters({ [parameter.key]: chosen });
    switch (parameter.kind) {
      case 'number':
        return html`<vscode-textfield
          type="number"
          .label=${parameter.label}
          min=${parameter.min}
          max=${parameter.max}
          step=${parameter.step}
          .value=${String(value)}
          @change=${(event: Event) => withNumber(event, set)}
        ></vscode-textfield>`;
      case 'choice':
        return html`<vscode-single-select
          label=${parameter.label}
          .value=${String(value)}
          @change=${(event: Event) => withSelected(event, set)}
        >
          ${parameter.options.map(
            (option) =>
              html`<vscode-option value=${option} ?selected=${option === value}
                >${titleOf(parameter, option)}</vscode-option
              >`,
          )}
        </vscode-single-select>`;
      case 'switch':
        return html`<vscode-checkbox
          toggle
          .checked=${value === true}
          @change=${(event: Event) => {
            if (event.target instanceof VscodeCheckbox) set(event.target.checked);
          }}
          ><span class="visually-hidden">${parameter.label}</span></vscode-checkbox
        >`;
    }
  }

  #value({ key }: Parameter): ParameterValue {
    const scenario = findScenario(this.choice.scenario)?.config ?? {};
    return this.choice.parameters[key] ?? scenario[key] ?? DEFAULT_CONFIG[key];
  }
}

/** Providers go by the names that they have above the run. */
function titleOf({ key }: Parameter, option: string): string {
  return key === 'provider' && isProvider(option) ? MEMORY_PROVIDERS[option].title : option;
}

function helpOf(parameter: Parameter): string {
  return parameter.kind === 'number' ? `${parameter.help} ${rangeOf(parameter)}` : parameter.help;
}

function rangeOf({ min, max, unit }: NumberParameter): string {
  return `${count(min)} to ${count(max)}${unit === '' ? '' : ` ${unit}`}.`;
}

function withNumber(event: Event, use: (value: number) => void): void {
  if (!(event.target instanceof VscodeTextfield)) return;
  const value = Number(event.target.value);
  if (event.target.value.trim() !== '' && Number.isFinite(value)) use(value);
}

customElements.define('netmem-parameters-view', ParametersView);
