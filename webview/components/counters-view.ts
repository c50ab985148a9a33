/** Counters: as plots over the run, and as a table under the names that netlink gives them. */
import { LitElement, css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { MachineSnapshot, PoolSnapshot } from '../../simulator/contract/snapshot.ts';
import type { RunView } from '../state/panel-state.ts';
import type { PlotKey } from '../worker/samples.ts';
import { count } from './format.ts';
import './plot.ts';
import { base } from './styles.ts';

const PLOTS: readonly { readonly plot: PlotKey; readonly heading: string }[] = [
  { plot: 'packets', heading: 'Packets' },
  { plot: 'descriptors', heading: 'Descriptors of the bound queue' },
  { plot: 'pool', heading: 'Page pool of the bound queue' },
  { plot: 'provider', heading: 'Provider and user' },
];

class CountersView extends LitElement {
  static override properties = { view: { attribute: false }, boundQueue: { attribute: false } };
  declare view: RunView;
  declare boundQueue: number;

  static override styles = [
    base,
    css`
      .plots {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(300px, 100%), 1fr));
        gap: 12px 20px;
      }
      netmem-plot {
        min-width: 0;
      }
      .scroll {
        overflow-x: auto;
      }
      .scroll table {
        width: auto;
        min-width: min(100%, 360px);
      }
      th {
        white-space: nowrap;
      }
      td.number,
      th.number {
        padding-left: 12px;
      }
    `,
  ];

  override render(): TemplateResult {
    const { outcome, moment } = this.view;
    if (outcome === null || moment === null) return html`<p class="quiet">Nothing has run yet.</p>`;
    return html`<div class="plots">
        ${PLOTS.map(
          ({ plot, heading }) =>
            html`<netmem-plot
              .samples=${outcome.samples}
              .plot=${plot}
              .heading=${heading}
              .step=${moment.step}
            ></netmem-plot>`,
        )}
      </div>
      ${this.#pools(moment)} ${packets(moment)}`;
  }

  #pools({ pools }: MachineSnapshot): TemplateResult {
    const shown = pools.filter(({ queue, state }) => queue === this.boundQueue && state !== 'gone');
    const others = pools.filter(({ queue, state }) => queue !== this.boundQueue && state !== 'gone');
    const columns = [...shown.map((pool) => [pool]), ...(others.length > 0 ? [others] : [])];
    const cell = (read: (pool: PoolSnapshot) => number) =>
      columns.map(
        (column) => html`<td class="number">${count(column.reduce((sum, pool) => sum + read(pool), 0))}</td>`,
      );
    const first = pools[0];
    if (first === undefined) return html`<p class="quiet">There is no page pool.</p>`;
    const stats = Object.keys(first.stats).filter(
      (name): name is keyof PoolSnapshot['stats'] => name in first.stats,
    );
    return html`<h2 id="pools">Page pools (netlink)</h2>
      <div class="scroll" role="group" aria-labelledby="pools" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              ${shown.map(
                ({ id, queue, role, provider, state }) =>
                  html`<th scope="col" class="number">
                    ${id}: queue ${queue},
                    ${role}${provider === 'pages' ? nothing : `, ${provider}`}${
                      state === 'live' ? nothing : `, ${state}`
                    }
                  </th>`,
              )}
              ${others.length > 0 ? html`<th scope="col" class="number">other queues, ${others.length} pools</th>` : nothing}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row"><code>inflight</code></th>
              ${cell((pool) => pool.inflight)}
            </tr>
            ${stats.map(
              (name) =>
                html`<tr>
                  <th scope="row"><code>${name}</code></th>
                  ${cell((pool) => pool.stats[name])}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>`;
  }
}

function packets({ packets: counts, socket, tx }: MachineSnapshot): TemplateResult {
  const rows: readonly (readonly [string, number])[] = [
    ['on the wire', counts.wire],
    ['delivered', counts.delivered],
    ['read', counts.read],
    ['dropped', counts.dropped],
    ...Object.entries(counts.droppedBy).map(([cause, number]) => [`dropped: ${cause}`, number] as const),
    ['faulted', counts.faulted],
    ['in flight', counts.inFlight],
    ['reads that got EFAULT', socket.efaults],
    ['TX packets sent', tx.sent],
    ['TX packets completed', tx.completed],
    ['TX packets dropped', tx.dropped],
  ];
  return html`<h2 id="packets">Packets</h2>
    <table aria-labelledby="packets">
      <tbody>
        ${rows.map(
          ([name, number]) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td class="number">${count(number)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}

customElements.define('netmem-counters-view', CountersView);
