/**
 * When findings travel. Those of open files are pulled by clients that can and pushed to the others, never both; those
 * of the driver's other files follow (`unopened-findings.ts`). Changes are debounced, and a pull that the next keystroke
 * has overtaken is dropped before it costs an analysis.
 */
import {
  type CancellationToken,
  type Connection,
  type DiagnosticOptions,
  type DocumentDiagnosticReport,
  DocumentDiagnosticReportKind,
  LSPErrorCodes,
  ResponseError,
} from 'vscode-languageserver';
import type { Client } from './client.ts';
import { type RulePage, diagnosticsOf } from './diagnostics.ts';
import type { DriverSession, DriverSnapshot } from './driver-session.ts';
import { type Drivers, normalised } from './drivers.ts';
import type { Guarded } from './guarded.ts';
import { RULE_PAGE_COMMAND } from './protocol.ts';
import { UnopenedFindings } from './unopened-findings.ts';

/** Shortest and longest wait after a change, in ms. */
const DEBOUNCE = { least: 20, most: 120 };

/** As long as the last analysis took: a driver that is typed in quickly is analysed half of the time at most. */
function debounce(session: DriverSession): number {
  return Math.min(DEBOUNCE.most, Math.max(DEBOUNCE.least, session.latest?.milliseconds ?? 0));
}

/** One that waits for its files does not keep the others waiting. */
const MAX_WORKING = 4;
/** As many drivers that wait are more than a user opens one by one; they wait until the client has been silent. */
const FLOOD = 8;
const QUIET_MS = 50;

const NO_FINDINGS: DocumentDiagnosticReport = { kind: DocumentDiagnosticReportKind.Full, items: [] };

interface Surroundings {
  readonly guarded: Guarded;
  readonly rulePage: RulePage;
  /** Called after an analysis whose result nobody has seen yet. */
  readonly onAnalysed: (snapshot: DriverSnapshot) => void;
}

export interface DiagnosticsFeature {
  readonly capability: DiagnosticOptions;
  /** A document of the driver was opened or changed. */
  changed(session: DriverSession): void;
  /** A document has no tab any more, but may be open. */
  hidden(uri: string): Promise<void>;
  /** A document was closed. @param session the driver it belongs to, if any */
  closed(uri: string, session: DriverSession | null): void;
  /** Everything may have changed: settings, files on disk. */
  refresh(): void;
  /** Whether the findings of the driver are on show. */
  shows(session: DriverSession): boolean;
}

export function registerDiagnostics(
  connection: Connection,
  drivers: Drivers,
  client: () => Client,
  { guarded, onAnalysed, rulePage }: Surroundings,
): DiagnosticsFeature {
  const announced = new WeakMap<DriverSession, number>();
  /** Results that are the same as earlier ones have their name. */
  const resultIds = new WeakMap<DriverSnapshot, string>();
  /** What was pushed last for a file: its version and the result. */
  const sent = new Map<string, string>();
  const completing = new WeakSet<DriverSession>();
  /** Drivers that wait to be analysed without anybody asking. */
  const background = new Set<DriverSession>();
  let working = 0;
  let lastChange = -Infinity;
  let later: ReturnType<typeof setTimeout> | undefined;
  const timers = new Map<DriverSession, ReturnType<typeof setTimeout>>();

  // In VS Code the page opens in its own preview.
  const page: RulePage = (rule) =>
    client().isWorkbench
      ? `command:${RULE_PAGE_COMMAND}?${encodeURIComponent(JSON.stringify([rule]))}`
      : rulePage(rule);

  const report = (error: unknown) => connection.console.error(String(error));

  /** Documents that the client has pulled for since they were opened: it does not pull for one that has no tab. */
  const pulled = new Set<string>();
  const isTold = (uri: string) => (client().pullsDiagnostics ? pulled.has(uri) : drivers.isOpen(uri));
  const isShown = (session: DriverSession) => session.openDocuments().some(({ key }) => isTold(key));
  const unopened = new UnopenedFindings(connection, { isTold, isShown }, page);

  function announce(session: DriverSession, snapshot: DriverSnapshot): void {
    if (announced.get(session) === snapshot.generation) return;
    announced.set(session, snapshot.generation);
    onAnalysed(snapshot);
  }

  async function analyse(session: DriverSession): Promise<DriverSnapshot | null> {
    const snapshot = await session.findings();
    unopened.changed(session);
    if (snapshot === null) return null;
    announce(session, snapshot);
    return snapshot;
  }

  /** The first findings have been sent: time for what a first look leaves out. */
  function told(session: DriverSession, snapshot: DriverSnapshot): void {
    if (snapshot.partial) complete(session, snapshot).catch(report);
  }

  function resultId(snapshot: DriverSnapshot): string {
    return resultIds.get(snapshot) ?? `${snapshot.driver}#${snapshot.generation}`;
  }

  /** What the editor has been told in its open files, as text. */
  function shown(session: DriverSession, snapshot: DriverSnapshot): string {
    return JSON.stringify(session.openDocuments().map(({ key }) => diagnosticsOf(snapshot, key, page)));
  }

  /** After a first look: the whole driver, and what it shows besides. */
  async function complete(session: DriverSession, first: DriverSnapshot): Promise<void> {
    if (completing.has(session)) return;
    completing.add(session);
    try {
      const snapshot = await session.snapshot();
      if (snapshot === null) return;
      announce(session, snapshot);
      unopened.changed(session);
      if (shown(session, snapshot) === shown(session, first)) {
        resultIds.set(snapshot, resultId(first));
        return;
      }
      if (!client().pullsDiagnostics) await send(session, snapshot);
      else if (client().refreshesDiagnostics) await connection.languages.diagnostics.refresh();
    } finally {
      completing.delete(session);
    }
  }

  async function push(session: DriverSession): Promise<void> {
    const snapshot = await analyse(session);
    await send(session, snapshot);
    if (snapshot !== null) told(session, snapshot);
  }

  async function send(session: DriverSession, snapshot: DriverSnapshot | null): Promise<void> {
    for (const { uri, version, key } of session.openDocuments()) {
      const state = `${version} ${snapshot === null ? 'none' : resultId(snapshot)}`;
      if (sent.get(uri) === state) continue;
      sent.set(uri, state);
      unopened.takenOver(key, false);
      const diagnostics =
        snapshot === null ? [] : await guarded(uri, [], () => diagnosticsOf(snapshot, key, page));
      await connection.sendDiagnostics({ uri, version, diagnostics });
    }
  }

  /** A few at a time, with a turn of the event loop after each: what the user asks for meanwhile comes in between. */
  function workOff(): void {
    // An editor that restores its tabs: it has more to say, and may ask for what the user looks at.
    if (background.size > FLOOD && performance.now() - lastChange < QUIET_MS) {
      clearTimeout(later);
      later = setTimeout(workOff, QUIET_MS);
      return;
    }
    for (const session of background) {
      if (working === MAX_WORKING) return;
      background.delete(session);
      working += 1;
      const work = client().pullsDiagnostics ? analyse(session) : push(session);
      void work.catch(report).then(() =>
        setTimeout(() => {
          working -= 1;
          workOff();
        }, 0),
      );
    }
  }

  function schedule(session: DriverSession, delay: number): void {
    clearTimeout(timers.get(session));
    const run = () => {
      timers.delete(session);
      background.add(session);
      workOff();
    };
    timers.set(session, setTimeout(run, delay));
  }

  connection.languages.diagnostics.on(({ textDocument: { uri }, previousResultId }, token) =>
    guarded<DocumentDiagnosticReport>(uri, NO_FINDINGS, async () => {
      const key = normalised(uri);
      if (drivers.isOpen(key)) {
        pulled.add(key);
        unopened.takenOver(key, true);
      }
      const session = await drivers.find(uri);
      if (session === null) return NO_FINDINGS;
      if (session.isStale && announced.has(session)) await overtaken(debounce(session), token);
      const snapshot = await analyse(session);
      if (snapshot === null) return NO_FINDINGS;
      told(session, snapshot);
      const id = resultId(snapshot);
      if (id === previousResultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId: id };
      const items = diagnosticsOf(snapshot, key, page);
      return { kind: DocumentDiagnosticReportKind.Full, resultId: id, items };
    }),
  );

  return {
    capability: { identifier: 'netmem', interFileDependencies: true, workspaceDiagnostics: false },
    changed(session) {
      lastChange = performance.now();
      // The first look at a driver should not wait.
      schedule(session, announced.has(session) ? debounce(session) : 0);
    },
    async hidden(uri) {
      if (!pulled.delete(normalised(uri))) return;
      const session = await drivers.find(uri);
      if (session !== null) unopened.changed(session);
    },
    closed(uri, session) {
      const key = normalised(uri);
      // Opened again meanwhile: it may have been pulled for already.
      if (!drivers.isOpen(key)) pulled.delete(key);
      if (!client().pullsDiagnostics) {
        sent.delete(uri);
        void connection.sendDiagnostics({ uri, diagnostics: [] });
      }
      if (session !== null) unopened.changed(session);
      // What the disk says of the file now, to whom it concerns.
      for (const other of drivers.all())
        if (other.hasOpenFiles && other.reads(key)) schedule(other, debounce(other));
    },
    shows: isShown,
    refresh() {
      if (client().pullsDiagnostics && client().refreshesDiagnostics)
        connection.languages.diagnostics.refresh().catch(report);
      for (const session of drivers.all()) schedule(session, 0);
    },
  };
}

/** Waits a moment; throws if the request was cancelled by then. */
async function overtaken(wait: number, token: CancellationToken): Promise<void> {
  await new Promise((done) => setTimeout(done, wait));
  if (token.isCancellationRequested)
    throw new ResponseError(LSPErrorCodes.RequestCancelled, 'the text changed while the request waited');
}
