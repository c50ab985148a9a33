/** What both hosts, Node and the web worker, register. */
import * as vscode from 'vscode';
import { DriverService } from './driver-service.ts';
import { registerAccept } from './accept.ts';
import { registerLenses } from './function-lenses.ts';
import { registerPanel } from './panel.ts';
import { registerPreview } from './preview.ts';
import { registerReadiness } from './readiness.ts';
import { registerRulePages } from './rule-page.ts';
import { RunMarks } from './run-marks.ts';
import type { SaveFile } from './save-file.ts';
import { registerScan } from './scan.ts';
import { registerWords } from './words.ts';

/** What other extensions, and the tests, may build on. */
export interface NetmemApi {
  /** A driver was analysed: its name (see `Readiness`), and what it took the server. */
  readonly onDidAnalyse: vscode.Event<{ readonly driver: string; readonly milliseconds: number }>;
}

/** Registers what the manifest promises and needs no process of its own. */
export function registerFeatures(context: vscode.ExtensionContext, files: SaveFile): DriverService {
  const drivers = new DriverService();
  const readiness = registerReadiness(drivers, context.workspaceState);
  const marks = new RunMarks();
  context.subscriptions.push(
    drivers,
    marks,
    registerPanel(context, drivers, marks, files),
    readiness,
    registerScan(drivers, (result) => readiness.showScanned(result.drivers)),
    registerWords(drivers),
    registerAccept(drivers, files),
    registerRulePages(context.extensionUri),
    registerLenses(drivers, marks),
    registerPreview(drivers),
  );
  return drivers;
}

/** Without its server the extension does nothing at all, which is worth a message that VS Code itself does not show. */
export function reportStartFailure(error: unknown): void {
  const why = error instanceof Error ? error.message : String(error);
  void vscode.window.showErrorMessage(`Netmem Workbench could not start its language server: ${why}`);
}
