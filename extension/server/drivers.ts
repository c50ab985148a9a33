/** The drivers that the editor has files of open. One server serves all workspace folders. */
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { URI } from 'vscode-uri';
import { directoryOf } from './locations.ts';
import { DriverSession, type SessionParts } from './driver-session.ts';

/** Editors escape URIs differently; inside the server there is one spelling. */
export function normalised(uri: string): string {
  return URI.parse(uri).toString();
}

/** Drivers kept without an open file, for the panel of a window that was reloaded. */
const MAX_UNOPENED = 4;

export class Drivers {
  readonly #sessions = new Map<string, DriverSession>();
  readonly #parts: (directory: string) => SessionParts;

  /** @param parts what a session for this directory is made from */
  constructor(parts: (directory: string) => SessionParts) {
    this.#parts = parts;
  }

  /** Every session, oldest first. */
  all(): readonly DriverSession[] {
    return [...this.#sessions.values()];
  }

  /** The driver of a file or, with a trailing slash left off, of a directory; null if nothing of it is open. */
  find(uri: string): DriverSession | null {
    const key = normalised(uri);
    return this.#sessions.get(directoryOf(key)) ?? this.#sessions.get(key) ?? null;
  }

  opened(document: TextDocument): DriverSession {
    const uri = normalised(document.uri);
    const session = this.#session(directoryOf(uri));
    session.setOpen(uri, document);
    return session;
  }

  /** The driver of a file whether or not something of it is open. */
  ensure(uri: string): DriverSession {
    const found = this.find(uri);
    if (found !== null) return found;
    const unopened = this.all().filter((session) => !session.hasOpenFiles);
    for (const old of unopened.slice(0, Math.max(0, unopened.length - MAX_UNOPENED + 1))) this.#drop(old);
    return this.#session(directoryOf(normalised(uri)));
  }

  closed(document: TextDocument): void {
    const uri = normalised(document.uri);
    const session = this.#sessions.get(directoryOf(uri));
    session?.setClosed(uri);
    if (session !== undefined && !session.hasOpenFiles) this.#drop(session);
  }

  #session(directory: string): DriverSession {
    const session = this.#sessions.get(directory) ?? new DriverSession(directory, this.#parts(directory));
    this.#sessions.set(directory, session);
    return session;
  }

  #drop(session: DriverSession): void {
    this.#sessions.delete(session.directory);
    session.dispose();
  }
}
