/** The panel: starts the simulator, holds the controller, and lays out what it knows. */
import { LitElement, css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import '@vscode-elements/elements/dist/vscode-tab-header/index.js';
import '@vscode-elements/elements/dist/vscode-tab-panel/index.js';
import '@vscode-elements/elements/dist/vscode-tabs/index.js';
import { browserHost } from '../host/browser-host.ts';
import { vscodeHost } from '../host/vscode-host.ts';
import { VIEWS } from '../state/checkpoint.ts';
import type { Layout, View } from '../state/checkpoint.ts';
import { boundQueueOf } from '../state/bound-queue.ts';
import { PanelController } from '../state/controller.ts';
import { currentModel } from '../state/panel-state.ts';
import type { PanelState, RunView } from '../state/panel-state.ts';
import { startSimulator } from '../worker/client.ts';
import './compare-view.ts';
import './counters-view.ts';
import './driver-view.ts';
import './event-log.ts';
import { icon, iconButton } from './icons.ts';
import './parameters-view.ts';
import './picture/machine-picture.ts';
import './step-line.ts';
import { base } from './styles.ts';
import './timeline.ts';
import './toolbar.ts';
import './verdict-banner.ts';
import './verdict-view.ts';

const VIEW_TITLES: Readonly<Record<View, string>> = {
  verdict: 'Verdict',
  events: 'Events',
  counters: 'Counters',
  driver: 'Driver',
  parameters: 'Parameters',
  compare: 'Compare',
};

class NetmemPanel extends LitElement {
  static override properties = { worker: {} };
  /** URL of the worker's script. */
  declare worker: string;
  #panel: PanelController | null = null;
  #unsubscribe: () => void = () => undefined;

  static override styles = [
    base,
    css`
      netmem-toolbar {
        border-bottom: 1px solid var(--rule);
      }
      netmem-machine-picture {
        margin: 0 12px 12px;
      }
      .machine {
        display: flex;
        align-items: center;
        justify-content: space-between;
        padding: 0 12px 2px;
      }
      .fold {
        padding: 0;
        border: 0;
        background: none;
        color: var(--vscode-foreground);
        font: inherit;
        cursor: pointer;
      }
      .view {
        padding: 8px 12px 16px;
      }
      .message {
        display: flex;
        gap: 6px;
        align-items: center;
        padding: 4px 12px;
        border-bottom: 1px solid var(--rule);
      }
      .message > span:nth-child(2) {
        flex: 1;
      }
      vscode-tabs {
        border-top: 1px solid var(--rule);
      }
      @media (max-width: 480px) {
        vscode-tab-header {
          margin-inline: -5px;
        }
      }
      @media (max-width: 400px) {
        vscode-tab-header {
          margin-inline: -8px;
        }
        .title {
          text-transform: none;
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    const host = vscodeHost(window) ?? browserHost(window);
    const simulator = startSimulator(
      this.worker,
      (message) => this.#panel?.answer(message),
      (text) => this.#panel?.simulatorFailed(text),
    );
    this.#panel = new PanelController(host, simulator);
    this.#unsubscribe = this.#panel.subscribe(() => this.requestUpdate());
    this.#panel.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unsubscribe();
  }

  override render(): TemplateResult | typeof nothing {
    const panel = this.#panel;
    if (panel === null) return nothing;
    const { state } = panel;
    return html`<main>
      <h1 class="visually-hidden">Simulator</h1>
      <netmem-toolbar .state=${state} .panel=${panel}></netmem-toolbar>
      ${this.#messages(state, panel)}
      <netmem-verdict-banner
        .view=${state.main}
        .panel=${panel}
        .note=${noteOf(state)}
      ></netmem-verdict-banner>
      <netmem-timeline .state=${state} .panel=${panel}></netmem-timeline>
      <netmem-step-line .events=${state.main.events} .panel=${panel}></netmem-step-line>
      ${this.#picture(state, panel, boundQueueOf(state.main.choice))} ${this.#tabs(state, panel)}
    </main>`;
  }

  #tabs(state: PanelState, panel: PanelController): TemplateResult {
    return html`<vscode-tabs
      panel
      selected-index=${VIEWS.indexOf(state.layout.view)}
      @vsc-tabs-select=${(event: CustomEvent<{ selectedIndex: number }>) => {
        const view = VIEWS[event.detail.selectedIndex];
        if (view !== undefined) panel.setLayout({ view });
      }}
    >
      ${VIEWS.map(
        (view) =>
          html`<vscode-tab-header slot="header"
              ><span class="title">${VIEW_TITLES[view]}</span></vscode-tab-header
            >
            <vscode-tab-panel>
              <div class="view">${view === state.layout.view ? this.#view(view, state, panel) : nothing}</div>
            </vscode-tab-panel>`,
      )}
    </vscode-tabs>`;
  }

  #view(view: View, state: PanelState, panel: PanelController): TemplateResult {
    switch (view) {
      case 'verdict':
        return html`<netmem-verdict-view .view=${state.main} .panel=${panel}></netmem-verdict-view>`;
      case 'driver':
        return html`<netmem-driver-view .model=${currentModel(state)} .panel=${panel}></netmem-driver-view>`;
      case 'events':
        return html`<netmem-event-log .state=${state} .panel=${panel}></netmem-event-log>`;
      case 'counters':
        return html`<netmem-counters-view
          .view=${state.main}
          .boundQueue=${boundQueueOf(state.main.choice)}
        ></netmem-counters-view>`;
      case 'parameters':
        return html`<netmem-parameters-view
          .choice=${state.choice}
          .panel=${panel}
        ></netmem-parameters-view>`;
      case 'compare':
        return html`<netmem-compare-view .state=${state} .panel=${panel}></netmem-compare-view>`;
    }
  }

  #picture(
    { main, layout }: PanelState,
    panel: PanelController,
    bound: number,
  ): TemplateResult | typeof nothing {
    if (main.moment === null) return nothing;
    return html`<div class="machine">
        <button
          type="button"
          class="fold"
          aria-expanded=${!layout.pictureFolded}
          @click=${() => panel.setLayout({ pictureFolded: !layout.pictureFolded })}
        >
          ${icon(layout.pictureFolded ? 'chevron-right' : 'chevron-down')} Machine
        </button>
        ${
          layout.pictureFolded
            ? nothing
            : iconButton(
                layout.pictureAsTable ? 'graph' : 'table',
                layout.pictureAsTable ? 'Show the machine as a picture' : 'Show the machine as a table',
                () => panel.setLayout({ pictureAsTable: !layout.pictureAsTable }),
              )
        }
      </div>
      ${layout.pictureFolded ? nothing : this.#machine(main, layout, bound)}`;
  }

  #machine({ moment, events }: RunView, layout: Layout, bound: number): TemplateResult {
    return html`<netmem-machine-picture
      .snapshot=${moment}
      .active=${events.map(({ component }) => component)}
      .boundQueue=${bound}
      .asTable=${layout.pictureAsTable}
    ></netmem-machine-picture>`;
  }

  #messages({ notice, opened }: PanelState, panel: PanelController): TemplateResult {
    return html`${
      opened === null
        ? nothing
        : html`<div class="message">
            ${icon('info', 'info')}
            <span>A run out of a file: ${opened.name} as it was saved.</span>
            <button type="button" class="link" @click=${() => panel.closeOpened()}>Back to the driver</button>
          </div>`
    }
    ${
      notice === null
        ? nothing
        : html`<div class="message" role="alert">
            ${icon(notice.severity, notice.severity)}
            <span>${notice.text}</span>
            ${iconButton('close', 'Dismiss', () => panel.dismissNotice())}
          </div>`
    }`;
  }
}

/** Why the verdict may be about an older text than the one on screen. */
function noteOf({ modelError, live }: PanelState): string {
  if (modelError === '') return '';
  return live === null ? modelError : `${modelError} The verdict is about the driver as it was last read.`;
}

customElements.define('netmem-panel', NetmemPanel);
