/** The drivers that the editor has files of open. One server serves all workspace folders. */
import { TextDocument } from 'vscode-languageserver-textdocument';
import { URI } from 'vscode-uri';
import { DriverFinder, driverId } from './driver-files.ts';
import { DriverSession, type DriverParts } from './driver-session.ts';
import type { FileAccess } from './host.ts';
import { sourceTree } from './source-tree.ts';

/** Editors escape URIs differently; inside the server there is one spelling. */
export function normalised(uri: string): string {
  return URI.parse(uri).toString();
}

/** Drivers kept without an open file, for the panel of a window that was reloaded. */
const MAX_UNOPENED = 4;
/** How long a list of files is taken for what is there, in a client that does not say when it changes. */
const FINDER_MS = 200;

export class Drivers {
  readonly #sessions = new Map<string, DriverSession>();
  /** By file. A promise, since Makefiles have to be read to know. */
  readonly #owners = new Map<string, Promise<DriverSession>>();
  readonly #open = new Map<string, TextDocument>();
  /** Sessions that asked for the text of a file: those that its changes can concern. */
  readonly #readers = new Map<string, Set<DriverSession>>();
  /** The same by session. */
  readonly #asked = new WeakMap<DriverSession, ReadonlySet<string>>();
  readonly #files: FileAccess;
  #finder: DriverFinder | null = null;
  readonly #parts: (directory: string) => DriverParts;

  /** @param parts what a session for this directory is made from */
  constructor(files: FileAccess, parts: (directory: string) => DriverParts) {
    this.#files = files;
    this.#parts = parts;
  }

  /** Every session, oldest first. */
  all(): readonly DriverSession[] {
    return [...this.#sessions.values()];
  }

  /** @param uri normalised */
  isOpen(uri: string): boolean {
    return this.#open.has(uri);
  }

  /** The driver of a file, or the one that an id names; null if nothing of it is open. */
  async find(uri: string): Promise<DriverSession | null> {
    const key = normalised(uri);
    const owner = (await this.#owners.get(key)) ?? this.#sessions.get(key);
    if (owner !== undefined) return owner;
    const all = this.all();
    return all.find((session) => session.reads(key)) ?? all.find((session) => session.isAround(key)) ?? null;
  }

  /** The editor opened the file or changed its text. */
  async opened(document: TextDocument): Promise<DriverSession> {
    const uri = normalised(document.uri);
    // The editor's document object changes in place; a copy keeps offsets and text together.
    const copy = TextDocument.create(document.uri, document.languageId, document.version, document.getText());
    this.#open.set(uri, copy);
    const owner = this.#owners.get(uri) ?? this.#sessionOf(uri);
    this.#owners.set(uri, owner);
    const session = await owner;
    // Closed or changed again meanwhile: the last text counts.
    const latest = this.#open.get(uri);
    if (latest !== undefined) session.setOpen(uri, latest);
    this.#changed(uri, session);
    return session;
  }

  /** The driver of a file whether or not something of it is open. */
  async ensure(uri: string): Promise<DriverSession> {
    const found = await this.find(uri);
    if (found !== null) return found;
    const unopened = this.all().filter((session) => !session.hasOpenFiles);
    for (const old of unopened.slice(0, Math.max(0, unopened.length - MAX_UNOPENED + 1))) this.#drop(old);
    return this.#sessionOf(normalised(uri));
  }

  /** The editor closed the file. @returns its driver, which is gone if nothing else of it is open; null if it has none */
  async closed(document: TextDocument): Promise<DriverSession | null> {
    const uri = normalised(document.uri);
    const owner = this.#owners.get(uri);
    this.#owners.delete(uri);
    this.#open.delete(uri);
    const session = await owner;
    if (session === undefined || this.#open.has(uri)) return null;
    session.setClosed(uri);
    this.#changed(uri, session);
    if (!session.hasOpenFiles) this.#drop(session);
    return session;
  }

  /** A file changed, came or went on disk. */
  changedOnDisk(uri: string, kind: 'text' | 'list'): void {
    const key = normalised(uri);
    if (kind === 'list') this.#finder = null;
    for (const session of this.all()) {
      if (session.reads(key)) session.changedElsewhere(key);
      if (kind === 'list') session.listChanged(key);
    }
  }

  /** Modules of one directory share headers: the others see the editor's text too. */
  #changed(uri: string, owner: DriverSession): void {
    for (const session of this.#readers.get(uri) ?? [])
      if (session !== owner && session.reads(uri)) session.changedElsewhere(uri);
  }

  async #sessionOf(uri: string): Promise<DriverSession> {
    const driver = await this.#currentFinder().driverOf(uri);
    const id = driverId(driver);
    const known = this.#sessions.get(id);
    if (known !== undefined) return known;
    const asked = new Set<string>();
    const openText = (key: string): TextDocument | undefined => {
      asked.add(key);
      const readers = this.#readers.get(key) ?? new Set();
      this.#readers.set(key, readers.add(session));
      return this.#open.get(key);
    };
    const session: DriverSession = new DriverSession(driver, { ...this.#parts(driver.directory), openText });
    this.#sessions.set(id, session);
    this.#asked.set(session, asked);
    return session;
  }

  /** An editor opens thousands of files at once: a directory is listed once for all of them. */
  #currentFinder(): DriverFinder {
    if (this.#finder === null) {
      this.#finder = new DriverFinder(sourceTree(this.#files));
      setTimeout(() => (this.#finder = null), FINDER_MS);
    }
    return this.#finder;
  }

  #drop(session: DriverSession): void {
    this.#sessions.delete(session.id);
    for (const uri of this.#asked.get(session) ?? []) {
      const readers = this.#readers.get(uri);
      if (readers?.delete(session) === true && readers.size === 0) this.#readers.delete(uri);
    }
    session.dispose();
  }
}
