/** Files of a run: the run itself, to run it again anywhere; its packets; its timeline. */
import { LitElement, css, html } from 'lit';
import type { TemplateResult } from 'lit';
import type { ExportFormat } from '../protocol/messages.ts';
import type { PanelController } from '../state/controller.ts';
import { icon } from './icons.ts';
import { base } from './styles.ts';

const FORMATS: readonly { readonly format: ExportFormat; readonly title: string; readonly hint: string }[] = [
  { format: 'run', title: 'Run file', hint: 'driver, scenario and seed: runs again to the same byte' },
  { format: 'pcapng', title: 'Packet capture', hint: 'pcapng, for Wireshark' },
  { format: 'trace', title: 'Timeline', hint: 'trace events, for Perfetto' },
];

class ExportMenu extends LitElement {
  static override properties = { panel: { attribute: false } };
  declare panel: PanelController;

  static override styles = [
    base,
    css`
      button[popovertarget] {
        anchor-name: --export;
      }
      #menu {
        position-anchor: --export;
        inset: auto;
        top: anchor(bottom);
        right: anchor(right);
        margin: 2px 0 0;
        padding: 4px 0;
        border: 1px solid var(--vscode-menu-border, var(--rule));
        border-radius: 5px;
        background: var(--vscode-menu-background);
        color: var(--vscode-menu-foreground);
        box-shadow: 0 2px 8px var(--vscode-widget-shadow, transparent);
      }
      #menu button {
        display: block;
        width: 100%;
        padding: 3px 14px;
        border: 0;
        background: none;
        color: inherit;
        font: inherit;
        text-align: left;
        cursor: pointer;
      }
      #menu button:hover,
      #menu button:focus-visible {
        background: var(--vscode-menu-selectionBackground);
        color: var(--vscode-menu-selectionForeground);
        outline: 1px solid var(--vscode-menu-selectionBorder, transparent);
        outline-offset: -1px;
      }
      small {
        font-size: 11px;
      }
    `,
  ];

  override render(): TemplateResult {
    return html`<button
        type="button"
        class="tool"
        popovertarget="menu"
        title="Export the run"
        aria-label="Export the run"
      >
        ${icon('export')}
      </button>
      <div id="menu" popover>
        ${FORMATS.map(
          ({ format, title, hint }) =>
            html`<button
              type="button"
              popovertarget="menu"
              popovertargetaction="hide"
              @click=${() => this.panel.exportAs(format)}
            >
              ${title} <small>${hint}</small>
            </button>`,
        )}
      </div>`;
  }
}

customElements.define('netmem-export-menu', ExportMenu);
