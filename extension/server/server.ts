/**
 * The language server: one truth for VS Code and every other editor. Transport and file access are the host's
 * business, the rules are the analyser's; this file only connects them.
 */
import {
  type Connection,
  type InitializeParams,
  type InitializeResult,
  TextDocuments,
  TextDocumentSyncKind,
  FileChangeType,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type Client, readClient } from './client.ts';
import { registerDiagnostics } from './diagnostics-feature.ts';
import { isSource } from './documents.ts';
import type { DriverPolicy } from './driver-policy.ts';
import type { DriverParts } from './driver-session.ts';
import { Drivers } from './drivers.ts';
import { guardedBy } from './guarded.ts';
import type { Host } from './host.ts';
import { KernelTrees, isProbed } from './kernel-tree.ts';
import { languageCapabilities, registerLanguageFeatures } from './language-features.ts';
import { BASELINE_FILE, SETTINGS_FILE } from '../analyzer/index.ts';
import {
  DRIVER_CHANGED_NOTIFICATION,
  type DriverChangedParams,
  type DriverParams,
  HIDDEN_NOTIFICATION,
  OPENING_NOTIFICATION,
} from './protocol.ts';
import { directoryOf, relativeName } from './locations.ts';
import { ANALYSIS_FAILED, ANSWER_FAILED, registerRequests } from './requests.ts';
import { readAhead, warmUp } from './warm-up.ts';
import { Workspace } from './workspace.ts';

/** Serves the connection until it closes. */
export function startServer(connection: Connection, host: Host): void {
  const documents = new TextDocuments(TextDocument);
  const workspace = new Workspace(connection, host.files);
  const trees = new KernelTrees(host.files);
  let client: Client = readClient(undefined);
  const reported = new Set<string>();
  let generation = 0;

  const parts = (directory: string): DriverParts => ({
    files: host.files,
    analyzer: () => host.analyzer(),
    policy: () => policyOf(directory),
    tree: ({ treeRoot, release, settings }) => trees.find(directory, treeRoot, release, settings.define),
    nextGeneration: () => (generation += 1),
    onCrash: (error) => logCrash(`${directory}: ${ANALYSIS_FAILED}`, error),
  });
  /** @param what failed, with the driver's directory */
  function logCrash(what: string, error: unknown): void {
    // Once per cause: the same crash at every keystroke would only drown the log.
    const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const line = `${what}\n${cause}`;
    if (reported.has(line)) return;
    reported.add(line);
    connection.console.error(line);
    // What WebAssembly throws leaves its memory as it was in the middle of the work.
    if (error instanceof Error && error.name === 'RuntimeError' && client.isWorkbench) host.restart();
  }
  const guarded = guardedBy((uri, error) => logCrash(`${directoryOf(uri)}: ${ANSWER_FAILED}`, error));
  const drivers = new Drivers(host.files, parts);
  /** Baselines under names of the user's own, which the watchers for all folders do not know. */
  const watched = new Set<string>();

  async function policyOf(directory: string): Promise<DriverPolicy> {
    const policy = await workspace.policy(directory);
    const { baselineUri } = policy;
    const baseUri = directoryOf(baselineUri);
    const name = relativeName(baseUri, baselineUri);
    if (!client.registersWatchers || name === BASELINE_FILE || watched.has(baselineUri)) return policy;
    watched.add(baselineUri);
    const globPattern = client.watchesAnywhere ? { baseUri, pattern: name } : `**/${name}`;
    const { type } = DidChangeWatchedFilesNotification;
    connection.client.register(type, { watchers: [{ globPattern }] }).catch(report);
    return policy;
  }

  const report = (error: unknown) => connection.console.error(String(error));

  const diagnostics = registerDiagnostics(connection, drivers, () => client, {
    guarded,
    rulePage: (rule) => host.rulePage(rule),
    onAnalysed: ({ driver, milliseconds }) => {
      if (!client.isWorkbench) return;
      const params: DriverChangedParams = { driver, milliseconds };
      void connection.sendNotification(DRIVER_CHANGED_NOTIFICATION, params);
    },
  });

  connection.onInitialize((params: InitializeParams): InitializeResult => {
    client = readClient(params);
    workspace.initialize(params);
    return {
      serverInfo: { name: 'netmem' },
      capabilities: {
        textDocumentSync: {
          openClose: true,
          change: TextDocumentSyncKind.Incremental,
          save: !client.registersWatchers,
        },
        ...languageCapabilities(client),
        ...(client.pullsDiagnostics && { diagnosticProvider: diagnostics.capability }),
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
    };
  });

  connection.onInitialized(async () => {
    if (client.hasWorkspaceFolders)
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        workspace.foldersChanged(added, removed);
        policiesChanged();
      });
    if (client.registersWatchers)
      await connection.client.register(DidChangeWatchedFilesNotification.type, {
        watchers: [{ globPattern: `**/{*.c,*.h,Makefile,Kbuild,${SETTINGS_FILE},${BASELINE_FILE}}` }],
      });
    if (client.registersConfiguration)
      await connection.client.register(DidChangeConfigurationNotification.type, { section: 'netmem' });
    await warmUp(host.analyzer(), () => drivers.all().length === 0).catch(report);
    // Without watchers nobody would say that a file has changed before it is opened.
    if (client.registersWatchers) await readAhead(workspace.folders, host.files, drivers).catch(report);
  });

  connection.onDidChangeConfiguration(({ settings }) => {
    workspace.settingsPushed(settings);
    policiesChanged();
  });

  function policiesChanged(): void {
    for (const session of drivers.all()) session.policyChanged();
    diagnostics.refresh();
  }

  connection.onNotification(OPENING_NOTIFICATION, ({ uri }: DriverParams) => {
    drivers
      .ensure(uri)
      .then((session) => session.findings())
      .catch(report);
  });
  connection.onNotification(HIDDEN_NOTIFICATION, ({ uri }: DriverParams) => {
    diagnostics.hidden(uri).catch(report);
  });
  documents.onDidChangeContent(({ document }) => {
    if (!isSource(document)) return;
    drivers
      .opened(document)
      .then((session) => diagnostics.changed(session))
      .catch(report);
  });
  documents.onDidClose(({ document }) => {
    drivers
      .closed(document)
      .then((session) => diagnostics.closed(document.uri, session))
      .catch(report);
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    const isPolicy = (uri: string) => !/(?:\.[ch]|\/Makefile|\/Kbuild)$/.test(uri);
    if (changes.some(({ uri }) => isProbed(uri))) {
      trees.forget();
      policiesChanged();
    }
    for (const { uri, type } of changes) {
      const isText = type === FileChangeType.Changed && /\.[ch]$/.test(uri);
      if (!isPolicy(uri)) drivers.changedOnDisk(uri, isText ? 'text' : 'list');
    }
    if (changes.some(({ uri }) => isPolicy(uri))) policiesChanged();
    else if (drivers.all().some((session) => session.isStale)) diagnostics.refresh();
  });

  // A client that watches no files at least says when one is saved.
  documents.onDidSave(() => policiesChanged());

  registerLanguageFeatures(connection, { drivers, files: host.files, client: () => client, guarded });
  registerRequests(connection, {
    drivers,
    parts,
    files: host.files,
    guarded,
    shows: (session) => diagnostics.shows(session),
  });

  documents.listen(connection);
  connection.listen();
}
