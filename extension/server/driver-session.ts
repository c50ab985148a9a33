/**
 * One driver while the editor works on it: its files, the editor's unsaved text laid over them, and the analysis of
 * the whole, kept until something changes.
 */
import { TextDocument } from 'vscode-languageserver-textdocument';
import { filePath, withFlags } from '../analyzer/index.ts';
import type {
  Analyzer,
  Driver,
  DriverAnalysis,
  Finding,
  KernelTree,
  Reading,
  SourceFile,
} from '../analyzer/index.ts';
import { type DriverPolicy, applyPolicy } from './driver-policy.ts';
import { type DriverFiles, DriverFinder, driverId } from './driver-files.ts';
import { HeaderReader } from './header-reader.ts';
import type { FileAccess } from './host.ts';
import { MAX_FILE_BYTES, sourceTree } from './source-tree.ts';

/** What it takes an editor to be told of the first findings, before the rest of the driver keeps the server busy. */
const FIRST_FINDINGS_MS = 150;

/** The driver at one moment. Every offset in `analysis` refers to the text in `documents`. */
export interface DriverSnapshot {
  /** Names the driver; see `driverId`. */
  readonly driver: string;
  /** Names this analysis; no other of this server has the same. */
  readonly generation: number;
  /**
   * True for the first look at a driver, when only what can bear on a finding was read. Its findings are shown; whatever
   * must know the whole driver waits for the next snapshot.
   */
  readonly partial: boolean;
  /** What it took from the change to here: files, parsing, analysis, rules. Waiting to be asked does not count. */
  readonly milliseconds: number;
  /** What the analyser says. What the user wants to see of it is `findings`. */
  readonly analysis: DriverAnalysis;
  readonly findings: readonly Finding[];
  /** Hidden by the baseline. */
  readonly accepted: readonly Finding[];
  readonly policy: DriverPolicy;
  readonly tree: KernelTree;
  /** By normalised URI, which is also the analyser's file path. */
  readonly documents: ReadonlyMap<string, TextDocument>;
}

/** What the server has for every driver; the tree and the parser are awaited at the first analysis only. */
export interface DriverParts {
  readonly files: FileAccess;
  readonly analyzer: () => Promise<Analyzer>;
  readonly policy: () => Promise<DriverPolicy>;
  readonly tree: (policy: DriverPolicy) => Promise<KernelTree>;
  /** A number that no snapshot of this server has had. */
  readonly nextGeneration: () => number;
  /** Told of an analysis that threw. The session goes on with a fresh driver at the next change. */
  readonly onCrash: (error: unknown) => void;
}

/** What a session is made from. */
export interface SessionParts extends DriverParts {
  /** What the editor has open, of any driver. */
  readonly openText: (uri: string) => TextDocument | undefined;
}

export class DriverSession {
  readonly id: string;
  #files: DriverFiles;
  #sources: ReadonlySet<string>;
  readonly #parts: SessionParts;
  /** Text as the analyser sees it: the editor's where a file is open, else the disk's. */
  readonly #documents = new Map<string, TextDocument>();
  readonly #open = new Map<string, TextDocument>();
  readonly #changed = new Set<string>();
  #driver: Driver | null = null;
  #headers: HeaderReader | null = null;
  #policy: DriverPolicy | null = null;
  /** How often the policy may have changed. */
  #policyChanges = 0;
  #tree: KernelTree | null = null;
  #snapshot: DriverSnapshot | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  #firstLook: Promise<DriverSnapshot | null> | null = null;
  /** The driver is read as far as findings need. */
  #partial = false;
  /** The list of the driver's files may be old. */
  #relist = false;
  /** Every file was asked for under the policy in force. */
  #listed = false;
  /** What changed is being read: the snapshot does not have it yet. */
  #takingIn = false;
  #crashed = false;
  #disposed = false;

  constructor(files: DriverFiles, parts: SessionParts) {
    this.id = driverId(files);
    this.#files = files;
    this.#sources = new Set(files.sources);
    this.#parts = parts;
  }

  /** True for a file that the analysis rests on, or would if it were there. */
  reads(uri: string): boolean {
    return this.#documents.has(uri) || this.#open.has(uri) || this.#sources.has(uri);
  }

  /** True for anything in the driver's directory or below. */
  isAround(uri: string): boolean {
    return uri.startsWith(`${this.#files.directory}/`);
  }

  get hasOpenFiles(): boolean {
    return this.#open.size > 0;
  }

  /** True if something has changed since the last snapshot. */
  get isStale(): boolean {
    const known = this.#snapshot !== null && this.#policy !== null && this.#listed;
    return !known || this.#changed.size > 0 || this.#takingIn;
  }

  /** The last snapshot, however old, without waiting for a new one. */
  get latest(): DriverSnapshot | null {
    return this.#snapshot;
  }

  /** The editor opened the file or changed its text. @param document never changed afterwards */
  setOpen(uri: string, document: TextDocument): void {
    this.#open.set(uri, document);
    if (this.#documents.get(uri)?.getText() === document.getText()) this.#documents.set(uri, document);
    else this.#markChanged(uri);
  }

  /** The editor closed the file; the disk speaks for it again. */
  setClosed(uri: string): void {
    if (this.#open.delete(uri)) this.#markChanged(uri);
  }

  /** A file of the driver has another text: on disk, or in the editor as part of another driver. */
  changedElsewhere(uri: string): void {
    if (!this.#open.has(uri)) this.#markChanged(uri);
  }

  /** A source, a header or a Makefile came or went. */
  listChanged(uri: string): void {
    if (!this.isAround(uri)) return;
    this.#relist = true;
    this.#listed = false;
    this.#crashed = false;
  }

  /** Settings, the project's file or the baseline may have changed. The analysis is kept if it can be. */
  policyChanged(): void {
    this.#policy = null;
    this.#policyChanges += 1;
  }

  /** Version of the open document, or null for a file known from disk only. */
  openVersion(uri: string): number | null {
    return this.#open.get(uri)?.version ?? null;
  }

  /** The files the editor has open: its own spelling of the URI, and ours. */
  openDocuments(): readonly { readonly uri: string; readonly key: string; readonly version: number }[] {
    return [...this.#open].map(([key, { uri, version }]) => ({ uri, key, version }));
  }

  /** The current analysis of the whole driver, or null if the analyser failed on this state of it. */
  snapshot(): Promise<DriverSnapshot | null> {
    if (this.#snapshot === null) void this.findings();
    return this.#enqueue(async () => {
      // The first findings are on their way to the editor; they go first.
      if (this.#snapshot?.partial === true) await new Promise((done) => setTimeout(done, FIRST_FINDINGS_MS));
      return this.#refresh('whole');
    });
  }

  /** The same for who only wants findings: the first ones are there sooner, and may be partial. */
  findings(): Promise<DriverSnapshot | null> {
    // Known already: no reason to stand in line behind the reading of the whole driver.
    if (this.#snapshot !== null && !this.isStale) return Promise.resolve(this.#snapshot);
    // What changed after the look began is not in it.
    if (this.#firstLook !== null)
      return this.#firstLook.then((seen) => (seen !== null && this.isStale ? this.findings() : seen));
    this.#firstLook = this.#enqueue(() => this.#refresh('relevant')).finally(() => {
      this.#firstLook = null;
    });
    return this.#firstLook;
  }

  #enqueue(work: () => Promise<DriverSnapshot | null>): Promise<DriverSnapshot | null> {
    const next = this.#queue.then(work);
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

  /** @param reading what a driver that is not open yet is read for; `whole` for one that is */
  async #refresh(reading: Reading): Promise<DriverSnapshot | null> {
    if (this.#disposed || this.#crashed) return null;
    const completes = reading === 'whole' && this.#snapshot?.partial === true;
    if (!this.isStale && !completes) return this.#snapshot;
    const started = performance.now();
    this.#takingIn = this.isStale;
    try {
      // The parser takes longest to load; the files are read meanwhile.
      if (this.#driver === null) this.#parts.analyzer().catch(() => undefined);
      const policy = await this.#currentPolicy();
      if (!this.#listed) await this.#list();
      const suspects = [...this.#changed];
      this.#changed.clear();
      const differs = await Promise.all(suspects.map((uri) => this.#load(uri, policy)));
      const changed = suspects.filter((_, index) => differs[index]);
      changed.push(...(await this.#addHeaders(changed, policy)));
      // A file that was only touched: what was offered for this snapshot still holds.
      const same = this.#driver !== null && changed.length === 0 && this.#snapshot?.policy === policy;
      if (same && !completes) return this.#snapshot;
      return await this.#analyse(changed, policy, reading, started);
    } catch (error) {
      this.#dropDriver();
      this.#crashed = true;
      this.#parts.onCrash(error);
      return null;
    } finally {
      this.#takingIn = false;
    }
  }

  async #currentPolicy(): Promise<DriverPolicy> {
    if (this.#policy !== null) return this.#policy;
    const changes = this.#policyChanges;
    const policy = await this.#parts.policy();
    const tree = await this.#parts.tree(policy);
    if (changes !== this.#policyChanges) return this.#currentPolicy();
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
    reading: Reading,
    started: number,
  ): Promise<DriverSnapshot | null> {
    const tree = this.#tree;
    if (tree === null) return null;
    if (this.#driver === null) {
      const analyzer = await this.#parts.analyzer();
      if (this.#disposed) return null;
      this.#driver = analyzer.openDriver(sourcesOf(this.#documents), withFlags(tree, this.#files.flags), {
        name: this.#files.name,
        reading,
      });
      this.#partial = reading === 'relevant';
    } else {
      for (const uri of changed) {
        const document = this.#documents.get(uri);
        if (document === undefined) this.#driver.removeFile(filePath(uri));
        else this.#driver.setFile(source(uri, document));
      }
      if (reading === 'whole') {
        this.#driver.readWhole();
        this.#partial = false;
      }
    }
    const analysis = this.#driver.analysis();
    const documents = new Map(this.#documents);
    const { shown, accepted } = applyPolicy(policy, analysis.findings, () => sourcesOf(documents));
    this.#snapshot = {
      driver: this.id,
      generation: this.#parts.nextGeneration(),
      partial: this.#partial,
      milliseconds: performance.now() - started,
      analysis,
      findings: shown,
      accepted,
      policy,
      tree,
      documents,
    };
    return this.#snapshot;
  }

  async #list(): Promise<void> {
    this.#listed = true;
    this.#headers = null;
    if (this.#relist) {
      this.#relist = false;
      const { directory, name } = this.#files;
      const drivers = await new DriverFinder(sourceTree(this.#parts.files)).drivers(directory);
      const before = flagsText(this.#files);
      this.#files = drivers.find((driver) => driver.name === name) ?? { ...this.#files, sources: [] };
      // Other macros take other lines in: the driver starts over.
      if (flagsText(this.#files) !== before) this.#dropDriver();
      this.#sources = new Set(this.#files.sources);
      for (const uri of this.#documents.keys()) this.#changed.add(uri);
    }
    for (const uri of [...this.#files.sources, ...this.#open.keys()]) this.#changed.add(uri);
  }

  /** Takes in the headers that changed files include. One that nobody includes any more stays: it does no harm. */
  async #addHeaders(changed: readonly string[], policy: DriverPolicy): Promise<string[]> {
    const { files, openText } = this.#parts;
    const from = this.#headers === null ? [...this.#documents.keys()] : changed;
    const root = this.#tree?.origin.kind === 'probed' ? this.#tree.origin.root : null;
    const scope = { directory: this.#files.directory, kernel: root };
    this.#headers ??= new HeaderReader(
      sourceTree(files),
      this.#files,
      root,
      async (uri) => openText(uri)?.getText() ?? (await files.readFile(uri, scope)),
    );
    const texts = from.flatMap((uri) => {
      const text = this.#documents.get(uri)?.getText();
      return text === undefined ? [] : [{ path: uri, text }];
    });
    const added: string[] = [];
    for (const [uri, text] of await this.#headers.follow(texts)) {
      if (this.#documents.has(uri) || policy.excludes(uri) || text.length > MAX_FILE_BYTES) continue;
      this.#documents.set(uri, openText(uri) ?? TextDocument.create(uri, 'c', 0, text));
      added.push(uri);
    }
    return added;
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
    const open = this.#open.get(uri) ?? this.#parts.openText(uri);
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

/** The texts as the analyser takes them, in the order of their names. */
export function sourcesOf(documents: ReadonlyMap<string, TextDocument>): SourceFile[] {
  const sources = [...documents].map(([uri, document]) => source(uri, document));
  return sources.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function source(uri: string, document: TextDocument): SourceFile {
  return { path: filePath(uri), text: document.getText() };
}

function flagsText({ flags }: DriverFiles): string {
  return flags === undefined ? '' : JSON.stringify([...flags]);
}
