/** The verdict in full: requests, requirements with their evidence, and how much of the driver's code ran. */
import { LitElement, css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { BindOutcome, Evidence, RequirementVerdict, Verdict } from '../../simulator/contract/verdict.ts';
import type { PanelController } from '../state/controller.ts';
import type { RunView } from '../state/panel-state.ts';
import { duration, plural } from './format.ts';
import { icon } from './icons.ts';
import { REQUIREMENT_TITLES } from './requirement-titles.ts';
import { fixButton, foreignPlace, sourceLink } from './source-link.ts';
import { base } from './styles.ts';

const STATE_WORDS = { holds: 'holds', fails: 'fails', 'not-reached': 'not reached' } as const;

class VerdictView extends LitElement {
  static override properties = { view: { attribute: false }, panel: { attribute: false } };
  declare view: RunView;
  declare panel: PanelController;

  static override styles = [
    base,
    css`
      .requirement > td:first-child {
        white-space: nowrap;
        width: 1%;
      }
      .state {
        width: 1%;
        white-space: nowrap;
      }
      .evidence {
        margin-top: 3px;
        padding: 3px 0 3px 8px;
        border-left: 2px solid var(--rule-faint);
      }
      .stack {
        color: var(--vscode-descriptionForeground);
      }
      .not-reached td {
        color: var(--vscode-descriptionForeground);
      }
      td {
        overflow-wrap: anywhere;
      }
      /* Too narrow for three columns: what it is and how it stands in one line, the reasons below at full width. */
      @media (max-width: 460px) {
        .stacked thead {
          display: none;
        }
        .stacked tr {
          display: grid;
          grid-template-columns: auto 1fr;
          border-top: 1px solid var(--rule-faint);
          padding: 3px 0;
        }
        .stacked tr > * {
          width: auto;
          border-top: 0;
        }
        .stacked tr > :nth-child(3) {
          grid-column: 1 / -1;
          padding-right: 0;
        }
        .stacked th {
          font-weight: 600;
        }
      }
    `,
  ];

  override render(): TemplateResult {
    const verdict = this.view.outcome?.verdict;
    if (verdict === undefined) return html`<p class="quiet">There is no verdict yet.</p>`;
    return html`
      ${this.#requirements(verdict)} ${this.#requests(verdict)} ${this.#coverage(verdict)}
      ${this.#expectations(verdict)}
    `;
  }

  #requirements({ requirements }: Verdict): TemplateResult {
    return html`<h2 id="requirements">Requirements</h2>
      <table class="stacked" aria-labelledby="requirements">
        <thead>
          <tr>
            <th scope="col">Requirement</th>
            <th scope="col">State</th>
            <th scope="col">Evidence</th>
          </tr>
        </thead>
        <tbody>
          ${requirements.map((requirement) => this.#requirement(requirement))}
        </tbody>
      </table>`;
  }

  #requirement({ requirement, state, text, evidence }: RequirementVerdict): TemplateResult {
    const sign =
      state === 'holds'
        ? icon('pass', 'pass')
        : state === 'fails'
          ? icon('error', 'error')
          : icon('circle-outline', 'none');
    return html`<tr class="requirement ${state}">
      <th scope="row">${requirement}</th>
      <td class="state">${sign} ${STATE_WORDS[state]}</td>
      <td>
        ${REQUIREMENT_TITLES[requirement]}${
          evidence.length === 0
            ? html`<span class="quiet">: ${text}</span>`
            : evidence.map((item) => this.#evidence(item))
        }
      </td>
    </tr>`;
  }

  #evidence(item: Evidence): TemplateResult {
    const { seq, step, time, packet, count, assuming, text, at, stack, operation } = item;
    const where = packet === null ? duration(time) : `packet ${packet}, ${duration(time)}`;
    return html`<div class="evidence">
      <div>${text}</div>
      <div class="row">
        ${operation === null ? nothing : html`<code>${operation}</code>`} ${sourceLink(at, this.panel)}
        ${foreignPlace(at, this.view.choice.scenario)}
        ${
          seq === null
            ? nothing
            : html`<button type="button" class="link" @click=${() => this.panel.seek(step)}>
                ${icon('target')} ${where}
              </button>`
        }
        ${count > 1 ? html`<span class="quiet">${plural(count, 'time')}</span>` : nothing}
        ${assuming === null ? nothing : html`<span class="quiet">assuming <code>${assuming}</code></span>`}
        ${fixButton(at, this.panel)}
      </div>
      ${
        stack.length === 0
          ? nothing
          : html`<div class="stack">
              ${stack.map(
                (frame, depth) =>
                  html`${depth === 0 ? 'in ' : ' ← '}${
                    sourceLink(frame.at, this.panel, frame.function) === nothing
                      ? html`<code>${frame.function}</code>`
                      : sourceLink(frame.at, this.panel, `${frame.function}()`)
                  }`,
              )}
            </div>`
      }
    </div>`;
  }

  #requests({ bind, bindTx, refused }: Verdict): TemplateResult | typeof nothing {
    const outcomes = [bind, bindTx].filter(({ request }) => request !== 'none');
    if (outcomes.length + refused.length === 0) return nothing;
    return html`<h2 id="requests">Requests to the kernel</h2>
      <table class="stacked" aria-labelledby="requests">
        <thead>
          <tr>
            <th scope="col">Request</th>
            <th scope="col">Answer</th>
            <th scope="col">Cause</th>
          </tr>
        </thead>
        <tbody>
          ${outcomes.map((outcome) => this.#request(outcome))}
          ${refused.map((request) => this.#request({ ...request, accepted: false }))}
        </tbody>
      </table>`;
  }

  #request(
    request: Pick<BindOutcome, 'accepted' | 'errno' | 'cause' | 'at' | 'blame'> & {
      readonly request: string;
    },
  ): TemplateResult {
    const { accepted, errno, cause, at, blame } = request;
    return html`<tr>
      <th scope="row"><code>${request.request}</code></th>
      <td class="state">
        ${accepted ? icon('pass', 'pass') : icon('error', blame === 'driver' ? 'error' : 'warning')}
        ${accepted ? 'accepted' : html`<code>${errno ?? 'refused'}</code>`}
      </td>
      <td>${cause} ${sourceLink(at, this.panel)} ${fixButton(at, this.panel)}</td>
    </tr>`;
  }

  #coverage({ coverage }: Verdict): TemplateResult {
    const generic = coverage.filter(({ origin }) => origin === 'generic');
    return html`<h2 id="coverage">Code that ran</h2>
      ${
        generic.length === 0
          ? nothing
          : html`<p>
              ${icon('info', 'info')} ${generic.map(({ path }) => path).join(', ')} could not be read from the
              source: the generic path stands in, so nothing it does is held against a line of the driver.
            </p>`
      }
      <table aria-labelledby="coverage">
        <thead>
          <tr>
            <th scope="col">Path</th>
            <th scope="col">Entry</th>
            <th scope="col">From</th>
            <th scope="col" class="number">Operations run</th>
          </tr>
        </thead>
        <tbody>
          ${coverage.map(
            ({ path, entry, origin, operations, executed }) =>
              html`<tr>
                <th scope="row">${path}</th>
                <td>
                  ${origin === 'generic' ? html`<span class="quiet">none found</span>` : html`<code>${entry}</code>`}
                </td>
                <td>${origin === 'generic' ? 'generic path' : 'this driver'}</td>
                <td class="number">${executed} of ${operations}</td>
              </tr>`,
          )}
        </tbody>
      </table>`;
  }

  #expectations({ expectations }: Verdict): TemplateResult | typeof nothing {
    if (expectations.length === 0) return nothing;
    return html`<h2>Expected of this scenario</h2>
      <ul>
        ${expectations.map(
          ({ text, holds, actual }) =>
            html`<li>${holds ? icon('pass', 'pass') : icon('error', 'error')} ${text} (${actual})</li>`,
        )}
      </ul>`;
  }
}

customElements.define('netmem-verdict-view', VerdictView);
