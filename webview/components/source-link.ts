/** A place of the driver as a link into the editor, and a button that offers the light bulb there. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { SourceRange } from '../../simulator/contract/driver-model.ts';
import { lessonLine, runsLesson } from '../state/lessons.ts';
import type { PanelController } from '../state/controller.ts';
import { isInSource, isSamePlace } from '../state/marks.ts';
import { placeName } from './format.ts';
import { icon } from './icons.ts';

/** The link, or nothing for what has no place in the source. */
export function sourceLink(
  at: SourceRange | null,
  panel: PanelController,
  text?: string,
): TemplateResult | typeof nothing {
  if (!isInSource(at)) return nothing;
  return html`<button
    type="button"
    class="link code"
    title="Go to ${placeName(at)}"
    @click=${() => panel.openSource(at)}
  >
    ${text ?? placeName(at)}
  </button>`;
}

/** Words for a place that no link leads to: a line of a lesson, or none at all. */
export function foreignPlace(at: SourceRange | null, scenario: string): TemplateResult | typeof nothing {
  if (at === null) return nothing;
  const { line: number } = at;
  if (isInSource(at)) return nothing;
  const line = runsLesson(scenario) ? lessonLine(scenario, number) : '';
  return line === ''
    ? html`<span class="quiet">generic path, no line of the driver</span>`
    : html`<code>${line}</code> <span class="quiet">in the lesson's driver</span>`;
}

/** A button that puts the cursor there and opens the light bulb's menu; nothing where that has no fix. */
export function fixButton(at: SourceRange | null, panel: PanelController): TemplateResult | typeof nothing {
  if (!isInSource(at) || !panel.state.main.fixable.some((place) => isSamePlace(place, at))) return nothing;
  return html`<button
    type="button"
    class="tool"
    title="Show the fixes at this place"
    @click=${() => panel.quickFix(at)}
  >
    ${icon('lightbulb')} Fix<span class="visually-hidden"> at ${placeName(at)}</span>
  </button>`;
}
