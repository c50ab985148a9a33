/** Words of the readiness tree, for a sidebar of its usual width: what counts comes first. No editor here. */
import type { ReadinessFinding, RequirementReadiness } from '../server/protocol.ts';

/** `RX3 · 6 open`, `RX1 · met, 1 note`. */
export function requirementLabel({ requirement, label, notes }: RequirementReadiness): string {
  // The state has its number in brackets behind: here it is read first.
  const [, word = label, number] = /^(.*) \((\d+)\)$/.exec(label) ?? [];
  const state = number === undefined ? word : `${number} ${word}`;
  return `${requirement} · ${state}${notes === 0 ? '' : `, ${notes} note${notes === 1 ? '' : 's'}`}`;
}

/** `tsnep_main.c:960 put_full_page`: what every name of the page pool begins with says nothing here. */
export function findingLabel({ uri, range, api }: ReadinessFinding): string {
  const file = decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));
  return `${file}:${range.start.line + 1} ${api.replace(/^page_pool_(?=\w)/, '')}`.trimEnd();
}
