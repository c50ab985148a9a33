/**
 * One driver while the editor works on it: the files of a directory, the editor's unsaved text laid over them, and
 * the analysis of the whole, kept until something changes.
 */
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Analyzer, Driver, DriverAnalysis, SourceFile } from '../analyzer/analyzer.ts';
import type { KernelTree } from '../analyzer/kernel/tree.ts';
import type { Finding } from '../analyzer/finding.ts';
import { filePath } from '../analyzer/text/range.ts';
import { type DriverPolicy, visibleFindings } from './driver-policy.ts';
import type { FileAccess } from './host.ts';

/** Larger files are generated tables; reading them would only make the editor wait. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** A directory with more C than this is no driver. The opened files are still analysed. */
const MAX_DRIVER_BYTES = 48 * 1024 * 1024;

/** The driver at one moment. Every offset in `analysis` refers to the text in `documents`. */
export interface DriverSnapshot {
  /** URI of the directory. */
  readonly directory: string;
  /** Names this analysis; no other of this server has the same. */
  readonly generation: number;
  /** What it took from the change to here: files, parsing, analysis, rules. Waiting to be asked does not count. */
  readonly milliseconds: number;
  /** What the analyser says. What the user wants to see of it is `findings`. */
  readonly analysis: DriverAnalysis;
  readonly findings: readonly Finding[];
  readonly policy: DriverPolicy;
  readonly tree: KernelTree;
  /** By normalised URI, which is also the analyser's file path. */
  readonly documents: ReadonlyMap<string, TextDocument>;
}

/** What a session is made from; the tree and the parser are awaited at the first analysis only. */
export interface SessionParts {
  readonly files: FileAccess;
  readonly analyzer: () => Promise<Analyzer>;
  readonly policy: () => Promise<DriverPolicy>;
  readonly tree: (policy: DriverPolicy) => Promise<KernelTree>;
  /** A number that no snapshot of this server has had. */
  readonly nextGeneration: () => number;
  /** Told of an analysis that threw. The session goes on with a fresh driver at the next change. */
  readonly onCrash: (error: unknown) => void;
}

export class DriverSession {
  readonly directory: string;
  readonly #parts: SessionParts;
  /** Text as the analyser sees it: the editor's where a file is open, else the disk's. */
  readonly #documents = new Map<string, TextDocument>();
  readonly #open = new Map<string, TextDocument>();
  readonly #changed = new Set<string>();
  #driver: Driver | null = null;
  #policy: DriverPolicy | null = null;
  #tree: KernelTree | null = null;
  #snapshot: DriverSnapshot | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  #listed = false;
  #crashed = false;
  #disposed = false;

  constructor(directory: string, parts: SessionParts) {
    this.directory = directory;
    this.#parts = parts;
  }

  get hasOpenFiles(): boolean {
    return this.#open.size > 0;
  }

  /** True if something has changed since the last snapshot. */
  get isStale(): boolean {
    return this.#snapshot === null || this.#policy === null || this.#changed.size > 0;
  }

  /** The last snapshot, however old, without waiting for a new one. */
  get latest(): DriverSnapshot | null {
    return this.#snapshot;
  }

  /** The editor opened the file or changed its text. */
  setOpen(uri: string, document: TextDocument): void {
    // The editor's document object changes in place; a copy keeps offsets and text together.
    const copy = TextDocument.create(document.uri, document.languageId, document.version, document.getText());
    this.#open.set(uri, copy);
    if (this.#documents.get(uri)?.getText() === copy.getText()) this.#documents.set(uri, copy);
    else this.#markChanged(uri);
  }

  /** The editor closed the file; the disk speaks for it again. */
  setClosed(uri: string): void {
    if (this.#open.delete(uri)) this.#markChanged(uri);
  }

  /** A file appeared, changed or went on disk. */
  changedOnDisk(uri: string): void {
    if (!this.#open.has(uri)) this.#markChanged(uri);
  }

  /** Settings, the project's file or the baseline may have changed. The analysis is kept if it can be. */
  policyChanged(): void {
    this.#policy = null;
  }

  /** Version of the open document, or null for a file known from disk only. */
  openVersion(uri: string): number | null {
    return this.#open.get(uri)?.version ?? null;
  }

  /** The files the editor has open: its own spelling of the URI, and ours. */
  openDocuments(): readonly { readonly uri: string; readonly key: string; readonly version: number }[] {
    return [...this.#open].map(([key, { uri, version }]) => ({ uri, key, version }));
  }

  /** The current analysis, or null if the analyser failed on this state of the driver. */
  snapshot(): Promise<DriverSnapshot | null> {
    const next = this.#queue.then(() => this.#refresh());
    this.#queue = next.catch(() => undefined);
    return next;
  }

  dispose(): void {
    this.#disposed = true;
    this.#dropDriver();
  }

  #markChanged(uri: string): void {
    this.#changed.add(uri);
    this.#crashed = false;
  }

  async #refresh(): Promise<DriverSnapshot | null> {
    if (this.#disposed || this.#crashed) return null;
    if (!this.isStale) return this.#snapshot;
    const started = performance.now();
    try {
      // The parser takes longest to load; the files are read meanwhile.
      if (this.#driver === null) this.#parts.analyzer().catch(() => undefined);
      const policy = await this.#currentPolicy();
      if (!this.#listed) await this.#list();
      const suspects = [...this.#changed];
      this.#changed.clear();
      const differs = await Promise.all(suspects.map((uri) => this.#load(uri, policy)));
      const changed = suspects.filter((_, index) => differs[index]);
      return await this.#analyse(changed, policy, started);
    } catch (error) {
      this.#dropDriver();
      this.#crashed = true;
      this.#parts.onCrash(error);
      return null;
    }
  }

  async #currentPolicy(): Promise<DriverPolicy> {
    if (this.#policy !== null) return this.#policy;
    const policy = await this.#parts.policy();
    const tree = await this.#parts.tree(policy);
    // Another tree knows other helpers, and other globs take in other files: the driver starts over.
    if (tree !== this.#tree) this.#dropDriver();
    for (const uri of this.#documents.keys()) if (policy.excludes(uri)) this.#changed.add(uri);
    this.#policy = policy;
    this.#tree = tree;
    this.#listed = false;
    return policy;
  }

  async #analyse(
    changed: readonly string[],
    policy: DriverPolicy,
    started: number,
  ): Promise<DriverSnapshot | null> {
    const tree = this.#tree;
    if (tree === null) return null;
    if (this.#driver === null) {
      const analyzer = await this.#parts.analyzer();
      if (this.#disposed) return null;
      this.#driver = analyzer.openDriver(sourcesOf(this.#documents), tree);
    } else {
      for (const uri of changed) {
        const document = this.#documents.get(uri);
        if (document === undefined) this.#driver.removeFile(filePath(uri));
        else this.#driver.setFile(source(uri, document));
      }
    }
    const analysis = this.#driver.analysis();
    const documents = new Map(this.#documents);
    const findings = visibleFindings(policy, analysis.findings, () => sourcesOf(documents));
    this.#snapshot = {
      directory: this.directory,
      generation: this.#parts.nextGeneration(),
      milliseconds: performance.now() - started,
      analysis,
      findings,
      policy,
      tree,
      documents,
    };
    return this.#snapshot;
  }

  async #list(): Promise<void> {
    this.#listed = true;
    const files = (await this.#parts.files.readDirectory(this.directory)) ?? [];
    const sources = files.flatMap((file) =>
      file.kind === 'file' && file.size <= MAX_FILE_BYTES ? [file] : [],
    );
    const total = sources.reduce((sum, file) => sum + file.size, 0);
    for (const file of total <= MAX_DRIVER_BYTES ? sources : []) this.#changed.add(file.uri);
    for (const uri of this.#open.keys()) this.#changed.add(uri);
  }

  /** Takes over the file as it is now. @returns whether its text is another than before */
  async #load(uri: string, policy: DriverPolicy): Promise<boolean> {
    const before = this.#documents.get(uri)?.getText();
    const document = policy.excludes(uri) ? null : await this.#current(uri);
    if (document === null || document.getText().length > MAX_FILE_BYTES) this.#documents.delete(uri);
    else this.#documents.set(uri, document);
    return before !== this.#documents.get(uri)?.getText();
  }

  async #current(uri: string): Promise<TextDocument | null> {
    const open = this.#open.get(uri);
    if (open !== undefined) return open;
    const text = await this.#parts.files.readFile(uri);
    return text === null ? null : TextDocument.create(uri, 'c', 0, text);
  }

  #dropDriver(): void {
    this.#driver?.dispose();
    this.#driver = null;
    this.#snapshot = null;
  }
}

/** The texts as the analyser takes them. */
export function sourcesOf(documents: ReadonlyMap<string, TextDocument>): SourceFile[] {
  return [...documents].map(([uri, document]) => source(uri, document));
}

function source(uri: string, document: TextDocument): SourceFile {
  return { path: filePath(uri), text: document.getText() };
}
