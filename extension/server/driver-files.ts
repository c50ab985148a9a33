/**
 * Which drivers there are and which files make one, for editor and terminal alike. A driver is a directory with C
 * sources; sub-directories whose objects its Makefile links (`foo-y += sub/bar.o`) belong to it, and a directory that
 * links several modules holds several drivers.
 */
import { includeDirectories, inclusionsOf, Links, makefileFlags, modulesOf } from '../analyzer/index.ts';
import type { IncludeDirectory } from '../analyzer/index.ts';

/** Files as discovery asks for them. Paths are the host's: of a machine, or URIs. */
export interface SourceTree {
  /** A path seen from a directory, without `..` left in it. */
  join(directory: string, path: string): string;
  /** Last part of a path, as a Makefile would write it. */
  nameOf(path: string): string;
  readText(path: string): Promise<string | null>;
  /** C sources, headers and directories directly in the directory; links and what the user leaves out are not listed. */
  list(directory: string): Promise<readonly TreeEntry[]>;
}

export interface TreeEntry {
  readonly name: string;
  readonly path: string;
  readonly isDirectory: boolean;
}

/** One driver. */
export interface DriverFiles {
  /** Of the module, if the Makefile says so, else of the directory. */
  readonly name: string;
  readonly directory: string;
  /** True if the directory has other drivers beside this one. */
  readonly oneOfSeveral: boolean;
  /** Sorted, as are the headers. */
  readonly sources: readonly string[];
  /** Every header of the directory; the driver may include some of them. */
  readonly headers: readonly string[];
  /** C files of the directory that no module links, where some are linked: sources may include them like headers. */
  readonly unlinked?: readonly string[];
  /** Macros that the Makefile defines, or by default leaves out (null); missing if it says nothing of any. */
  readonly flags?: ReadonlyMap<string, string | null>;
  /** Directories besides its own that the Makefile tells the compiler to look for headers in; missing if there are none. */
  readonly includes?: readonly IncludeDirectory[];
}

interface Makefile {
  readonly text: string;
  readonly links: Links;
  readonly flags: ReadonlyMap<string, string | null>;
  readonly includes: readonly IncludeDirectory[];
}

/** Names a driver: URI of its directory, with the module as fragment where the directory has several. */
export function driverId({ directory, name, oneOfSeveral }: DriverFiles): string {
  return oneOfSeveral ? `${directory}#${name}` : directory;
}

/** How far above its sources the Makefile that links them may be. */
const MAX_CLIMB = 3;

export class DriverFinder {
  readonly #tree: SourceTree;
  readonly #makefiles = new Map<string, Promise<Makefile>>();
  readonly #drivers = new Map<string, Promise<readonly DriverFiles[]>>();
  /** By driver, what was asked of it. */
  readonly #owners = new Map<string, Promise<ReadonlyMap<string, DriverFiles>>>();
  readonly #included = new Map<DriverFiles, Promise<ReadonlySet<string>>>();

  constructor(tree: SourceTree) {
    this.#tree = tree;
  }

  /** The directory whose Makefile links the objects of this one; itself if there is none. @param root not above this */
  async directoryOf(directory: string, root: string | null = null): Promise<string> {
    let above = directory;
    let below = '';
    for (let climbed = 0; climbed < MAX_CLIMB && above !== root; climbed += 1) {
      below = `${this.#tree.nameOf(above)}/${below}`;
      const parent = this.#tree.join(above, '..');
      if (parent === above) break;
      above = parent;
      if ((await this.#makefile(above)).links.from(below)) return above;
    }
    return directory;
  }

  /** The drivers of a directory that `directoryOf` gave. */
  drivers(directory: string): Promise<readonly DriverFiles[]> {
    const known = this.#drivers.get(directory) ?? this.#findDrivers(directory);
    this.#drivers.set(directory, known);
    return known;
  }

  async #findDrivers(directory: string): Promise<readonly DriverFiles[]> {
    const files = await this.#filesOf(directory);
    const sources = files.filter((path) => path.endsWith('.c'));
    const headers = files.filter((path) => path.endsWith('.h'));
    const rest = new Set(sources);
    const places = new Map(sources.map((path, place) => [path, place]));
    const { text, flags, includes } = await this.#makefile(directory);
    const modules = modulesOf(text).flatMap(({ name, objects }) => {
      const linked = new Set(objects.map((object) => this.#tree.join(directory, `${object}.c`)));
      const found = [...linked].flatMap((path) => places.get(path) ?? []).sort((a, b) => a - b);
      const own = found.flatMap((place) => sources[place] ?? []);
      for (const path of own) rest.delete(path);
      return own.length === 0 ? [] : [{ name, sources: own }];
    });
    const whole = { name: this.#tree.nameOf(directory), sources: rest.size === 0 ? sources : [...rest] };
    const parts = modules.length === 0 ? [whole] : rest.size === 0 ? modules : [...modules, whole];
    const oneOfSeveral = parts.length > 1;
    const unlinked = modules.length === 0 ? [] : [...rest];
    return parts.map((part) => ({
      ...part,
      directory,
      oneOfSeveral,
      headers,
      ...(unlinked.length === 0 || part === whole ? {} : { unlinked }),
      ...(flags.size === 0 ? {} : { flags }),
      ...(includes.length === 0 ? {} : { includes }),
    }));
  }

  /**
   * The driver of a file: the module that links it. A header belongs to the first driver of its directory that
   * includes it, a file that nobody links to what is left of the directory.
   */
  async driverOf(file: string): Promise<DriverFiles> {
    const directory = await this.directoryOf(this.#tree.join(file, '..'));
    const drivers = await this.drivers(directory);
    const owner = (await this.#ownersIn(directory)).get(file);
    if (owner !== undefined) return owner;
    if (drivers.length > 1 && file.endsWith('.h'))
      for (const driver of drivers) if ((await this.#includedBy(driver)).has(file)) return driver;
    const [last] = drivers.slice(-1);
    return (
      last ?? { name: this.#tree.nameOf(directory), directory, oneOfSeveral: false, sources: [], headers: [] }
    );
  }

  /** Directories of drivers, the root's and below, in order and once each. */
  async *below(root: string): AsyncGenerator<string> {
    const found = new Set<string>();
    const waiting = [root];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      const entries = await this.#tree.list(at);
      const deeper = entries.filter(({ isDirectory, name }) => isDirectory && !isSkipped(name));
      waiting.push(
        ...deeper
          .map(({ path }) => path)
          .sort()
          .reverse(),
      );
      if (!entries.some(({ isDirectory, name }) => !isDirectory && name.endsWith('.c'))) continue;
      const directory = at === root ? root : await this.directoryOf(at, root);
      if (found.has(directory)) continue;
      found.add(directory);
      yield directory;
    }
  }

  /** The first driver of a directory that has a source, by the source. */
  #ownersIn(directory: string): Promise<ReadonlyMap<string, DriverFiles>> {
    const known = this.#owners.get(directory) ?? this.#findOwners(directory);
    this.#owners.set(directory, known);
    return known;
  }

  async #findOwners(directory: string): Promise<ReadonlyMap<string, DriverFiles>> {
    const owners = new Map<string, DriverFiles>();
    for (const driver of await this.drivers(directory))
      for (const path of driver.sources) if (!owners.has(path)) owners.set(path, driver);
    return owners;
  }

  #includedBy(driver: DriverFiles): Promise<ReadonlySet<string>> {
    const known = this.#included.get(driver) ?? this.#findIncluded(driver);
    this.#included.set(driver, known);
    return known;
  }

  /** The sources of a driver and the headers that they include. By name only: what lies where is the reader's business. */
  async #findIncluded(driver: DriverFiles): Promise<ReadonlySet<string>> {
    const byName = new Map(driver.headers.map((path) => [this.#tree.nameOf(path), path]));
    const seen = new Set(driver.sources);
    for (const path of seen) {
      const text = await this.#tree.readText(path);
      for (const { path: name } of inclusionsOf(text ?? '')) {
        const included = byName.get(this.#tree.nameOf(name));
        if (included !== undefined) seen.add(included);
      }
    }
    return seen;
  }

  async #filesOf(directory: string): Promise<string[]> {
    const files: string[] = [];
    const visit = async (at: string, below: string): Promise<void> => {
      for (const { name, path, isDirectory } of await this.#tree.list(at)) {
        if (!isDirectory) files.push(path);
        else if (!isSkipped(name) && (await this.#makefile(directory)).links.from(`${below}${name}/`))
          await visit(path, `${below}${name}/`);
      }
    };
    await visit(directory, '');
    return files.sort();
  }

  #makefile(directory: string): Promise<Makefile> {
    const known = this.#makefiles.get(directory) ?? this.#readMakefile(directory);
    this.#makefiles.set(directory, known);
    return known;
  }

  async #readMakefile(directory: string): Promise<Makefile> {
    const names = ['Makefile', 'Kbuild'].map((name) => this.#tree.readText(this.#tree.join(directory, name)));
    const [makefile, kbuild] = await Promise.all(names);
    const text = makefile ?? kbuild ?? '';
    const includes = includeDirectories(text).filter(({ from, path }) => from === 'tree' || path !== '');
    return { text, links: new Links(text), flags: makefileFlags(text), includes };
  }
}

/** Never part of a driver. */
function isSkipped(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules';
}
