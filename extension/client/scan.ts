/** "Analyze Workspace": every driver below the workspace folders, with progress and cancel, into the Problems view. */
import * as vscode from 'vscode';
import { type ReadinessFinding, SCAN_REQUEST, type ScanParams, type ScanResult } from '../server/protocol.ts';
import type { DriverService } from './driver-service.ts';
import { toRange } from './ranges.ts';

const SCAN_COMMAND = 'netmem.analyzeWorkspace';

const SEVERITY: Record<ReadinessFinding['severity'], vscode.DiagnosticSeverity> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

/** @param onScanned gets the drivers that were found */
export function registerScan(
  drivers: DriverService,
  onScanned: (result: ScanResult) => void,
): vscode.Disposable {
  const problems = vscode.languages.createDiagnosticCollection('netmem-workspace');
  /** Files in `problems`, by driver. */
  const files = new Map<string, readonly vscode.Uri[]>();

  const run = async (folder: unknown): Promise<void> => {
    const folders = foldersOf(folder);
    if (folders.length === 0) {
      void vscode.window.showInformationMessage('Netmem: open a folder first, then analyze it.');
      return;
    }
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: 'Netmem: analyzing drivers',
      cancellable: true,
    };
    const result = await vscode.window.withProgress(options, async (progress, token) => {
      const listening = drivers.onScanProgress(({ filesRead, drivers: found, directory }) => {
        const where = vscode.workspace.asRelativePath(vscode.Uri.parse(directory));
        progress.report({ message: `${found} drivers in ${filesRead} files, at ${where}` });
      });
      try {
        const params: ScanParams = { folders };
        return await drivers.ask<ScanResult>(SCAN_REQUEST, params, token);
      } finally {
        listening.dispose();
      }
    });
    publish(problems, files, result);
    onScanned(result);
    const findings = result.drivers.flatMap((driver) => driver.requirements.flatMap((r) => r.findings));
    vscode.window.setStatusBarMessage(
      `Netmem: ${findings.length} findings in ${result.drivers.length} drivers (${result.filesRead} files read)`,
      15_000,
    );
  };

  return vscode.Disposable.from(
    problems,
    vscode.commands.registerCommand(SCAN_COMMAND, run),
    // A driver with an open file speaks for itself from now on.
    drivers.onDidChange(({ driver }) => {
      for (const uri of files.get(driver) ?? []) problems.delete(uri);
      files.delete(driver);
    }),
  );
}

function foldersOf(folder: unknown): string[] {
  if (folder instanceof vscode.Uri) return [folder.toString()];
  return (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.toString());
}

function publish(
  problems: vscode.DiagnosticCollection,
  files: Map<string, readonly vscode.Uri[]>,
  { drivers, shown }: ScanResult,
): void {
  problems.clear();
  files.clear();
  const byFile = new Map<string, vscode.Diagnostic[]>();
  for (const { driver, requirements } of drivers.filter((each) => !shown.includes(each.driver))) {
    const findings = requirements.flatMap((requirement) => requirement.findings);
    for (const finding of findings)
      byFile.set(finding.uri, [...(byFile.get(finding.uri) ?? []), toProblem(finding)]);
    files.set(
      driver,
      [...new Set(findings.map(({ uri }) => uri))].map((uri) => vscode.Uri.parse(uri)),
    );
  }
  for (const [file, diagnostics] of byFile) problems.set(vscode.Uri.parse(file), diagnostics);
}

function toProblem({ range, message, severity, rule }: ReadinessFinding): vscode.Diagnostic {
  const problem = new vscode.Diagnostic(toRange(range), message, SEVERITY[severity]);
  problem.source = 'netmem';
  problem.code = rule;
  return problem;
}
