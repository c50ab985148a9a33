/** The machine at the moment shown, as a picture or, for whoever prefers it, as a table. */
import { LitElement, html, nothing, svg } from 'lit';
import type { PropertyValues, SVGTemplateResult, TemplateResult } from 'lit';
import type { Component } from '../../../simulator/contract/event.ts';
import type { MachineSnapshot, QueueSnapshot } from '../../../simulator/contract/snapshot.ts';
import { base } from '../styles.ts';
import { chunkGrid, stripPath } from './cells.ts';
import { PLACE_NAMES, pictureFacts } from './facts.ts';
import type { PictureFacts } from './facts.ts';
import { PARTS, pictureLayout } from './layout.ts';
import type { Box, Part, PictureLayout } from './layout.ts';
import { pictureStyles } from './styles.ts';

/** Which part of the picture an event happened in. */
const PART_OF: Readonly<Record<Component, Part>> = {
  wire: 'wire',
  nic: 'nic',
  napi: 'driver',
  driver: 'driver',
  pool: 'pool',
  stack: 'socket',
  socket: 'socket',
  user: 'user',
  tx: 'driver',
  netlink: 'provider',
  admin: 'user',
};

const ARROWS: readonly (readonly [Part, Part])[] = [
  ['wire', 'nic'],
  ['nic', 'driver'],
  ['driver', 'socket'],
  ['socket', 'user'],
  ['user', 'provider'],
  ['provider', 'pool'],
  ['pool', 'nic'],
];

class MachinePicture extends LitElement {
  static override properties = {
    snapshot: { attribute: false },
    active: { attribute: false },
    boundQueue: { attribute: false },
    asTable: { attribute: false },
    width: { state: true },
  };
  declare snapshot: MachineSnapshot;
  /** Parts that the step shown had to do with. */
  declare active: readonly Component[];
  declare boundQueue: number;
  declare asTable: boolean;
  declare width: number;
  #observer: ResizeObserver | null = null;

  static override styles = [base, pictureStyles];

  constructor() {
    super();
    this.width = 0;
    this.active = [];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer = new ResizeObserver(([entry]) => {
      this.width = Math.floor(entry?.contentRect.width ?? 0);
    });
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
  }

  override shouldUpdate(changed: PropertyValues<this>): boolean {
    return changed.size > 0;
  }

  override render(): TemplateResult {
    const facts = pictureFacts(this.snapshot, this.boundQueue);
    if (this.asTable) return table(facts);
    return this.width === 0 ? html`` : this.#picture(facts);
  }

  #picture(facts: PictureFacts): TemplateResult {
    const layout = pictureLayout(this.width, facts.queues.length);
    const active = new Set(this.active.map((component) => PART_OF[component]));
    return html`<svg
      class="machine"
      role="img"
      aria-label=${summary(facts)}
      width=${this.width}
      height=${layout.height + 2}
      viewBox="-1 -1 ${this.width + 2} ${layout.height + 2}"
    >
      ${ARROWS.map(([from, to]) => arrow(layout, from, to, active.has(to)))}
      ${PARTS.map((part) => frame(layout.boxes[part], facts.titles[part], active.has(part)))}
      ${(['wire', 'driver', 'socket', 'user'] as const).map((part) => numbers(layout.boxes[part], facts, part))}
      ${nic(layout.boxes.nic, facts)} ${pool(layout.boxes.pool, facts)}
      ${provider(layout.boxes.provider, facts, this.snapshot)}
    </svg>`;
  }
}

function frame({ x, y, width, height }: Box, title: string, active: boolean): SVGTemplateResult {
  return svg`<rect class="box ${active ? 'active' : ''}" x=${x} y=${y} width=${width} height=${height} rx="4" />
    <text class="title" x=${x + 8} y=${y + 17}>${title}</text>`;
}

function numbers({ x, y, width }: Box, { facts }: PictureFacts, part: Part): SVGTemplateResult {
  return svg`${facts[part].map(
    ({ name, value }, index) => svg`<text class="name" x=${x + 8} y=${y + 38 + index * 17}>${name}</text>
      <text class="value" x=${x + width - 8} y=${y + 38 + index * 17}>${value}</text>`,
  )}`;
}

function nic(box: Box, facts: PictureFacts): SVGTemplateResult {
  return svg`<text class="value" x=${box.x + box.width - 8} y=${box.y + 17}>${facts.nicDropped > 0 ? `${facts.nicDropped} dropped` : ''}</text>
    ${facts.queues.map((queue, index) => ring(queue, queue.id === facts.boundQueue, box, index))}`;
}

function ring(queue: QueueSnapshot, bound: boolean, box: Box, index: number): SVGTemplateResult {
  const y = box.y + 26 + index * 20;
  const label = 46;
  const numbersWidth = 58;
  const strip: Box = {
    x: box.x + label,
    y: y + 3,
    width: Math.max(10, box.width - label - numbersWidth),
    height: 10,
  };
  return svg`<text class=${bound ? 'name strong' : 'name'} x=${box.x + 8} y=${y + 12}>rx-${queue.id}</text>
    <rect class="strip ${queue.running ? '' : 'stopped'}" x=${strip.x} y=${strip.y} width=${strip.width} height=${strip.height} />
    <path class="posted" d=${stripPath(queue.slots, 'p', strip)} />
    <path class="completed" d=${stripPath(queue.slots, 'c', strip)} />
    ${bound ? svg`<rect class="bound" x=${strip.x - 2} y=${strip.y - 2} width=${strip.width + 4} height=${strip.height + 4} rx="2" />` : nothing}
    <text class="value" x=${box.x + box.width - 8} y=${y + 12}>${queue.posted}/${queue.size}</text>`;
}

function pool(box: Box, facts: PictureFacts): SVGTemplateResult {
  const { pool: shown } = facts;
  if (shown === undefined) return numbers(box, facts, 'pool');
  return svg`${level(box, 0, 'cache', shown.cache, shown.cacheSize)}
    ${level(box, 1, 'ring', shown.ring, shown.ringSize)}
    ${facts.facts.pool.slice(2).map(
      (
        { name, value },
        index,
      ) => svg`<text class="name" x=${box.x + 8} y=${box.y + 72 + index * 17}>${name}</text>
        <text class="value" x=${box.x + box.width - 8} y=${box.y + 72 + index * 17}>${value}</text>`,
    )}`;
}

/** A bar with its numbers: how full the pool's cache or ring is. */
function level(box: Box, row: number, name: string, value: number, size: number): SVGTemplateResult {
  const y = box.y + 28 + row * 17;
  const x = box.x + 62;
  const width = Math.max(10, box.width - 62 - 72);
  const filled = size === 0 ? 0 : (width * value) / size;
  return svg`<text class="name" x=${box.x + 8} y=${y + 10}>${name}</text>
    <rect class="strip" x=${x} y=${y + 1} width=${width} height="9" />
    <rect class="pool-cache" x=${x} y=${y + 1} width=${filled} height="9" />
    <text class="value" x=${box.x + box.width - 8} y=${y + 10}>${value}/${size}</text>`;
}

function provider(box: Box, { places, facts }: PictureFacts, snapshot: MachineSnapshot): SVGTemplateResult {
  const { kind, bound, chunks } = snapshot.provider;
  if (kind === 'pages') {
    return svg`<text class="name" x=${box.x + 8} y=${box.y + 38}>memory comes page by page, nothing to bind</text>`;
  }
  const legendRows = box.width < 380 ? 3 : 2;
  const area: Box = {
    x: box.x + 8,
    y: box.y + 24,
    width: box.width - 16,
    height: box.height - 30 - legendRows * 15,
  };
  const grid = chunkGrid(chunks, area);
  const perRow = Math.ceil(places.length / legendRows);
  const step = (box.width - 16) / perRow;
  const top = box.y + box.height - legendRows * 15 + 5;
  return svg`<text class="value" x=${box.x + box.width - 8} y=${box.y + 17}>${bound ? (facts.provider[0]?.value ?? '') : 'not bound'}${
    grid.chunksPerCell > 1 ? `, a cell is ${grid.chunksPerCell} chunks` : ''
  }</text>
    ${places.map(({ place }) => svg`<path class=${place} d=${grid.paths[place]} />`)}
    ${places.map(({ place, chunks: number }, index) => {
      const x = area.x + (index % perRow) * step;
      const y = top + Math.floor(index / perRow) * 15;
      const sample = chunkGrid([index], { x, y: y - 8, width: 10, height: 10 });
      return svg`<path class=${place} d=${sample.paths[place]} />
        <text class="legend" x=${x + 13} y=${y}>${PLACE_NAMES[place]} ${number}</text>`;
    })}`;
}

/** From the edge of one box to the edge of another; in the lower rows the way back, from right to left and up. */
function arrow({ boxes, narrow }: PictureLayout, from: Part, to: Part, active: boolean): SVGTemplateResult {
  const a = boxes[from];
  const b = boxes[to];
  const kind = active ? 'arrow active' : 'arrow';
  if (a.y === b.y) {
    const right = b.x > a.x;
    const y = a.y + Math.min(a.height, b.height) / 2;
    return line(kind, right ? a.x + a.width : a.x, y, right ? b.x : b.x + b.width, y);
  }
  const down = b.y > a.y;
  const left = Math.max(a.x, b.x);
  const right = Math.min(a.x + a.width, b.x + b.width);
  const x = left < right ? (left + right) / 2 : a.x + a.width / 2;
  // In a narrow picture the pool stands between the rest: lines across it would say nothing.
  if (narrow && (from === 'pool' || from === 'user')) return svg``;
  return line(kind, x, down ? a.y + a.height : a.y, x, down ? b.y : b.y + b.height);
}

function line(kind: string, x1: number, y1: number, x2: number, y2: number): SVGTemplateResult {
  const angle = Math.atan2(y2 - y1, x2 - x1);
  const head = [angle + 2.6, angle - 2.6]
    .map((side) => `M${x2} ${y2}l${6 * Math.cos(side)} ${6 * Math.sin(side)}`)
    .join('');
  return svg`<path class=${kind} d="M${x1} ${y1}L${x2} ${y2}${head}" />`;
}

/** The picture in one breath, for those who hear it. */
function summary({ facts, titles }: PictureFacts): string {
  return PARTS.map(
    (part) => `${titles[part]}: ${facts[part].map(({ name, value }) => `${name} ${value}`).join(', ')}`,
  ).join('. ');
}

function table({ facts, titles }: PictureFacts): TemplateResult {
  return html`<table aria-label="The machine at the moment shown">
    <thead>
      <tr>
        <th scope="col">Part</th>
        <th scope="col">What</th>
        <th scope="col">Now</th>
      </tr>
    </thead>
    <tbody>
      ${PARTS.flatMap((part) =>
        facts[part].map(
          ({ name, value }, index) =>
            html`<tr>
              <th scope="row">
                ${index === 0 ? titles[part] : html`<span class="visually-hidden">${titles[part]}</span>`}
              </th>
              <td>${name}</td>
              <td>${value}</td>
            </tr>`,
        ),
      )}
    </tbody>
  </table>`;
}

customElements.define('netmem-machine-picture', MachinePicture);
