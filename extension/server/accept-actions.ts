/**
 * Accepting a finding from the light bulb: for this line, this function or this file. In VS Code one command asks which,
 * and writes the baseline; other editors get it as an edit of that file, one action each.
 */
import {
  type CodeAction,
  CodeActionKind,
  type CreateFile,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { SCOPES } from '../analyzer/index.ts';
import type { Finding, Scope } from '../analyzer/index.ts';
import { acceptFinding, functionOf } from './accept.ts';
import { toDiagnostic } from './diagnostics.ts';
import type { DriverSnapshot } from './driver-session.ts';
import type { FileAccess } from './host.ts';
import { ACCEPT_COMMAND, type AcceptOffer, type AcceptParams } from './protocol.ts';

interface AcceptData extends AcceptParams {
  readonly generation: number;
}

/** Abilities of the client that decide on the shape of the edit. */
interface EditClient {
  readonly versionedEdits: boolean;
  readonly createsFiles: boolean;
}

export function acceptActions(
  snapshot: DriverSnapshot,
  finding: Finding,
  isWorkbench: boolean,
): CodeAction[] {
  const diagnostic = toDiagnostic(snapshot, finding);
  const document = snapshot.documents.get(finding.location.file);
  if (diagnostic === null || document === undefined) return [];
  const { scopes, ...place } = acceptOffer(snapshot, finding, document.uri, diagnostic.range);
  const of = (title: string) => ({ title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic] });
  if (isWorkbench) {
    const title = `Accept ${finding.rule}…`;
    const offer: AcceptOffer = { ...place, scopes };
    return [{ ...of(title), command: { title, command: ACCEPT_COMMAND, arguments: [offer] } }];
  }
  return scopes.map(({ scope, words }) => ({
    ...of(`Accept ${finding.rule} ${words} (baseline)`),
    data: { ...place, scope, generation: snapshot.generation } satisfies AcceptData,
  }));
}

/** For how much a finding can be accepted. */
export function acceptOffer(
  snapshot: DriverSnapshot,
  finding: Finding,
  uri: string,
  range: AcceptOffer['range'],
): AcceptOffer {
  const inside = functionOf(snapshot, finding);
  const scopes = SCOPES.filter((scope) => scope !== 'function' || inside !== null);
  return {
    uri,
    range,
    rule: finding.rule,
    scopes: scopes.map((scope) => ({ scope, words: where(scope, inside) })),
  };
}

function where(scope: Scope, inside: string | null): string {
  switch (scope) {
    case 'line':
      return 'on this line';
    case 'function':
      return `in ${inside ?? 'this function'}()`;
    case 'file':
      return 'in this file';
  }
}

/** The edit of the baseline file, or null if the driver or the file is not what it was. */
export async function acceptEdit(
  snapshot: DriverSnapshot,
  files: FileAccess,
  data: AcceptData,
  client: EditClient,
): Promise<WorkspaceEdit | null> {
  if (data.generation !== snapshot.generation) return null;
  const accepted = await acceptFinding(snapshot, files, data);
  if (!accepted.ok) return null;
  const { uri, before, text } = accepted;
  const edit: TextEdit = { range: wholeOf(before ?? ''), newText: text };
  if (!client.versionedEdits) return { changes: { [uri]: [edit] } };
  const create: CreateFile[] =
    before === null && client.createsFiles
      ? [{ kind: 'create', uri, options: { ignoreIfExists: true } }]
      : [];
  return { documentChanges: [...create, { textDocument: { uri, version: null }, edits: [edit] }] };
}

function wholeOf(text: string) {
  const lines = text.split('\n');
  return {
    start: { line: 0, character: 0 },
    end: { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 },
  };
}

export function isAcceptData(data: unknown): data is AcceptData {
  return (
    typeof data === 'object' &&
    data !== null &&
    'scope' in data &&
    SCOPES.some((scope) => scope === data.scope) &&
    'uri' in data &&
    typeof data.uri === 'string' &&
    'rule' in data &&
    typeof data.rule === 'string' &&
    'range' in data &&
    typeof data.range === 'object' &&
    'generation' in data &&
    typeof data.generation === 'number'
  );
}
