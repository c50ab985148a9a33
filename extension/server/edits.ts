/** Fix plans as LSP workspace edits, and the check that a plan still fits the text. */
import type { TextDocumentEdit, WorkspaceEdit } from 'vscode-languageserver';
import type { PlannedEdit } from '../analyzer/index.ts';
import { toRange } from './documents.ts';
import type { DriverSession, DriverSnapshot } from './driver-session.ts';

/**
 * One edit over all files of the plan, so that one undo takes it back.
 * @param versioned the client understands `documentChanges`
 */
export function toWorkspaceEdit(
  session: DriverSession,
  snapshot: DriverSnapshot,
  edits: readonly PlannedEdit[],
  versioned: boolean,
): WorkspaceEdit {
  const byFile = new Map<string, TextDocumentEdit>();
  for (const edit of edits) {
    const document = snapshot.documents.get(edit.file);
    if (document === undefined) continue;
    const entry = byFile.get(edit.file) ?? {
      textDocument: { uri: document.uri, version: session.openVersion(edit.file) },
      edits: [],
    };
    entry.edits.push({ range: toRange(document, edit.range), newText: edit.newText });
    byFile.set(edit.file, entry);
  }
  const changes = [...byFile.values()];
  if (versioned) return { documentChanges: changes };
  return {
    changes: Object.fromEntries(changes.map((change) => [change.textDocument.uri, textEdits(change)])),
  };
}

function textEdits(change: TextDocumentEdit) {
  return change.edits.flatMap((edit) => ('newText' in edit ? [edit] : []));
}
