/** What happened in the step shown, in one line, with links to the driver's lines. */
import { LitElement, css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { TraceEvent } from '../../simulator/contract/event.ts';
import type { PanelController } from '../state/controller.ts';
import { icon } from './icons.ts';
import { sourceLink } from './source-link.ts';
import { base } from './styles.ts';

/** Records told; the event log has all. */
const SHOWN = 6;

class StepLine extends LitElement {
  static override properties = { events: { attribute: false }, panel: { attribute: false } };
  declare events: readonly TraceEvent[];
  declare panel: PanelController;

  static override styles = [
    base,
    css`
      :host {
        min-height: 37px;
        padding: 0 12px 8px;
      }
      .clamp {
        display: -webkit-box;
        overflow: hidden;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
      }
    `,
  ];

  override render(): TemplateResult {
    const shown = this.events.slice(0, SHOWN);
    const more = this.events.length - shown.length;
    if (shown.length === 0)
      return html`<div class="quiet">Drag the handle or step to look into the run.</div>`;
    return html`<div class="clamp">
      ${shown.map(
        ({ text, at, severity }, index) =>
          html`${index === 0 ? nothing : html`<span class="quiet"> → </span>`}${
            severity === 'info' ? nothing : html`${icon(severity, severity)} `
          }${text}
          ${sourceLink(at, this.panel)}`,
      )}${more > 0 ? html`<span class="quiet"> and ${more} more</span>` : nothing}
    </div>`;
  }
}

customElements.define('netmem-step-line', StepLine);
