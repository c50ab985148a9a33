/** The roles of buffers behind the declarations that hold them. Off unless the user asks for them. */
import { type InlayHint, InlayHintKind, type Range } from 'vscode-languageserver';
import { touches } from './documents.ts';
import type { DriverSnapshot } from './driver-session.ts';
import { normalised } from './drivers.ts';

export function roleHints(snapshot: DriverSnapshot, uri: string, range: Range): InlayHint[] {
  const key = normalised(uri);
  const document = snapshot.documents.get(key);
  if (document === undefined || !snapshot.policy.editor.roleHints) return [];
  const start = document.offsetAt(range.start);
  const end = document.offsetAt(range.end);
  const hints = new Map<number, InlayHint>();
  for (const { role, reason, holders } of snapshot.analysis.facts?.classes ?? []) {
    if (role === 'unknown' || role === 'private') continue;
    for (const { nameAt, page } of holders) {
      if (!page || nameAt.file !== key || !touches(nameAt.range, start, end)) continue;
      const position = document.positionAt(nameAt.range.end);
      // A helper that serves several roles has its parameter in several classes; the first, nearest one is named.
      if (!hints.has(nameAt.range.end))
        hints.set(nameAt.range.end, {
          position,
          label: `: ${role}`,
          kind: InlayHintKind.Type,
          tooltip: reason,
        });
    }
  }
  return [...hints.values()];
}
