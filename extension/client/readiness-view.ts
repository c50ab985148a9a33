/** The readiness tree: driver, requirement, finding. It follows the active editor; drivers that an analysis of the workspace found come after. */
import * as vscode from 'vscode';
import type { Readiness, ReadinessFinding } from '../server/protocol.ts';
import { toRange } from './ranges.ts';

type Requirement = Readiness['requirements'][number];

export type Node =
  | { readonly kind: 'driver'; readonly readiness: Readiness; readonly alone: boolean }
  | { readonly kind: 'requirement'; readonly requirement: Requirement }
  | { readonly kind: 'finding'; readonly finding: ReadinessFinding };

const SEVERITY_ICON: Record<ReadinessFinding['severity'], vscode.ThemeIcon> = {
  error: new vscode.ThemeIcon('error', new vscode.ThemeColor('problemsErrorIcon.foreground')),
  warning: new vscode.ThemeIcon('warning', new vscode.ThemeColor('problemsWarningIcon.foreground')),
  info: new vscode.ThemeIcon('info', new vscode.ThemeColor('problemsInfoIcon.foreground')),
  hint: new vscode.ThemeIcon('lightbulb'),
};

export class ReadinessTree implements vscode.TreeDataProvider<Node> {
  readonly #changed = new vscode.EventEmitter<undefined>();
  #active: Readiness | null = null;
  #scanned: readonly Readiness[] = [];

  readonly onDidChangeTreeData = this.#changed.event;

  /** The driver of the active editor comes first. */
  show(readiness: Readiness | null): void {
    this.#active = readiness;
    this.#changed.fire(undefined);
  }

  /** Drivers that an analysis of the workspace found. */
  showScanned(drivers: readonly Readiness[]): void {
    this.#scanned = drivers;
    this.#changed.fire(undefined);
  }

  getChildren(node?: Node): Node[] {
    if (node === undefined) {
      const others = this.#scanned.filter(({ driver }) => driver !== this.#active?.driver);
      const all = this.#active === null ? others : [this.#active, ...others];
      return all.map((readiness) => ({ kind: 'driver', readiness, alone: all.length === 1 }));
    }
    switch (node.kind) {
      case 'driver':
        return node.readiness.requirements.map((requirement) => ({ kind: 'requirement', requirement }));
      case 'requirement':
        return node.requirement.findings.map((finding) => ({ kind: 'finding', finding }));
      case 'finding':
        return [];
    }
  }

  getTreeItem(node: Node): vscode.TreeItem {
    switch (node.kind) {
      case 'driver':
        return driverItem(node.readiness, node.alone);
      case 'requirement':
        return requirementItem(node.requirement);
      case 'finding':
        return findingItem(node.finding);
    }
  }
}

/** Requirements without a finding, out of all. */
export function progress(readiness: Readiness): { readonly met: number; readonly of: number } {
  const met = readiness.requirements.filter(({ findings }) => findings.length === 0).length;
  return { met, of: readiness.requirements.length };
}

function driverItem(readiness: Readiness, alone: boolean): vscode.TreeItem {
  const { met, of } = progress(readiness);
  const { Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(readiness.name, alone ? Expanded : Collapsed);
  item.description = `${met} of ${of} without findings`;
  item.iconPath = new vscode.ThemeIcon('circuit-board');
  item.tooltip =
    readiness.incomplete === 0
      ? readiness.driver
      : `${readiness.driver}\n${readiness.incomplete} places could not be understood; they are not judged.`;
  return item;
}

function requirementItem({ requirement, title, findings }: Requirement): vscode.TreeItem {
  const done = findings.length === 0;
  const state = done ? vscode.TreeItemCollapsibleState.None : vscode.TreeItemCollapsibleState.Collapsed;
  const item = new vscode.TreeItem(requirement, state);
  // The count first: views are narrow, and what comes last is cut off.
  item.description = `${done ? 'no findings' : findings.length} · ${title}`;
  item.tooltip = `${requirement}: ${title}`;
  item.iconPath = done
    ? new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'))
    : new vscode.ThemeIcon('circle-outline');
  return item;
}

function findingItem(finding: ReadinessFinding): vscode.TreeItem {
  const uri = vscode.Uri.parse(finding.uri);
  const file = uri.path.slice(uri.path.lastIndexOf('/') + 1);
  const item = new vscode.TreeItem(finding.message);
  item.description = `${file}:${finding.range.start.line + 1}`;
  item.tooltip = `${finding.message}\n${finding.rule}`;
  item.iconPath = SEVERITY_ICON[finding.severity];
  item.command = {
    command: 'vscode.open',
    title: 'Open',
    arguments: [uri, { selection: toRange(finding.range) } satisfies vscode.TextDocumentShowOptions],
  };
  return item;
}
