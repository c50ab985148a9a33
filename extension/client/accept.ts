/** "Accept": one more finding in the baseline file, which is written at once so that terminal and CI see it too. */
import * as vscode from 'vscode';
import {
  ACCEPT_COMMAND,
  ACCEPT_REQUEST,
  type AcceptedFinding,
  type AcceptOffer,
  type AcceptParams,
  type AcceptResult,
} from '../server/protocol.ts';
import type { DriverService } from './driver-service.ts';
import type { SaveFile } from './save-file.ts';

export function registerAccept(drivers: DriverService, files: SaveFile): vscode.Disposable {
  return vscode.commands.registerCommand(ACCEPT_COMMAND, async (offer: unknown) => {
    const params = isOffer(offer) ? await ask(offer) : isAcceptParams(offer) ? offer : null;
    if (params === null) return;
    const accepted = await drivers.ask<AcceptResult>(ACCEPT_REQUEST, params);
    if (!accepted.ok) {
      void vscode.window.showErrorMessage(`Netmem: ${accepted.error}`);
      return;
    }
    const uri = vscode.Uri.parse(accepted.uri);
    const error = await write(files, uri, accepted);
    if (error !== null) void vscode.window.showErrorMessage(`Netmem: nothing was accepted. ${error}`);
    else
      vscode.window.setStatusBarMessage(`Netmem: accepted in ${vscode.workspace.asRelativePath(uri)}`, 5000);
  });
}

/** Asks for how much the finding is accepted. @returns null if the user went away */
async function ask({ scopes, ...place }: AcceptOffer): Promise<AcceptParams | null> {
  const items = scopes.map(({ scope, words }) => ({ label: `Accept ${words}`, scope }));
  const options = {
    title: `Accept ${place.rule}`,
    placeHolder: 'Writes into the baseline file, never into the sources',
  };
  const chosen = await vscode.window.showQuickPick(items, options);
  return chosen === undefined ? null : { ...place, scope: chosen.scope };
}

/** @returns why it was not written, or null */
async function write(
  files: SaveFile,
  uri: vscode.Uri,
  { before, text }: AcceptedFinding,
): Promise<string | null> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open !== undefined && open.getText() !== (before ?? ''))
    return `${uri.fsPath} has changes that are not saved. Save it, and accept again.`;
  try {
    // What could not be read for any reason, or changed since, is not written over.
    const problem = await files.saveOver(uri, before, text);
    return problem === null ? null : `${uri.fsPath} ${problem}. Look at it, and accept again.`;
  } catch (error) {
    return `${uri.fsPath} cannot be written: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function isOffer(value: unknown): value is AcceptOffer {
  return isPlace(value) && Array.isArray(Reflect.get(value, 'scopes'));
}

function isAcceptParams(value: unknown): value is AcceptParams {
  return isPlace(value) && typeof Reflect.get(value, 'scope') === 'string';
}

function isPlace(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, 'uri') === 'string' &&
    typeof Reflect.get(value, 'rule') === 'string' &&
    typeof Reflect.get(value, 'range') === 'object'
  );
}
