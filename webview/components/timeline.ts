/** The run from left to right: where warnings and errors lie, a handle to scrub, and buttons that step. */
import { LitElement, css, html, nothing, svg } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import type { PanelController } from '../state/controller.ts';
import { faultSteps } from '../state/faults.ts';
import { lengthOf } from '../state/panel-state.ts';
import type { PanelState } from '../state/panel-state.ts';
import type { TimelineBuckets } from '../worker/messages.ts';
import { count, duration } from './format.ts';
import { iconButton } from './icons.ts';
import { base } from './styles.ts';

/** Time that playing a whole run takes, in milliseconds. */
const PLAY_MS = 12_000;
const HEIGHT = 22;

class Timeline extends LitElement {
  static override properties = { state: { attribute: false }, panel: { attribute: false } };
  declare state: PanelState;
  declare panel: PanelController;
  #frame = 0;
  #played = 0;

  static override styles = [
    base,
    css`
      :host {
        padding: 4px 12px 6px;
      }
      .buttons {
        display: flex;
        align-items: center;
      }
      .where {
        margin: 0 6px 0 auto;
      }
      .track {
        position: relative;
        height: 30px;
      }
      svg {
        position: absolute;
        inset: 0 7px 8px;
        width: calc(100% - 14px);
        height: 22px;
      }
      .activity {
        fill: color-mix(in srgb, var(--vscode-foreground) 22%, transparent);
      }
      .warnings {
        fill: var(--vscode-editorWarning-foreground);
      }
      .errors {
        fill: var(--vscode-editorError-foreground, var(--vscode-errorForeground));
      }
      input {
        position: absolute;
        inset: auto 0 0;
        width: 100%;
        height: 14px;
        margin: 0;
        appearance: none;
        background: none;
        cursor: pointer;
      }
      input::-webkit-slider-runnable-track {
        height: 3px;
        border-radius: 2px;
        background: var(--vscode-scrollbarSlider-background, var(--rule));
        border: 1px solid var(--vscode-contrastBorder, transparent);
      }
      input::-webkit-slider-thumb {
        appearance: none;
        width: 9px;
        height: 14px;
        margin-top: -6px;
        border: 1px solid var(--vscode-contrastBorder, transparent);
        border-radius: 3px;
        background: var(--vscode-button-background);
      }
      input:focus-visible {
        outline: none;
      }
      input:focus-visible::-webkit-slider-thumb {
        outline: 1px solid var(--vscode-focusBorder);
        outline-offset: 2px;
      }
    `,
  ];

  override updated(changed: PropertyValues<this>): void {
    if (!changed.has('state')) return;
    if (this.state.playing && this.#frame === 0) this.#startPlaying();
    if (!this.state.playing) this.#stopPlaying();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopPlaying();
  }

  override render(): TemplateResult {
    const { main, playing } = this.state;
    const length = lengthOf(main);
    const here = this.#here();
    const ready = length > 0;
    const at = main.moment;
    const where =
      at === null ? '' : `${duration(at.time)}, step ${count(at.step)}${ready ? ` of ${count(length)}` : ''}`;
    const to = (step: number) => () => {
      this.panel.play(false);
      this.panel.seek(step);
    };
    return html`<div class="buttons" role="toolbar" aria-label="Moment shown">
        ${iconButton('debug-restart', 'Reset to the start', to(0), { disabled: !ready || here === 0 })}
        ${iconButton('debug-step-back', 'Step back', to(here - 1), { disabled: !ready || here === 0 })}
        ${iconButton(
          playing ? 'debug-pause' : 'debug-start',
          playing ? 'Pause' : 'Play from here',
          () => this.#toggle(),
          { disabled: !ready },
        )}
        ${iconButton('debug-step-over', 'Step', to(here + 1), { disabled: !ready || here === length })}
        ${iconButton(
          'bug',
          'Go to the next fault',
          () => {
            this.panel.play(false);
            this.panel.seekNextFault();
          },
          { disabled: !ready || faultSteps(main.outcome?.verdict).length === 0 },
        )}
        ${iconButton('debug-continue', 'Go to the end', to(length), { disabled: !ready || here === length })}
        <span class="where quiet number">${where}</span>
      </div>
      <div class="track">
        ${main.timeline === null ? nothing : picture(main.timeline)}
        <input
          type="range"
          min="0"
          max=${Math.max(1, length)}
          step="1"
          .value=${String(here)}
          ?disabled=${!ready}
          aria-label="Moment of the run"
          aria-valuetext=${where}
          @input=${(event: Event) => {
            if (event.target instanceof HTMLInputElement) to(event.target.valueAsNumber)();
          }}
        />
      </div>`;
  }

  #here(): number {
    return this.state.position ?? lengthOf(this.state.main);
  }

  #toggle(): void {
    const { playing, main } = this.state;
    if (!playing && this.#here() === lengthOf(main)) this.panel.seek(0);
    this.panel.play(!playing);
  }

  #startPlaying(): void {
    this.#played = this.#here();
    let before = performance.now();
    const frame = (now: number): void => {
      const length = lengthOf(this.state.main);
      this.#played += ((now - before) * length) / PLAY_MS;
      before = now;
      this.#frame = requestAnimationFrame(frame);
      if (Math.floor(this.#played) !== this.#here()) this.panel.seek(Math.floor(this.#played));
      if (this.#played >= length) this.panel.play(false);
    };
    this.#frame = requestAnimationFrame(frame);
  }

  #stopPlaying(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }
}

/** Bars of activity; warnings and errors stand on top of them, errors at full height. The event log says the same. */
function picture({ counts, warnings, errors }: TimelineBuckets): TemplateResult {
  const most = Math.max(1, ...counts);
  const bars = (values: readonly number[], height: (value: number) => number): string =>
    values
      .map((value, index) => {
        if (value === 0) return '';
        const tall = Math.max(2, height(value));
        return `M${index} ${HEIGHT}v${-tall}h0.9v${tall}z`;
      })
      .join('');
  return html`<svg viewBox="0 0 ${counts.length} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
    ${svg`<path class="activity" d=${bars(counts, (value) => (Math.log1p(value) / Math.log1p(most)) * (HEIGHT - 6))} />
    <path class="warnings" d=${bars(warnings, () => HEIGHT * 0.6)} />
    <path class="errors" d=${bars(errors, () => HEIGHT)} />`}
  </svg>`;
}

customElements.define('netmem-timeline', Timeline);
