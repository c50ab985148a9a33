/** Keeps the readiness tree, the status item and the `netmem.isDriver` context in step with the active editor. */
import * as vscode from 'vscode';
import type { Readiness } from '../server/protocol.ts';
import type { DriverService } from './driver-service.ts';
import { ReadinessTree } from './readiness-view.ts';
import { isSource } from './sources.ts';

const READINESS_VIEW = 'netmem.readiness';

export interface ReadinessFeature {
  /** Adds the drivers that an analysis of the workspace found. */
  showScanned(drivers: readonly Readiness[]): void;
  dispose(): void;
}

/** Shows how far the driver of the active editor is; quiet about everything that is no driver. */
export function registerReadiness(drivers: DriverService): ReadinessFeature {
  const tree = new ReadinessTree();
  const view = vscode.window.createTreeView(READINESS_VIEW, {
    treeDataProvider: tree,
    showCollapseAll: true,
  });
  const status = vscode.window.createStatusBarItem('netmem.status', vscode.StatusBarAlignment.Left);
  status.name = 'Netmem';
  status.command = `${READINESS_VIEW}.focus`;
  let shown: string | null = null;

  const show = (readiness: Readiness | null): void => {
    shown = readiness?.driver ?? null;
    tree.show(readiness);
    void vscode.commands.executeCommand('setContext', 'netmem.isDriver', readiness !== null);
    if (readiness === null) {
      status.hide();
      return;
    }
    const { met, summary, requirements } = readiness;
    status.text = `$(circuit-board) netmem ${met}/${requirements.length}`;
    status.tooltip = `${readiness.name}: ${summary}`;
    status.show();
  };

  const update = async (): Promise<void> => {
    const document = vscode.window.activeTextEditor?.document;
    // A panel or an output view in front does not mean that the driver is gone.
    if (document === undefined || !isSource(document)) return;
    const result = await drivers.readiness(document.uri);
    if (vscode.window.activeTextEditor?.document !== document) return;
    show(result.ok && result.readiness.isDriver ? result.readiness : null);
  };
  const refresh = () => {
    update().catch(() => show(null));
  };
  refresh();

  const disposable = vscode.Disposable.from(
    view,
    status,
    vscode.window.onDidChangeActiveTextEditor(refresh),
    drivers.onDidChange(({ driver }) => {
      const active = vscode.window.activeTextEditor?.document.uri.toString();
      const directory = driver.replace(/#.*/, '');
      if (driver === shown || active?.startsWith(`${directory}/`) === true) refresh();
    }),
  );
  return {
    showScanned: (found) => {
      tree.showScanned(found);
      if (found.length > 0) void vscode.commands.executeCommand('setContext', 'netmem.isDriver', true);
    },
    dispose: () => void disposable.dispose(),
  };
}
