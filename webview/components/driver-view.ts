/** The driver as the analyser read it: every value with a link to the line it comes from. */
import { LitElement, css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { DriverModel, PoolModel, SourceRange, Sourced } from '../../simulator/contract/driver-model.ts';
import { poolWords } from '../../simulator/contract/pool-name.ts';
import type { PathProgram } from '../../simulator/contract/driver-ir.ts';
import type { PanelController } from '../state/controller.ts';
import { placeName } from './format.ts';
import { sourceLink } from './source-link.ts';
import { base } from './styles.ts';

interface Row {
  readonly name: string;
  readonly value: string;
  readonly at: SourceRange | null;
}

class DriverView extends LitElement {
  static override properties = { model: { attribute: false }, panel: { attribute: false } };
  declare model: DriverModel | null;
  declare panel: PanelController;

  static override styles = [
    base,
    css`
      .columns {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(320px, 100%), 1fr));
        gap: 4px 28px;
        align-items: start;
      }
      th {
        width: 42%;
        color: var(--vscode-descriptionForeground);
      }
      td:last-child {
        width: 1%;
        padding-right: 0;
        white-space: nowrap;
        text-align: right;
      }
      td {
        overflow-wrap: anywhere;
      }
      h2 code {
        text-transform: none;
      }
    `,
  ];

  override render(): TemplateResult {
    if (this.model === null) return html`<p class="quiet">The driver has not been read yet.</p>`;
    const { capabilities, pools, programs = [] } = this.model;
    const { queueMgmtOps } = capabilities;
    return html`<div class="columns">
      ${this.#table('Abilities', [
        row('tcp-data-split offered', yesNo(capabilities.tcpDataSplit)),
        row('set_ringparam looks at it', yesNo(capabilities.tcpDataSplitSet)),
        row('get_ringparam reports it', yesNo(capabilities.tcpDataSplitGet)),
        row('hds-thresh', yesNo(capabilities.hdsThresh)),
        row('Queue operations', {
          value: queueMgmtOps.value.length === 0 ? 'none' : queueMgmtOps.value.join(', '),
          at: queueMgmtOps.at,
        }),
        row('buffers of more than a page', yesNo(capabilities.rxPageSize)),
        row('netmem_tx', { value: NETMEM_TX[capabilities.netmemTx.value], at: capabilities.netmemTx.at }),
        row('XDP', yesNo(capabilities.xdp)),
        row('AF_XDP zero copy', yesNo(capabilities.afXdp)),
      ])}
      ${pools.map((pool) => this.#table(html`Pool <code>${poolWords(pool.name)}</code>`, poolRows(pool)))}
      ${this.#table(
        'Paths',
        programs.length === 0
          ? [{ name: 'none read', value: 'the generic paths run', at: null }]
          : programs.map(programRow),
      )}
    </div>`;
  }

  #table(title: string | TemplateResult, rows: readonly Row[]): TemplateResult {
    return html`<section>
      <h2>${title}</h2>
      <table>
        <tbody>
          ${rows.map(
            ({ name, value, at }) =>
              html`<tr>
                <th scope="row">${name}</th>
                <td>${value}</td>
                <td>${at === null ? nothing : sourceLink(at, this.panel, placeName(at))}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </section>`;
  }
}

const NETMEM_TX = { none: 'not declared', dma: 'NETMEM_TX_DMA', 'no-dma': 'NETMEM_TX_NO_DMA' } as const;

function row(name: string, { value, at }: Sourced<string>): Row {
  return { name, value, at };
}

function yesNo({ value, at }: Sourced<boolean>): Sourced<string> {
  return { value: value ? 'yes' : 'no', at };
}

function poolRows(pool: PoolModel): readonly Row[] {
  const flags = pool.flags.value.map((flag) => flag.replace('PP_FLAG_', ''));
  const conditional = pool.conditionalFlags.map(({ flag, condition, at }) => ({
    name: `${flag.replace('PP_FLAG_', '')} only if`,
    value: condition,
    at,
  }));
  return [
    { name: 'page_pool_create', value: `role: ${pool.role}`, at: pool.createdAt },
    row('flags', { value: flags.length === 0 ? 'none' : flags.join(' | '), at: pool.flags.at }),
    ...conditional,
    row('order', known(pool.order)),
    row('pool_size', { value: pool.poolSizeText ?? known(pool.poolSize).value, at: pool.poolSize.at }),
    row('max_len', known(pool.maxLen)),
    row('dma_dir', pool.dmaDir),
    row('netdev', pool.netdev),
    row('queue_idx', pool.queueIdx),
    row('napi', pool.napi),
  ];
}

function known({ value, at }: Sourced<number | string | null>): Sourced<string> {
  return { value: value === null ? 'not said in the source' : String(value), at };
}

function programRow({ path, entry, origin, body }: PathProgram): Row {
  return origin === 'generic'
    ? { name: path, value: 'not read: the generic path runs', at: null }
    : { name: path, value: `${entry}()`, at: body.at };
}

customElements.define('netmem-driver-view', DriverView);
