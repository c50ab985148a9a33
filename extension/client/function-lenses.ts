/** Lenses above the functions of a driver: roles and findings from the server, the verdict from the last run. */
import * as vscode from 'vscode';
import { type FunctionLens, LENSES_REQUEST, SIMULATE_COMMAND } from '../server/protocol.ts';
import type { DriverService } from './driver-service.ts';
import { toRange } from './ranges.ts';
import type { RunMarks } from './run-marks.ts';
import { cSources } from './sources.ts';

export function registerLenses(drivers: DriverService, marks: RunMarks): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const provider: vscode.CodeLensProvider = {
    onDidChangeCodeLenses: changed.event,
    async provideCodeLenses(document, token) {
      const lenses = await drivers.ask<readonly FunctionLens[]>(
        LENSES_REQUEST,
        { uri: document.uri.toString() },
        token,
      );
      return lenses.flatMap((lens) => toLenses(lens, document.uri, marks));
    },
  };
  return vscode.Disposable.from(
    changed,
    vscode.languages.registerCodeLensProvider([...cSources()], provider),
    drivers.onDidChange(() => changed.fire()),
    marks.onDidChange(() => changed.fire()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('netmem.codeLens')) changed.fire();
    }),
  );
}

function toLenses({ name, body, text }: FunctionLens, uri: vscode.Uri, marks: RunMarks): vscode.CodeLens[] {
  const range = toRange(name);
  const simulate = (title: string) =>
    new vscode.CodeLens(range, { title, command: SIMULATE_COMMAND, arguments: [uri] });
  const verdict = marks.verdict(uri, toRange(body));
  return verdict === null
    ? [simulate(`netmem: ${text} · simulate`)]
    : [simulate(`netmem: ${text}`), simulate(`${verdict} · run`)];
}
