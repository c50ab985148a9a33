/** The readiness tree: driver, requirement, finding. It follows the active editor; drivers that an analysis of the workspace found come after. */
import * as vscode from 'vscode';
import type { Readiness, ReadinessFinding, RequirementReadiness } from '../server/protocol.ts';
import { toRange } from './ranges.ts';
import { findingLabel, requirementLabel } from './readiness-words.ts';

export type Node =
  | { readonly kind: 'driver'; readonly readiness: Readiness; readonly alone: boolean }
  | { readonly kind: 'requirement'; readonly requirement: RequirementReadiness }
  | { readonly kind: 'finding'; readonly finding: ReadinessFinding };

const SEVERITY_ICON: Record<ReadinessFinding['severity'], vscode.ThemeIcon> = {
  error: new vscode.ThemeIcon('error', new vscode.ThemeColor('problemsErrorIcon.foreground')),
  warning: new vscode.ThemeIcon('warning', new vscode.ThemeColor('problemsWarningIcon.foreground')),
  info: new vscode.ThemeIcon('info', new vscode.ThemeColor('problemsInfoIcon.foreground')),
  hint: new vscode.ThemeIcon('lightbulb'),
};

const STATE_ICON: Record<RequirementReadiness['state'], vscode.ThemeIcon> = {
  met: new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed')),
  open: new vscode.ThemeIcon('circle-outline'),
  'not applicable': new vscode.ThemeIcon('circle-slash'),
  unknown: new vscode.ThemeIcon('question'),
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

  /** The driver of the active editor, to reveal it. */
  get activeNode(): Node | null {
    return this.getChildren()[0] ?? null;
  }

  /** Only drivers are revealed. */
  getParent(): undefined {
    return undefined;
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

function driverItem(readiness: Readiness, alone: boolean): vscode.TreeItem {
  const { Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(readiness.name, alone ? Expanded : Collapsed);
  item.description = readiness.summary;
  item.iconPath = new vscode.ThemeIcon('circuit-board');
  item.tooltip =
    readiness.incomplete === 0
      ? readiness.driver
      : `${readiness.driver}\n${readiness.incomplete} places could not be understood; they are not judged.`;
  return item;
}

function requirementItem(standing: RequirementReadiness): vscode.TreeItem {
  const { requirement, title, why, findings } = standing;
  const { None, Collapsed } = vscode.TreeItemCollapsibleState;
  const label = requirementLabel(standing);
  const item = new vscode.TreeItem(label, findings.length === 0 ? None : Collapsed);
  item.description = title;
  item.tooltip = `${requirement}: ${title}\n${label}${why === null ? '' : `: ${why}`}`;
  item.iconPath = STATE_ICON[standing.state];
  return item;
}

function findingItem(finding: ReadinessFinding): vscode.TreeItem {
  const uri = vscode.Uri.parse(finding.uri);
  const item = new vscode.TreeItem(findingLabel(finding));
  item.description = finding.message;
  item.contextValue = 'netmemFinding';
  item.tooltip = `${finding.message}\n${finding.rule}`;
  item.iconPath = SEVERITY_ICON[finding.severity];
  item.command = {
    command: 'vscode.open',
    title: 'Open',
    arguments: [uri, { selection: toRange(finding.range) } satisfies vscode.TextDocumentShowOptions],
  };
  return item;
}
