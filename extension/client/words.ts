/** "Explain" and "copy as text": what a finding says, where it can be read at leisure or mailed. */
import * as vscode from 'vscode';
import {
  COPY_COMMAND,
  EXPLAIN_COMMAND,
  EXPLAIN_REQUEST,
  type ExplainedFinding,
  type ExplainParams,
  OPEN_PLACE_COMMAND,
  type ProtocolRange,
  SHOW_FIXES_COMMAND,
} from '../server/protocol.ts';
import type { DriverService } from './driver-service.ts';
import { ExplanationView } from './explanation-view.ts';
import { fromRange } from './ranges.ts';

/** Where a command was called: from the light bulb with its place, or from the palette at the caret. */
interface Place {
  readonly uri: string;
  readonly range: ProtocolRange;
}

export function registerWords(drivers: DriverService): vscode.Disposable {
  const view = new ExplanationView();

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
    const [found] = await findings(uri, range);
    if (found !== undefined) await view.show(found);
  };

  const copy = async (uri: unknown, range: unknown): Promise<void> => {
    const found = await findings(uri, range);
    if (found.length > 0) await vscode.env.clipboard.writeText(found.map(({ text }) => text).join(''));
  };

  const showFixes = async (uri: unknown, range: unknown): Promise<void> => {
    if (!isPlace({ uri, range })) return;
    await openPlace(uri, Reflect.get(Object(range), 'start'));
    await vscode.commands.executeCommand('editor.action.quickFix');
  };

  return vscode.Disposable.from(
    view,
    vscode.commands.registerCommand(EXPLAIN_COMMAND, explain),
    vscode.commands.registerCommand(COPY_COMMAND, copy),
    vscode.commands.registerCommand(OPEN_PLACE_COMMAND, openPlace),
    vscode.commands.registerCommand(SHOW_FIXES_COMMAND, showFixes),
  );
}

/** Shows a place with the caret at it, in the column where its file is open if there is one. */
async function openPlace(uri: unknown, position: unknown): Promise<void> {
  if (typeof uri !== 'string' || !isPosition(position)) return;
  const file = vscode.Uri.parse(uri);
  const open = vscode.window.visibleTextEditors.find(
    ({ document }) => document.uri.toString() === file.toString(),
  );
  const at = new vscode.Position(position.line, position.character);
  await vscode.window.showTextDocument(file, {
    selection: new vscode.Range(at, at),
    viewColumn: open?.viewColumn ?? vscode.ViewColumn.One,
  });
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

function isPosition(value: unknown): value is ProtocolRange['start'] {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, 'line') === 'number' &&
    typeof Reflect.get(value, 'character') === 'number'
  );
}
