/**
 * A plot of counters over a run, drawn by uPlot, with a line at the moment shown. Its axis counts steps, as the
 * timeline does, at round numbers: a run that waits for a second at its end is not squeezed by that.
 */
import { LitElement, css, html } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import UPlot from 'uplot';
import { SERIES } from '../worker/samples.ts';
import type { PlotKey, Samples } from '../worker/samples.ts';
import { count } from './format.ts';
import { base } from './styles.ts';

/** Colours of the first, second, … series, and dashes for those who see no colours. */
const COLOURS = ['green', 'blue', 'yellow', 'red'] as const;
const DASHES = [[], [6, 3], [2, 2], [8, 2, 2, 2]] as const;
const HEIGHT = 116;
/** Distances of ticks: round, and never a part of a step, a packet or a chunk. */
const WHOLE = Array.from({ length: 12 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();

class Plot extends LitElement {
  static override properties = {
    samples: { attribute: false },
    plot: {},
    heading: {},
    step: { attribute: false },
    width: { state: true },
  };
  declare samples: Samples;
  declare plot: PlotKey;
  declare heading: string;
  /** Machine steps; where the line stands. */
  declare step: number;
  declare width: number;
  #chart: UPlot | null = null;
  #resize: ResizeObserver | null = null;
  #theme: MutationObserver | null = null;

  // The rules of uPlot's own style sheet that a plot without legend and selection needs.
  static override styles = [
    base,
    css`
      h2 {
        margin: 0;
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 0 12px;
        font-size: 11px;
      }
      .key {
        display: inline-block;
        width: 14px;
        height: 0;
        margin-right: 4px;
        border-top: 2px solid;
        vertical-align: middle;
      }
      .key-0 {
        border-color: var(--vscode-charts-green);
      }
      .key-1 {
        border-color: var(--vscode-charts-blue);
        border-top-style: dashed;
      }
      .key-2 {
        border-color: var(--vscode-charts-yellow);
        border-top-style: dotted;
      }
      .key-3 {
        border-color: var(--vscode-charts-red);
        border-top-style: dashed;
      }
      .uplot {
        width: min-content;
        line-height: 1.5;
      }
      .u-wrap {
        position: relative;
        user-select: none;
      }
      .u-over,
      .u-under,
      .u-axis {
        position: absolute;
      }
      .u-under {
        overflow: hidden;
      }
      /* Where the canvas reads the colour of its grid from. */
      .canvas {
        border: 0 solid var(--rule-faint);
      }
      canvas {
        display: block;
        position: relative;
        width: 100%;
        height: 100%;
      }
    `,
  ];

  constructor() {
    super();
    this.width = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resize = new ResizeObserver(([entry]) => {
      this.width = Math.floor(entry?.contentRect.width ?? 0);
    });
    this.#resize.observe(this);
    this.#theme = new MutationObserver(() => this.#draw());
    this.#theme.observe(document.body, { attributeFilter: ['class'] });
    this.#theme.observe(document.documentElement, { attributeFilter: ['style'] });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize?.disconnect();
    this.#theme?.disconnect();
    this.#chart?.destroy();
    this.#chart = null;
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('samples') || changed.has('width')) this.#draw();
    else if (changed.has('step')) this.#chart?.redraw(false);
  }

  override render(): TemplateResult {
    const here = this.#sampleAt(this.step);
    return html`<h2>${this.heading}</h2>
      <div class="legend">
        ${this.#series().map(
          ({ key, label }, index) =>
            html`<span
              ><span class="key key-${index}" aria-hidden="true"></span>${label}
              <span class="number">${count(this.samples.values[key][here] ?? 0)}</span></span
            >`,
        )}
      </div>
      <div class="canvas" aria-hidden="true"></div>`;
  }

  #sampleAt(step: number): number {
    return this.samples.step.findLastIndex((sampled) => sampled <= step);
  }

  #series(): readonly (typeof SERIES)[number][] {
    return SERIES.filter(({ plot }) => plot === this.plot);
  }

  #draw(): void {
    const place = this.renderRoot.querySelector<HTMLElement>('.canvas');
    if (place === null || this.width < 40) return;
    this.#chart?.destroy();
    const look = getComputedStyle(document.documentElement);
    const colour = (name: string): string => look.getPropertyValue(name).trim();
    const axis = {
      stroke: colour('--vscode-descriptionForeground'),
      font: `10px ${colour('--vscode-font-family') || 'sans-serif'}`,
      grid: { stroke: getComputedStyle(place).borderTopColor, width: 1 },
      ticks: { show: false },
    };
    this.#chart = new UPlot(
      {
        width: this.width,
        height: HEIGHT,
        cursor: { show: false },
        legend: { show: false },
        scales: { x: { time: false }, y: { range: (_, __, max) => [0, Math.max(1, max * 1.05)] } },
        axes: [
          {
            ...axis,
            size: 18,
            gap: 2,
            space: 80,
            incrs: WHOLE,
            values: (_, ticks) => ticks.map((step) => `step ${count(step)}`),
          },
          { ...axis, size: 44, gap: 4, space: 26, incrs: WHOLE, values: (_, ticks) => ticks.map(count) },
        ],
        series: [
          {},
          ...this.#series().map(({ label }, index) => ({
            label,
            stroke: colour(`--vscode-charts-${COLOURS[index] ?? 'foreground'}`),
            width: 1.5,
            dash: [...(DASHES[index] ?? [])],
            points: { show: false },
          })),
        ],
        hooks: { draw: [(chart) => this.#line(chart, colour('--vscode-focusBorder'))] },
      },
      [[...this.samples.step], ...this.#series().map(({ key }) => [...this.samples.values[key]])],
      place,
    );
  }

  /** The moment shown. */
  #line(chart: UPlot, colour: string): void {
    const { ctx, bbox } = chart;
    const x = Math.round(chart.valToPos(this.step, 'x', true)) + 0.5;
    ctx.save();
    ctx.setLineDash([]);
    ctx.strokeStyle = colour;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.restore();
  }
}

customElements.define('netmem-plot', Plot);
