/** Codicons that the panel uses. The font comes with the page's style sheet and is known inside every shadow root. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';

const GLYPHS = {
  'arrow-swap': '\uebcb',
  bug: '\ueaaf',
  check: '\ueab2',
  'chevron-down': '\ueab4',
  'chevron-right': '\ueab6',
  'circle-outline': '\ueabc',
  'circle-slash': '\ueabd',
  close: '\uea76',
  'debug-continue': '\ueacf',
  'debug-pause': '\uead1',
  'debug-rerun': '\uebc0',
  'debug-restart': '\uead2',
  'debug-reverse-continue': '\ueb8e',
  'debug-start': '\uead3',
  'debug-step-back': '\ueb8f',
  'debug-step-over': '\uead6',
  'debug-stop': '\uead7',
  error: '\uea87',
  export: '\uebac',
  'folder-opened': '\ueaf7',
  graph: '\ueb03',
  info: '\uea74',
  lightbulb: '\uea61',
  pass: '\ueba4',
  pin: '\ueb2b',
  question: '\ueb32',
  'run-all': '\ueb9e',
  sync: '\uea77',
  table: '\uebb7',
  target: '\uebf8',
  warning: '\uea6c',
} as const;
export type IconName = keyof typeof GLYPHS;

/** An icon beside words that say the same. */
export function icon(name: IconName, kind = ''): TemplateResult {
  return html`<span class="icon ${kind}" aria-hidden="true">${GLYPHS[name]}</span>`;
}

/** A button of a toolbar: an icon whose words are its tooltip and its name. */
export function iconButton(
  name: IconName,
  label: string,
  onClick: () => void,
  options: { readonly disabled?: boolean; readonly pressed?: boolean } = {},
): TemplateResult {
  const { disabled = false, pressed } = options;
  return html`<button
    type="button"
    class="tool"
    title=${label}
    aria-label=${label}
    aria-pressed=${pressed === undefined ? nothing : String(pressed)}
    ?disabled=${disabled}
    @click=${onClick}
  >
    ${icon(name)}
  </button>`;
}
