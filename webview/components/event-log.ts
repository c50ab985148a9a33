/**
 * The log of the run: a grid of which only the rows in sight exist. One tab stop; arrow keys move through the rows,
 * Enter goes to the source, the space bar shows the moment of the row.
 */
import { LitElement, css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { VscodeTextfield } from '@vscode-elements/elements/dist/vscode-textfield/index.js';
import type { TraceEvent } from '../../simulator/contract/event.ts';
import type { PanelController } from '../state/controller.ts';
import { isInSource } from '../state/marks.ts';
import type { PanelState } from '../state/panel-state.ts';
import { filterProblem } from '../worker/event-filter.ts';
import { count, duration, placeName } from './format.ts';
import { icon } from './icons.ts';
import { sourceLink } from './source-link.ts';
import { base } from './styles.ts';

const ROW = 22;
/** Rows kept beyond the edges of what is in sight. */
const MARGIN = 12;

class EventLog extends LitElement {
  static override properties = {
    state: { attribute: false },
    panel: { attribute: false },
    active: { state: true },
  };
  declare state: PanelState;
  declare panel: PanelController;
  /** Row that the keys are on. */
  declare active: number;
  #asked = '';
  #followed = -1;
  /** The user chose a row, so that the log does not scroll away under the pointer. */
  #chosen = false;

  static override styles = [
    base,
    css`
      .bar {
        display: flex;
        align-items: center;
        gap: 8px;
        margin-bottom: 6px;
      }
      vscode-textfield {
        flex: 1;
        min-width: 120px;
      }
      .scroller {
        position: relative;
        height: clamp(220px, 46vh, 720px);
        overflow: auto;
        border: 1px solid var(--rule);
      }
      .rows {
        position: absolute;
        inset: 0 0 auto;
      }
      .line {
        display: grid;
        grid-template-columns: 78px 20px 88px minmax(0, 1fr) auto;
        align-items: center;
        height: 22px;
        padding: 0 8px;
        white-space: nowrap;
        cursor: default;
      }
      .line > * {
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .line .number {
        padding-right: 8px;
      }
      .line:hover {
        background: var(--vscode-list-hoverBackground);
      }
      .line.active {
        background: var(--vscode-list-inactiveSelectionBackground);
        outline: 1px dotted var(--vscode-contrastActiveBorder, transparent);
        outline-offset: -1px;
      }
      .line.active > .place > button.link {
        color: inherit;
        text-decoration: underline;
      }
      .line.active > .quiet {
        color: inherit;
      }
      .scroller:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
        outline-offset: -1px;
      }
      .scroller:focus-visible .line.active {
        background: var(--vscode-list-activeSelectionBackground);
        color: var(--vscode-list-activeSelectionForeground);
      }
      .line.future {
        font-style: italic;
        color: var(--vscode-descriptionForeground);
      }
      .line.last {
        box-shadow: 0 1px 0 var(--vscode-focusBorder);
      }
      .details {
        margin-top: 6px;
        padding: 4px 8px;
        border-left: 2px solid var(--rule);
        overflow-wrap: anywhere;
      }
      .place {
        padding-left: 8px;
      }
      @media (max-width: 480px) {
        .line {
          grid-template-columns: 66px 20px minmax(0, 1fr) auto;
        }
        .line .kind {
          display: none;
        }
      }
    `,
  ];

  constructor() {
    super();
    this.active = 0;
  }

  override updated(changed: PropertyValues<this>): void {
    this.#place();
    if (changed.has('state')) this.#follow();
    this.#ask();
  }

  override render(): TemplateResult {
    const { log, layout, main } = this.state;
    const recorded = main.outcome?.recorded ?? 0;
    const lost = main.outcome?.oldest ?? 0;
    const problem = filterProblem(layout.eventFilter);
    const chosen = log.rows[this.active - log.from];
    return html`<div class="bar">
        <vscode-textfield
          .label=${'Filter of the event log'}
          placeholder="Filter: words, -word, kind:alloc, packet:12, queue:3, is:warning"
          .value=${layout.eventFilter}
          ?invalid=${problem !== null}
          @input=${(event: Event) => {
            if (event.target instanceof VscodeTextfield)
              this.panel.setLayout({ eventFilter: event.target.value });
          }}
        ></vscode-textfield>
        <span class="quiet number" role="status">${count(log.total)} of ${count(recorded - lost)}</span>
      </div>
      ${problem === null ? nothing : html`<p role="alert">${icon('warning', 'warning')} ${problem}</p>`}
      ${
        lost === 0
          ? nothing
          : html`<p class="quiet">The first ${count(lost)} records of this long run were not kept.</p>`
      }
      <div
        class="scroller"
        role="grid"
        aria-label="Events"
        aria-rowcount=${log.total}
        aria-activedescendant=${log.total > 0 ? `row-${this.active}` : nothing}
        tabindex="0"
        @scroll=${() => this.#ask()}
        @keydown=${(event: KeyboardEvent) => this.#key(event)}
      >
        <div class="space" role="presentation"></div>
        <div class="rows" role="rowgroup">
          ${log.rows.map((event, index) => this.#row(event, log.from + index))}
        </div>
      </div>
      ${chosen === undefined ? nothing : this.#details(chosen)}`;
  }

  #row(event: TraceEvent, index: number): TemplateResult {
    const { past } = this.state.log;
    const { severity, at, time, kind, text } = event;
    const classes = ['line'];
    if (index >= past) classes.push('future');
    if (index === past - 1 && this.state.position !== null) classes.push('last');
    if (index === this.active) classes.push('active');
    return html`<div
      class=${classes.join(' ')}
      role="row"
      id="row-${index}"
      aria-rowindex=${index + 1}
      aria-selected=${index === this.active}
      @click=${() => this.#choose(index, event)}
      @dblclick=${() => this.#open(event)}
    >
      <span class="number quiet" role="gridcell">${duration(time)}</span>
      <span role="gridcell" aria-label=${severity}
        >${severity === 'info' ? nothing : icon(severity, severity)}</span
      >
      <span class="kind quiet" role="gridcell">${kind}</span>
      <span role="gridcell" title=${text}>${text}</span>
      <span class="place code" role="gridcell">
        ${
          isInSource(at)
            ? html`<button
                type="button"
                class="link"
                tabindex="-1"
                title=${event.operation ?? ''}
                @click=${(click: Event) => {
                  click.stopPropagation();
                  this.#open(event);
                }}
              >
                ${placeName(at)}
              </button>`
            : nothing
        }
      </span>
    </div>`;
  }

  /** The event that the keys are on, nothing of it cut off. */
  #details({ time, step, kind, component, packet, queue, text, operation, at }: TraceEvent): TemplateResult {
    const where = [
      duration(time),
      `step ${step}`,
      `${kind} in ${component}`,
      ...(packet === null ? [] : [`packet ${packet}`]),
      ...(queue === null ? [] : [`queue ${queue}`]),
    ];
    return html`<section class="details" aria-label="Event in full">
      <div class="quiet">${where.join(' · ')}</div>
      <div>${text}</div>
      <div>
        ${operation === null ? nothing : html`<code>${operation}</code>`} ${sourceLink(at, this.panel)}
      </div>
    </section>`;
  }

  #key(event: KeyboardEvent): void {
    const { log } = this.state;
    const page = Math.max(1, Math.floor(this.#scroller().clientHeight / ROW) - 1);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -Infinity,
      End: Infinity,
    };
    const move = moves[event.key];
    const here = log.rows[this.active - log.from];
    if (move !== undefined) {
      this.active = Math.max(0, Math.min(log.total - 1, this.active + move));
      this.#reveal(this.active);
    } else if (event.key === 'Enter' && here !== undefined) this.#open(here);
    else if (event.key === ' ' && here !== undefined) this.#choose(this.active, here);
    else return;
    event.preventDefault();
  }

  #choose(index: number, { step }: TraceEvent): void {
    this.active = index;
    this.#chosen = true;
    this.panel.seek(step);
  }

  #open({ at }: TraceEvent): void {
    if (isInSource(at)) this.panel.openSource(at);
  }

  #scroller(): HTMLElement {
    const scroller = this.renderRoot.querySelector<HTMLElement>('.scroller');
    if (scroller === null) throw new Error('the event log is not rendered');
    return scroller;
  }

  /** Scrolls as little as needed to show a row. */
  #reveal(index: number): void {
    const scroller = this.#scroller();
    const top = index * ROW;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + ROW > scroller.scrollTop + scroller.clientHeight)
      scroller.scrollTop = top + ROW - scroller.clientHeight;
  }

  /** Keeps the moment shown in sight while it moves. */
  #follow(): void {
    const { log, position } = this.state;
    if (log.past === this.#followed) return;
    this.#followed = log.past;
    const chosen = this.#chosen;
    this.#chosen = false;
    if (position === null || chosen) return;
    this.active = Math.max(0, log.past - 1);
    this.#reveal(this.active);
  }

  /** Positions by the style object: the content security policy forbids style attributes. */
  #place(): void {
    const { log } = this.state;
    const space = this.renderRoot.querySelector<HTMLElement>('.space');
    const rows = this.renderRoot.querySelector<HTMLElement>('.rows');
    if (space !== null) space.style.height = `${log.total * ROW}px`;
    if (rows !== null) rows.style.transform = `translateY(${log.from * ROW}px)`;
  }

  /** Asks for the rows in sight, once for each place, filter and moment. */
  #ask(): void {
    const { main, layout } = this.state;
    if (main.outcome === null || main.phase === 'running') return;
    const scroller = this.#scroller();
    const from = Math.max(0, Math.floor(scroller.scrollTop / ROW) - MARGIN);
    const rows = Math.ceil(scroller.clientHeight / ROW) + 2 * MARGIN;
    const question = JSON.stringify([main.run, layout.eventFilter, main.moment?.step, from, rows]);
    if (question === this.#asked) return;
    this.#asked = question;
    this.panel.readLog(from, rows);
  }
}

customElements.define('netmem-event-log', EventLog);
