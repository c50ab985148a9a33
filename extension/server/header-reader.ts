/**
 * The headers of a driver: those that its sources include, from its directory, those that its Makefile names, its family's,
 * or the kernel tree.
 */
import { declaresBuffers, inclusionsOf } from '../analyzer/index.ts';
import type { Inclusion } from '../analyzer/index.ts';
import type { DriverFiles, SourceTree } from './driver-files.ts';

/** Directories above a source in which the kernel's Makefiles look for its headers. */
const CLIMB = ['', '../', '../../'];

/** Where the text of a header comes from; null if there is none at the path, or none that can be used. */
export type ReadHeader = (path: string) => Promise<string | null>;

interface Header {
  readonly path: string;
  readonly text: string;
  /** False for one of the kernel's that shows nothing of buffers, but may include one that does. */
  readonly matters: boolean;
}

/** Reads headers only as far as sources reach them. What was reached once stays. */
export class HeaderReader {
  readonly #tree: Pick<SourceTree, 'join'>;
  readonly #driver: DriverFiles;
  readonly #kernel: string | null;
  readonly #own: ReadonlySet<string>;
  /** Directories whose headers are all among the driver's. */
  readonly #listed: ReadonlySet<string>;
  readonly #read: ReadHeader;
  /** The driver's headers by the last part of their paths. */
  readonly #byName = new Map<string, string[]>();
  /** By path: what was found there; null for a header that is not there. */
  readonly #tried = new Map<string, Promise<Header | null>>();
  readonly #reached = new Set<string>();

  /** @param kernel root of the kernel tree, or null */
  constructor(tree: Pick<SourceTree, 'join'>, driver: DriverFiles, kernel: string | null, read: ReadHeader) {
    this.#tree = tree;
    this.#driver = driver;
    this.#kernel = kernel;
    this.#read = read;
    const own = [...driver.headers, ...(driver.unlinked ?? [])];
    this.#own = new Set(own);
    for (const header of own) {
      const name = lastPart(header);
      const known = this.#byName.get(name);
      if (known === undefined) this.#byName.set(name, [header]);
      else known.push(header);
    }
    this.#listed = new Set([...own, ...driver.sources].map(directoryPart));
  }

  /** Follows the inclusions of sources. @returns headers that were not reached before, with their texts */
  async follow(
    sources: Iterable<{ readonly path: string; readonly text: string }>,
  ): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    let level: readonly Header[] = [...sources].map((source) => ({ ...source, matters: true }));
    while (level.length > 0) {
      const headers = level.flatMap((from) => inclusionsOf(from.text).map((x) => this.#included(from, x)));
      const next = (await Promise.all(headers)).filter((header) => header !== null);
      level = next.filter(({ path }) => !this.#reached.has(path) && this.#reached.add(path));
      for (const { path, text, matters } of level) if (matters) found.set(path, text);
    }
    return found;
  }

  /** A library's header may stand between: one that does not matter leads to those that do, and no further. */
  async #included(from: Header, inclusion: Inclusion): Promise<Header | null> {
    if (!from.matters && !inclusion.system) return null;
    const header = await this.#find(from.path, inclusion);
    return from.matters || header?.matters === true ? header : null;
  }

  async #find(from: string, inclusion: Inclusion): Promise<Header | null> {
    if (inclusion.system) return this.#try(this.#inTree(inclusion.path), inclusion.path);
    const starts = [directoryPart(from), this.#driver.directory];
    const climbed = starts.flatMap((start) =>
      CLIMB.map((climb) => this.#tree.join(start, `${climb}${inclusion.path}`)),
    );
    const [beside = ''] = climbed;
    for (const path of [beside, ...this.#named(inclusion.path), ...climbed]) {
      if (this.#listed.has(directoryPart(path)) && !this.#own.has(path)) continue;
      const header = await this.#try(path, null);
      if (header !== null) return header;
    }
    const suffix = `/${inclusion.path}`;
    const alike = this.#byName.get(lastPart(inclusion.path)) ?? [];
    return this.#try(alike.find((header) => header.endsWith(suffix)) ?? null, null);
  }

  /** Where a header may be in the directories that the Makefile names. */
  #named(path: string): string[] {
    return (this.#driver.includes ?? []).flatMap((include) => {
      const start = include.from === 'makefile' ? this.#driver.directory : this.#kernel;
      return start === null ? [] : [this.#tree.join(start, `${include.path}/${path}`)];
    });
  }

  #inTree(path: string): string | null {
    const ofFamily = /^(?:net|linux|soc)\/.+\//.test(path);
    return this.#kernel === null || !ofFamily ? null : this.#tree.join(this.#kernel, `include/${path}`);
  }

  /** @param systemName as written between `<` and `>`, or null */
  async #try(path: string | null, systemName: string | null): Promise<Header | null> {
    if (path === null) return null;
    const known = this.#tried.get(path) ?? this.#header(path, systemName);
    this.#tried.set(path, known);
    return known;
  }

  async #header(path: string, systemName: string | null): Promise<Header | null> {
    const text = await this.#read(path);
    if (text === null) return null;
    return { path, text, matters: systemName === null || declaresBuffers(systemName, text) };
  }
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function directoryPart(path: string): string {
  return path.replace(/[\\/][^\\/]*$/, '');
}
