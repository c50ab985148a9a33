/**
 * Findings of the driver in files that the editor does not show. They are pushed, even to a client that pulls: it asks
 * about open documents only. What an open document is told comes first; these follow when nothing has changed for a
 * moment, and only the files whose findings differ.
 */
import type { Connection, Diagnostic } from 'vscode-languageserver';
import { type RulePage, findingsIn, linked } from './diagnostics.ts';
import type { DriverSession, DriverSnapshot } from './driver-session.ts';

/** Longer than a pause between two keystrokes that are analysed one by one, in ms. */
const AFTER_MS = 150;

/** What the client shows. */
export interface ShownFiles {
  /** Whether a file (normalised URI) is told of its findings as an open document. */
  isTold(uri: string): boolean;
  /** Whether any file of the driver is. */
  isShown(session: DriverSession): boolean;
}

type ByFile = ReadonlyMap<string, readonly Diagnostic[]>;

export class UnopenedFindings {
  /** What each driver says of its files. Modules of one directory may share headers. */
  readonly #drivers = new Map<DriverSession, ByFile>();
  /** As it was sent last, by file; none for a file without findings. */
  readonly #sent = new Map<string, string>();
  readonly #timers = new Map<DriverSession, ReturnType<typeof setTimeout>>();
  readonly #connection: Connection;
  readonly #client: ShownFiles;
  readonly #rulePage: RulePage;

  constructor(connection: Connection, client: ShownFiles, rulePage: RulePage) {
    this.#connection = connection;
    this.#client = client;
    this.#rulePage = rulePage;
  }

  /** The driver was analysed, or other files of it are shown. One of which none is shown is taken out of the list. */
  changed(session: DriverSession): void {
    clearTimeout(this.#timers.get(session));
    this.#timers.delete(session);
    if (!this.#client.isShown(session)) {
      this.#takeBack(session);
      return;
    }
    const run = () => {
      this.#timers.delete(session);
      // What has changed meanwhile is analysed, and comes here again.
      if (!session.isStale || session.latest === null) this.#publish(session);
    };
    this.#timers.set(session, setTimeout(run, AFTER_MS));
  }

  /**
   * From now on the file is told of its findings as an open document.
   * @param uri normalised
   * @param pulls what the client pulls stands beside what it was sent, which has to go then
   */
  takenOver(uri: string, pulls: boolean): void {
    if (pulls) this.#send(uri, []);
    else this.#sent.delete(uri);
  }

  #takeBack(session: DriverSession): void {
    const files = this.#drivers.get(session);
    this.#drivers.delete(session);
    for (const uri of files?.keys() ?? []) this.#sendAll(uri);
  }

  #publish(session: DriverSession): void {
    const before = this.#drivers.get(session);
    const now = this.#byFile(session.latest);
    this.#drivers.set(session, now);
    for (const uri of new Set([...(before?.keys() ?? []), ...now.keys()])) this.#sendAll(uri);
  }

  #byFile(snapshot: DriverSnapshot | null): ByFile {
    if (snapshot === null) return new Map();
    const files = [...new Set(snapshot.findings.map(({ location }) => location.file))];
    return new Map(
      files.map((uri) => [
        uri,
        findingsIn(snapshot, uri).flatMap((finding) => linked(snapshot, finding, this.#rulePage)),
      ]),
    );
  }

  /** What all drivers say of a file, each finding once. */
  #sendAll(uri: string): void {
    if (this.#client.isTold(uri)) return;
    const said = [...this.#drivers.values()].flatMap((files) => files.get(uri) ?? []);
    const once = new Map(said.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic]));
    this.#send(uri, [...once.values()]);
  }

  #send(uri: string, diagnostics: Diagnostic[]): void {
    const text = JSON.stringify(diagnostics);
    if ((this.#sent.get(uri) ?? '[]') === text) return;
    if (diagnostics.length === 0) this.#sent.delete(uri);
    else this.#sent.set(uri, text);
    this.#connection
      .sendDiagnostics({ uri, diagnostics })
      .catch((error: unknown) => this.#connection.console.error(String(error)));
  }
}
