/**
 * The simulator panel beside the driver: one panel a driver. It hands the driver's model to the page and does what
 * the page asks of the editor; the simulation itself runs in the page.
 */
import * as vscode from 'vscode';
import type { SourceRange } from '../../simulator/contract/driver-model.ts';
import type { DriverModelResult } from '../server/protocol.ts';
import { PROTOCOL_VERSION, isFromPanel } from '../../webview/protocol/messages.ts';
import type { FromPanel, ToPanel } from '../../webview/protocol/messages.ts';
import { exportRun, readRun } from './panel-files.ts';
import { showInSimulator } from './panel-findings.ts';
import { panelPage, pageRoot } from './panel-page.ts';
import { openSource, quickFix } from './panel-source.ts';
import type { RunMarks } from './run-marks.ts';
import type { SaveFile } from './save-file.ts';

const PANEL_VIEW_TYPE = 'netmem.simulator';
const OPEN_SIMULATOR_COMMAND = 'netmem.openSimulator';

/** Where the panel gets models from. */
export interface DriverModels {
  /** Model of the driver that `uri` belongs to, without what is `known`; waits for the first analysis. */
  forDocument(uri: vscode.Uri, known: string | null): Promise<DriverModelResult>;
  /** Which of these places of the driver that `uri` belongs to have a fix. */
  withFixes(uri: vscode.Uri, places: readonly SourceRange[]): Promise<readonly SourceRange[]>;
  /** Fires after each finished analysis of a driver. */
  readonly onDidChange: vscode.Event<{ readonly driver: string }>;
}

/** Registers the command and the serializer. Panels live until they are closed or the extension stops. */
export function registerPanel(
  context: vscode.ExtensionContext,
  models: DriverModels,
  marks: RunMarks,
  files: SaveFile,
): vscode.Disposable {
  const panels = new Set<SimulatorPanel>();

  const adopt = (webview: vscode.WebviewPanel, document: vscode.Uri): SimulatorPanel => {
    const panel = new SimulatorPanel(webview, context.extensionUri, document, { models, marks, files });
    // Of a driver that has a panel, a second one comes out of a restored tab: the first one stays.
    panel.onDidFindDriver = (driver) => {
      const first = [...panels].find((other) => other.driver === driver);
      if (first === undefined || first === panel) return;
      panel.dispose();
      first.reveal();
    };
    panels.add(panel);
    webview.onDidDispose(() => panels.delete(panel));
    return panel;
  };

  const open = async (uri?: unknown): Promise<SimulatorPanel | undefined> => {
    const document = uri instanceof vscode.Uri ? uri : vscode.window.activeTextEditor?.document.uri;
    if (document === undefined) {
      void vscode.window.showInformationMessage(
        'Netmem: open a source file of the driver first, then open the simulator.',
      );
      return undefined;
    }
    const found = await models.forDocument(document, null);
    if (!found.ok) {
      void vscode.window.showWarningMessage(`Netmem: ${found.error}`);
      return undefined;
    }
    const existing = [...panels].find((panel) => panel.driver === found.driver);
    if (existing) {
      existing.reveal();
      return existing;
    }
    const webview = vscode.window.createWebviewPanel(
      PANEL_VIEW_TYPE,
      `Simulator: ${found.name}`,
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: false },
      {},
    );
    await lockGroup(webview);
    return adopt(webview, document);
  };

  const serializer: vscode.WebviewPanelSerializer = {
    deserializeWebviewPanel: (webview, state: unknown) => {
      const document = storedDocument(state);
      if (document === null) webview.dispose();
      else adopt(webview, document);
      return Promise.resolve();
    },
  };

  return vscode.Disposable.from(
    vscode.commands.registerCommand(OPEN_SIMULATOR_COMMAND, async (uri?: unknown) => {
      await open(uri);
    }),
    showInSimulator(async (uri, message) => (await open(uri))?.show(message)),
    vscode.window.registerWebviewPanelSerializer(PANEL_VIEW_TYPE, serializer),
    { dispose: () => panels.forEach((panel) => panel.dispose()) },
  );
}

/** Files that are opened go elsewhere, not over the panel: its group is locked, unless it holds more than the panel. */
async function lockGroup(panel: vscode.WebviewPanel): Promise<void> {
  const group = vscode.window.tabGroups.all.find(({ viewColumn }) => viewColumn === panel.viewColumn);
  if (panel.active && (group?.tabs.length ?? 0) <= 1)
    await vscode.commands.executeCommand('workbench.action.lockEditorGroup');
}

/** The document out of the page's stored state (see `webview/state/checkpoint.ts`); null if there is none. */
function storedDocument(state: unknown): vscode.Uri | null {
  const document: unknown =
    typeof state === 'object' && state !== null ? Reflect.get(state, 'document') : undefined;
  return typeof document === 'string' && document !== '' ? vscode.Uri.parse(document) : null;
}

interface PanelParts {
  readonly models: DriverModels;
  readonly marks: RunMarks;
  readonly files: SaveFile;
}

class SimulatorPanel {
  /** URI of the driver's directory; empty until its model is there. */
  driver = '';
  /** Told of the driver when its first model is there. */
  onDidFindDriver: (driver: string) => void = () => undefined;
  readonly #webview: vscode.WebviewPanel;
  readonly #document: vscode.Uri;
  readonly #models: DriverModels;
  readonly #marks: RunMarks;
  readonly #files: SaveFile;
  /** Id of the model that the page shows; null while it shows none. */
  #shown: string | null = null;
  /** What to show once the page has its model; the page drops what comes before that. */
  #pending: ToPanel[] | null = [];
  #isDisposed = false;
  readonly #subscriptions: vscode.Disposable[] = [];

  constructor(
    webview: vscode.WebviewPanel,
    extension: vscode.Uri,
    document: vscode.Uri,
    { models, marks, files }: PanelParts,
  ) {
    this.#marks = marks;
    this.#files = files;
    this.#webview = webview;
    this.#document = document;
    this.#models = models;
    webview.webview.options = { enableScripts: true, localResourceRoots: [pageRoot(extension)] };
    this.#subscriptions.push(
      webview.webview.onDidReceiveMessage((message: unknown) => {
        if (isFromPanel(message)) void this.#receive(message);
      }),
      models.onDidChange(({ driver }) => {
        if (driver === this.driver) void this.#sendModel();
      }),
      webview.onDidDispose(() => {
        this.#isDisposed = true;
        if (this.driver === '') return;
        this.#marks.clear(this.driver);
        this.#marks.showCurrent(null);
      }),
      webview.onDidDispose(() => {
        this.#subscriptions.forEach((subscription) => void subscription.dispose());
      }),
    );
    webview.webview.html = panelPage(webview.webview, extension);
  }

  /** Chooses a scenario and runs it, as soon as the page can. */
  show(message: ToPanel): void {
    if (this.#pending === null) this.#post(message);
    else this.#pending.push(message);
  }

  reveal(): void {
    this.#webview.reveal(undefined, false);
  }

  dispose(): void {
    this.#webview.dispose();
  }

  async #sendModel(): Promise<void> {
    const found = await this.#models.forDocument(this.#document, this.#shown);
    if (!found.ok) {
      this.#shown = null;
      this.#post({ type: 'modelError', message: found.error });
      return;
    }
    if (this.driver === '') this.onDidFindDriver(found.driver);
    if (this.#isDisposed) return;
    this.driver = found.driver;
    this.#webview.title = `Simulator: ${found.name}`;
    if (found.packed !== null) {
      this.#shown = found.id;
      this.#post({
        type: 'model',
        version: PROTOCOL_VERSION,
        driver: found.driver,
        document: this.#document.toString(),
        packed: found.packed,
      });
    }
    const pending = this.#pending ?? [];
    this.#pending = null;
    for (const message of pending) this.#post(message);
  }

  async #receive(message: FromPanel): Promise<void> {
    switch (message.type) {
      case 'ready':
        // A page that was hidden starts anew and asks again.
        this.#shown = null;
        this.#pending ??= [];
        await this.#sendModel();
        return;
      case 'openSource':
        await openSource(message.at, this.#document, this.#webview.viewColumn);
        return;
      case 'quickFix':
        await quickFix(message.at, this.#document, this.#webview.viewColumn);
        return;
      case 'findFixes':
        this.#post({ type: 'fixes', places: await this.#models.withFixes(this.#document, message.places) });
        return;
      case 'export':
        this.#notice(await exportRun(message, this.#document, this.#files));
        return;
      case 'chooseRun': {
        const chosen = await readRun();
        if (chosen.ok) this.#post({ type: 'openRun', run: chosen.run });
        else if (chosen.error !== null) this.#notice({ severity: 'error', text: chosen.error });
        return;
      }
      case 'marks':
        this.#marks.set(message.driver, message);
        return;
      case 'current':
        this.#marks.showCurrent(message.at);
        return;
      case 'failure':
        this.#notice({ severity: 'error', text: message.text });
        return;
    }
  }

  /** Words about something the user did in the panel go to the panel, not into a pop-up. */
  #notice(notice: { readonly severity: 'info' | 'error'; readonly text: string } | null): void {
    if (notice) this.#post({ type: 'notice', ...notice });
  }

  #post(message: ToPanel): void {
    void this.#webview.webview.postMessage(message);
  }
}
