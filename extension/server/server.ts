/**
 * The language server: one truth for VS Code and every other editor. Transport and file access are the host's
 * business, the rules are the analyser's; this file only connects them.
 */
import {
  type CancellationToken,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  TextDocuments,
  TextDocumentSyncKind,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { FIX_ALL_KIND, actionUri, codeActions, resolveAction } from './code-actions.ts';
import { type Client, readClient } from './client.ts';
import { registerDiagnostics } from './diagnostics-feature.ts';
import { directoryOf } from './documents.ts';
import type { SessionParts } from './driver-session.ts';
import { Drivers, normalised } from './drivers.ts';
import { scan } from './scan.ts';
import type { Host } from './host.ts';
import {
  DRIVER_CHANGED_NOTIFICATION,
  DRIVER_MODEL_REQUEST,
  type DriverChangedParams,
  type DriverParams,
  type DriverModelResult,
  EXPLAIN_REQUEST,
  type ExplainParams,
  type ExplainedFinding,
  READINESS_REQUEST,
  type ReadinessResult,
  SCAN_PROGRESS_NOTIFICATION,
  SCAN_REQUEST,
  type ScanParams,
  type ScanProgress,
  type ScanResult,
} from './protocol.ts';
import { explain } from './explain.ts';
import { findingsAt } from './diagnostics.ts';
import { readinessOf } from './readiness.ts';
import { DEFAULT_SETTINGS, type Settings, readSettings } from './settings.ts';

const ANALYSIS_FAILED =
  'The analysis of this driver failed. The editor goes on without findings for it until its next change.';

/** Serves the connection until it closes. */
export function startServer(connection: Connection, host: Host): void {
  const documents = new TextDocuments(TextDocument);
  let client: Client = readClient(undefined);
  let settings: Settings = DEFAULT_SETTINGS;
  const reported = new Set<string>();
  let generation = 0;

  const parts = (directory: string): SessionParts => ({
    files: host.files,
    analyzer: () => host.analyzer(),
    tree: () => host.kernelTree(directory, settings.kernelTree),
    nextGeneration: () => (generation += 1),
    onCrash: (error) => {
      // Once per cause: the same crash at every keystroke would only drown the log.
      const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
      if (reported.has(cause)) return;
      reported.add(cause);
      connection.console.error(`${directory}: ${ANALYSIS_FAILED}\n${cause}`);
    },
  });
  const drivers = new Drivers(parts);

  const diagnostics = registerDiagnostics(connection, drivers, () => client, {
    onAnalysed: (directory) => {
      if (!client.isWorkbench) return;
      const params: DriverChangedParams = { driver: directory };
      void connection.sendNotification(DRIVER_CHANGED_NOTIFICATION, params);
    },
  });

  connection.onInitialize((params: InitializeParams): InitializeResult => {
    client = readClient(params);
    return {
      serverInfo: { name: 'netmem' },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: false },
        codeActionProvider: {
          codeActionKinds: ['quickfix', FIX_ALL_KIND],
          resolveProvider: client.actions.resolves,
        },
        ...(client.pullsDiagnostics && { diagnosticProvider: diagnostics.capability }),
      },
    };
  });

  connection.onInitialized(async () => {
    if (client.registersWatchers)
      await connection.client.register(DidChangeWatchedFilesNotification.type, {
        watchers: [{ globPattern: '**/*.{c,h}' }],
      });
    if (client.registersConfiguration)
      await connection.client.register(DidChangeConfigurationNotification.type, { section: 'netmem' });
    await loadSettings();
  });

  connection.onDidChangeConfiguration(async ({ settings: pushed }) => {
    if (client.hasConfiguration) await loadSettings();
    else apply(readSettings(sectionOf(pushed)));
  });

  async function loadSettings(): Promise<void> {
    if (!client.hasConfiguration) return;
    const section: unknown = await connection.workspace.getConfiguration('netmem');
    apply(readSettings(section));
  }

  function apply(next: Settings): void {
    const treeChanged = next.kernelTree !== settings.kernelTree;
    settings = next;
    if (treeChanged) drivers.restart(documents.all());
    diagnostics.refresh();
  }

  documents.onDidChangeContent(({ document }) => {
    drivers.opened(document);
    diagnostics.changed(document.uri);
  });
  documents.onDidClose(({ document }) => {
    drivers.closed(document);
    diagnostics.closed(document.uri);
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    for (const { uri } of changes) {
      const session = drivers.find(uri);
      session?.changedOnDisk(normalised(uri));
    }
    if (changes.some(({ uri }) => drivers.find(uri)?.isStale === true)) diagnostics.refresh();
  });

  connection.onCodeAction(async (params) => {
    const session = drivers.find(params.textDocument.uri);
    const snapshot = await session?.snapshot();
    return session && snapshot ? codeActions(session, snapshot, params, client.actions) : [];
  });
  connection.onCodeActionResolve(async (action) => {
    const uri = actionUri(action);
    if (uri === null) return action;
    const session = drivers.find(uri);
    return resolveAction(session, (await session?.snapshot()) ?? null, action, client.actions);
  });

  connection.onRequest(DRIVER_MODEL_REQUEST, async ({ uri }: DriverParams): Promise<DriverModelResult> => {
    const snapshot = await drivers.ensure(uri).snapshot();
    if (snapshot === null) return { ok: false, error: `${directoryOf(uri)}: ${ANALYSIS_FAILED}` };
    return { ok: true, driver: snapshot.directory, model: snapshot.analysis.model };
  });

  connection.onRequest(READINESS_REQUEST, async ({ uri }: DriverParams): Promise<ReadinessResult> => {
    const snapshot = await drivers.ensure(uri).snapshot();
    if (snapshot === null) return { ok: false, error: `${directoryOf(uri)}: ${ANALYSIS_FAILED}` };
    return { ok: true, readiness: readinessOf(snapshot) };
  });

  connection.onRequest(
    EXPLAIN_REQUEST,
    async ({ uri, range }: ExplainParams): Promise<readonly ExplainedFinding[]> => {
      const snapshot = await drivers.ensure(uri).snapshot();
      return snapshot === null ? [] : findingsAt(snapshot, uri, range).map((f) => explain(snapshot, f));
    },
  );

  connection.onRequest(
    SCAN_REQUEST,
    ({ folders }: ScanParams, token: CancellationToken): Promise<ScanResult> => {
      const onProgress = (progress: ScanProgress) =>
        void connection.sendNotification(SCAN_PROGRESS_NOTIFICATION, progress);
      return scan({ folders, parts, token, onProgress });
    },
  );

  documents.listen(connection);
  connection.listen();
}

/** Clients without `workspace/configuration` push either the section itself or everything around it. */
function sectionOf(pushed: unknown): unknown {
  if (typeof pushed === 'object' && pushed !== null && 'netmem' in pushed) return pushed.netmem;
  return pushed;
}
