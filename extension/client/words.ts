/** "Explain" and "copy as text": what a finding says, where it can be read at leisure or mailed. */
import * as vscode from 'vscode';
import {
  COPY_COMMAND,
  EXPLAIN_COMMAND,
  EXPLAIN_REQUEST,
  type ExplainedFinding,
  type ExplainParams,
  type ProtocolRange,
} from '../server/protocol.ts';
import type { DriverService } from './driver-service.ts';
import { fromRange } from './ranges.ts';

const SCHEME = 'netmem-explanation';

/** Where a command was called: from the light bulb with its place, or from the palette at the caret. */
interface Place {
  readonly uri: string;
  readonly range: ProtocolRange;
}

export function registerWords(drivers: DriverService): vscode.Disposable {
  const texts = new Map<string, string>();

  const findings = async (uri: unknown, range: unknown): Promise<readonly ExplainedFinding[]> => {
    const place = isPlace({ uri, range }) ? { uri, range } : caret();
    if (!isPlace(place)) return [];
    const params: ExplainParams = place;
    const found = await drivers.ask<readonly ExplainedFinding[]>(EXPLAIN_REQUEST, params);
    if (found.length === 0)
      void vscode.window.showInformationMessage('Netmem: there is no finding at this place.');
    return found;
  };

  const explain = async (uri: unknown, range: unknown): Promise<void> => {
    for (const { rule, markdown } of (await findings(uri, range)).slice(0, 1)) {
      const document = vscode.Uri.from({ scheme: SCHEME, path: `/${rule}.md` });
      texts.set(document.path, markdown);
      changed.fire(document);
      await vscode.commands.executeCommand('markdown.showPreviewToSide', document);
    }
  };

  const copy = async (uri: unknown, range: unknown): Promise<void> => {
    const found = await findings(uri, range);
    if (found.length > 0) await vscode.env.clipboard.writeText(found.map(({ text }) => text).join(''));
  };

  const changed = new vscode.EventEmitter<vscode.Uri>();
  return vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: ({ path }) => texts.get(path) ?? '',
    }),
    vscode.commands.registerCommand(EXPLAIN_COMMAND, explain),
    vscode.commands.registerCommand(COPY_COMMAND, copy),
  );
}

function caret(): unknown {
  const editor = vscode.window.activeTextEditor;
  return editor && { uri: editor.document.uri.toString(), range: fromRange(editor.selection) };
}

function isPlace(value: unknown): value is Place {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, 'uri') === 'string' &&
    typeof Reflect.get(value, 'range') === 'object'
  );
}
