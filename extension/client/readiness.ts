/** Keeps the readiness tree, the status item and the `netmem.isDriver` context in step with the active editor. */
import * as vscode from 'vscode';
import {
  ACCEPT_COMMAND,
  type AcceptOffer,
  COPY_COMMAND,
  EXPLAIN_COMMAND,
  type Readiness,
  type ReadinessFinding,
  SHOW_FIXES_COMMAND,
} from '../server/protocol.ts';
import type { DriverService } from './driver-service.ts';
import { type Node, ReadinessTree } from './readiness-view.ts';
import { isSource } from './sources.ts';

const READINESS_VIEW = 'netmem.readiness';

/** The tree was unfolded in this workspace before. */
const REVEALED = 'netmem.readiness.revealed';

const SCOPES: AcceptOffer['scopes'] = [
  { scope: 'line', words: 'on its line' },
  { scope: 'function', words: 'in its function' },
  { scope: 'file', words: 'in its file' },
];

export interface ReadinessFeature {
  /** Adds the drivers that an analysis of the workspace found. */
  showScanned(drivers: readonly Readiness[]): void;
  dispose(): void;
}

/** Shows how far the driver of the active editor is; quiet about everything that is no driver. */
export function registerReadiness(drivers: DriverService, state: vscode.Memento): ReadinessFeature {
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
      view.badge = undefined;
      status.hide();
      return;
    }
    const { met, summary, requirements } = readiness;
    const open = requirements.filter((each) => each.state === 'open').length;
    view.badge =
      open === 0 ? undefined : { value: open, tooltip: `${readiness.name}: ${open} requirements are open` };
    if (state.get(REVEALED) !== true) void revealOnce();
    status.text = `$(circuit-board) netmem ${met}/${requirements.length}`;
    status.tooltip = `${readiness.name}: ${summary}`;
    status.show();
  };

  /** VS Code folds the views of the Explorer up at first. */
  const revealOnce = async (): Promise<void> => {
    const node = tree.activeNode;
    if (node === null) return;
    await state.update(REVEALED, true);
    await view.reveal(node, { select: false, focus: false, expand: true });
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

  /** The place of a finding in the tree, as commands take it. */
  const onFinding = (command: string, run: (finding: ReadinessFinding) => readonly unknown[]) => {
    const [name, called] = [`${command}InTree`, command];
    return vscode.commands.registerCommand(name, async (node: unknown) => {
      const finding = findingOf(node);
      if (finding !== null) await vscode.commands.executeCommand(called, ...run(finding));
    });
  };

  const disposable = vscode.Disposable.from(
    view,
    status,
    onFinding(SHOW_FIXES_COMMAND, ({ uri, range }) => [uri, range]),
    onFinding(EXPLAIN_COMMAND, ({ uri, range }) => [uri, range]),
    onFinding(COPY_COMMAND, ({ uri, range }) => [uri, range]),
    onFinding(ACCEPT_COMMAND, ({ uri, range, rule }) => [{ uri, range, rule, scopes: SCOPES }]),
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

function findingOf(node: unknown): ReadinessFinding | null {
  return isNode(node) && node.kind === 'finding' ? node.finding : null;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
