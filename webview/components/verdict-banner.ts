/** The answer first: what the run came to, whose fault it is, and the line. */
import { LitElement, css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { BINDING_NOTES, bindingOf } from '../../simulator/contract/binding.ts';
import type { Blame, Evidence, Verdict } from '../../simulator/contract/verdict.ts';
import { faultsOf } from '../../simulator/run/past-refusal.ts';
import type { PanelController } from '../state/controller.ts';
import type { RunView } from '../state/panel-state.ts';
import { exploresPast } from '../state/run-choice.ts';
import { plural } from './format.ts';
import { icon } from './icons.ts';
import type { IconName } from './icons.ts';
import { fixButton, sourceLink } from './source-link.ts';
import { base } from './styles.ts';

class VerdictBanner extends LitElement {
  static override properties = {
    view: { attribute: false },
    panel: { attribute: false },
    note: {},
  };
  declare view: RunView;
  declare panel: PanelController;
  /** Why the verdict may be about an older text of the driver; empty otherwise. */
  declare note: string;

  static override styles = [
    base,
    css`
      .banner {
        display: grid;
        grid-template-columns: 20px 1fr auto;
        gap: 2px 6px;
        padding: 8px 12px;
        border-left: 3px solid var(--edge);
        background: color-mix(in srgb, var(--edge) 7%, transparent);
      }
      .pass {
        --edge: var(--vscode-testing-iconPassed, var(--vscode-charts-green));
      }
      .fail {
        --edge: var(--vscode-editorError-foreground, var(--vscode-errorForeground));
      }
      .blame-other,
      .inconclusive {
        --edge: var(--vscode-editorWarning-foreground);
      }
      .pending {
        --edge: var(--vscode-descriptionForeground);
      }
      .headline {
        font-weight: 600;
      }
      .cause {
        grid-column: 2 / -1;
        overflow-wrap: anywhere;
      }
      .evidence {
        margin: 4px 0 0;
        padding-left: 16px;
      }
      .actions {
        display: flex;
        align-items: center;
        gap: 8px;
        height: 18px;
        white-space: nowrap;
      }
    `,
  ];

  override render(): TemplateResult {
    const { outcome, phase, problem, fraction } = this.view;
    if (phase === 'refused' || phase === 'failed') {
      return this.#frame('fail', 'error', 'Not run', html`${problem}`);
    }
    if (outcome === null) {
      const text = phase === 'running' ? `Running, ${Math.round(fraction * 100)}%` : 'Reading the driver…';
      return this.#frame('pending', 'sync', text, html``);
    }
    const { verdict, complete } = outcome;
    const headline = headlineOf(verdict, complete);
    return this.#frame(
      verdict.state === 'fail' ? edgeOf(verdict.blame) : verdict.state,
      ICONS[verdict.state],
      headline,
      html`${sentence(verdict.cause)} ${sourceLink(verdict.at, this.panel)}
        <div class="quiet">${packetsLine(verdict, exploresPast(this.view.choice))}</div>
        ${this.#evidence(verdict)}`,
      html`${this.#explore(verdict)} ${fixButton(verdict.at, this.panel)}`,
    );
  }

  /** What else is wrong, a line each: the tab below has all of it with its reasons. */
  #evidence({ requirements, cause, at }: Verdict): TemplateResult | typeof nothing {
    const isHeadline = (item: Evidence): boolean => item.at === at && cause.endsWith(item.text);
    const more = faultsOf(requirements.flatMap(({ evidence }) => evidence)).filter(
      (item) => !isHeadline(item),
    );
    if (more.length === 0) return nothing;
    const left = more.length - EVIDENCE;
    return html`<ul class="evidence">
      ${more
        .slice(0, EVIDENCE)
        .map(
          ({ requirement, text, at: place, step, seq }) =>
            html`<li>
              ${requirement} ${text} ${sourceLink(place, this.panel)}
              ${
                seq === null
                  ? nothing
                  : html`<button
                      type="button"
                      class="link"
                      title="Show this moment"
                      @click=${() => this.panel.seek(step)}
                    >
                      step ${step}
                    </button>`
              }
            </li>`,
        )}
      ${left > 0 ? html`<li class="quiet">and ${left} more in the verdict below</li>` : nothing}
    </ul>`;
  }

  /** A refused bind says nothing about the rest of the driver: offers to look further. */
  #explore({ bind, bindTx }: Verdict): TemplateResult | typeof nothing {
    const refused = !bind.accepted || !bindTx.accepted;
    if (!refused || this.view.choice.parameters['explore'] === true) return nothing;
    return html`<button
      type="button"
      class="link"
      title="Go on as if the request had been granted, so that the rest of the driver meets device memory"
      @click=${() => this.panel.setParameters({ explore: true })}
    >
      Explore past it
    </button>`;
  }

  #frame(
    kind: string,
    iconName: IconName,
    headline: string,
    text: TemplateResult,
    actions: TemplateResult | typeof nothing = nothing,
  ): TemplateResult {
    const iconKind =
      kind === 'pass' ? 'pass' : kind === 'fail' ? 'error' : kind === 'pending' ? 'none' : 'warning';
    return html`<div class="banner ${kind}" role="status">
      ${icon(iconName, iconKind)}
      <span class="headline">${headline}</span>
      <span class="actions">${actions}</span>
      <div class="cause">
        ${text} ${this.note === '' ? nothing : html`<div>${icon('warning', 'warning')} ${this.note}</div>`}
      </div>
    </div>`;
  }
}

/** Pieces of evidence in the banner. */
const EVIDENCE = 3;

const ICONS: Readonly<Record<Verdict['state'], IconName>> = {
  pass: 'pass',
  fail: 'error',
  inconclusive: 'question',
  pending: 'debug-pause',
};

function edgeOf(blame: Blame): string {
  return blame === 'driver' ? 'fail' : 'blame-other';
}

const BLAMED: Readonly<Record<Blame, string>> = {
  driver: 'Fails: the driver is to blame',
  configuration: 'Fails: the configuration is to blame',
  user: 'Fails: the user program is to blame',
  nobody: 'Fails',
};

export function headlineOf({ state, blame }: Verdict, complete: boolean): string {
  if (!complete) return 'Stopped before the end';
  switch (state) {
    case 'pass':
      return 'Passes';
    case 'inconclusive':
      return 'Inconclusive';
    case 'pending':
      return 'Not finished';
    case 'fail':
      return BLAMED[blame];
  }
}

/** With a capital first letter, unless it starts with a name of the kernel. */
function sentence(text: string): string {
  const first = text.split(/[\s:]/)[0] ?? '';
  return /^[a-z]+$/.test(first) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;
}

function packetsLine(verdict: Verdict, explores: boolean): string {
  const { packets } = verdict;
  const note = BINDING_NOTES[bindingOf(verdict, explores)];
  const parts = [
    ...(note === '' ? [] : [note]),
    `${plural(packets.wire, 'packet')} on the wire`,
    `${packets.delivered} delivered`,
    `${packets.read} read`,
    `${packets.dropped} dropped`,
    `${packets.faulted} faulted`,
  ];
  return parts.join(' · ');
}

customElements.define('netmem-verdict-banner', VerdictBanner);
