/** The kernel tree that a driver lies in, or the one the user names, probed once for all its drivers. */
import {
  assumedTree,
  BUILD_FILES,
  NEWEST,
  PROBED_HEADERS,
  probeTree,
  TREE_MARKERS,
  treeBuild,
  withDefines,
} from '../analyzer/index.ts';
import type { KernelTree, Release } from '../analyzer/index.ts';
import type { FileAccess } from './host.ts';
import { upwards, within } from './locations.ts';

/** True for a header that the probe reads. */
export function isProbed(uri: string): boolean {
  return PROBED_HEADERS.some((name) => uri.endsWith(`/${name}`));
}

export class KernelTrees {
  readonly #files: FileAccess;
  readonly #probed = new Map<string, Promise<KernelTree>>();
  readonly #assumed = new Map<Release, KernelTree>();
  /** With what the user says of macros, by its text: the same object for the same words. */
  readonly #defined = new WeakMap<KernelTree, Map<string, KernelTree>>();

  constructor(files: FileAccess) {
    this.#files = files;
  }

  /**
   * @param directory URI of the driver
   * @param root URI of the tree that the user names, or null to look around the driver
   * @param release to assume where there is no tree
   * @param defines what the user says of macros
   */
  async find(
    directory: string,
    root: string | null,
    release: Release | null,
    defines: readonly string[] = [],
  ): Promise<KernelTree> {
    const found = await this.#root(root === null ? upwards(directory) : [root]);
    const tree = found === null ? this.#assume(release ?? NEWEST) : await this.#probe(found);
    if (defines.length === 0) return tree;
    const known = this.#defined.get(tree) ?? new Map<string, KernelTree>();
    this.#defined.set(tree, known);
    const key = defines.join('\n');
    const made = known.get(key) ?? withDefines(tree, defines);
    known.set(key, made);
    return made;
  }

  /** The same object each time, so that a driver can tell that its tree has not changed. */
  #assume(release: Release): KernelTree {
    const tree = this.#assumed.get(release) ?? assumedTree(release);
    this.#assumed.set(release, tree);
    return tree;
  }

  /** The trees may have changed. */
  forget(): void {
    this.#probed.clear();
  }

  async #root(candidates: readonly string[]): Promise<string | null> {
    const isTree = async (candidate: string): Promise<boolean> => {
      const texts = TREE_MARKERS.map((name) => this.#files.readFile(within(candidate, name)));
      return (await Promise.all(texts)).some((text) => text !== null);
    };
    const found = await Promise.all(candidates.map(isTree));
    return candidates.find((_, index) => found[index]) ?? null;
  }

  #probe(root: string): Promise<KernelTree> {
    const known = this.#probed.get(root);
    if (known !== undefined) return known;
    const probing = this.#read(root);
    this.#probed.set(root, probing);
    return probing;
  }

  async #read(root: string): Promise<KernelTree> {
    const scope = { directory: root, kernel: root };
    const read = (name: string): Promise<string | null> => this.#files.readFile(within(root, name), scope);
    const headers = await Promise.all(PROBED_HEADERS.map(read));
    const [makefile = null, config = null] = await Promise.all(
      [BUILD_FILES.makefile, BUILD_FILES.config].map(read),
    );
    const tree = probeTree(
      root,
      headers.filter((text) => text !== null),
    );
    return { ...tree, build: treeBuild(makefile, config) };
  }
}
