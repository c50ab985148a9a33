/**
 * Which files make one driver. A directory may hold several modules (its Makefile says so); a module's headers are
 * those its sources include. Pure text work: hosts read the files.
 */

/** One module: names of its sources relative to the directory, without suffix. */
export interface KernelModule {
  readonly name: string;
  readonly objects: readonly string[];
}

const RULE = /^([\w.-]+?)-(?:y|m|objs|objs-y|\$[({][^)}]*[)}])\s*[:+]?=\s*(.*)$/;

/** Begins where a name does: within one, every place would look for the end again. */
const OBJECT = /(?<![\w./-])([\w./-]+)\.o\b/g;
/** Longer names of objects are none. */
const MAX_OBJECT = 255;

/**
 * The modules of a Makefile. Modules that share an object are one: what is found in the shared file holds for both.
 * Empty if it links nothing from files of its own.
 */
export function modulesOf(makefile: string): KernelModule[] {
  const lists = new Map<string, string[]>();
  for (const line of makefile.replace(/\\\r?\n/g, ' ').split('\n')) {
    const [, target, value] = RULE.exec(line.trim()) ?? [];
    if (target === undefined || value === undefined) continue;
    const objects = [...value.replace(/#.*/, '').matchAll(OBJECT)].map((m) => m[1] ?? '');
    const known = lists.get(target);
    if (known !== undefined) for (const object of objects) known.push(object);
    else if (objects.length > 0) lists.set(target, objects);
  }
  const modules = new Set<MergedModule>();
  const owners = new Owners();
  for (const name of new Set(lists.get('obj') ?? [])) {
    const made: MergedModule = { name, objects: new Set(), into: null };
    const sharing = addObjects(made, lists, owners);
    for (const other of sharing) {
      made.name = other.name;
      // The smaller goes into the larger: a long row of modules that share must not cost the square.
      const otherIsLarger = other.objects.size > made.objects.size;
      const [small, large] = otherIsLarger ? [made, other] : [other, made];
      for (const object of small.objects) large.objects.add(object);
      made.objects = large.objects;
      other.into = made;
      modules.delete(other);
    }
    modules.add(made);
  }
  return [...modules].map(({ name, objects }) => ({ name, objects: [...objects] }));
}

interface MergedModule {
  name: string;
  objects: Set<string>;
  /** What this has become a part of. */
  into: MergedModule | null;
}

function mergedInto(module: MergedModule | undefined): MergedModule | undefined {
  let at = module;
  while (at !== undefined && at.into !== null) {
    at.into = at.into.into ?? at.into;
    at = at.into;
  }
  return at;
}

/** Which module has what: objects, and lists, whose objects are all in the same module as the list. */
class Owners {
  private readonly objects = new Map<string, MergedModule>();
  private readonly lists = new Map<string, MergedModule>();

  ofObject(name: string): MergedModule | undefined {
    return mergedInto(this.objects.get(name));
  }

  ofList(name: string): MergedModule | undefined {
    return mergedInto(this.lists.get(name));
  }

  takeObject(name: string, module: MergedModule): void {
    this.objects.set(name, module);
  }

  takeList(name: string, module: MergedModule): void {
    this.lists.set(name, module);
  }
}

/**
 * Adds what the module's name comes to in the Makefile: the objects of its list and of the lists in it, each list once. One
 * that another module has gone through is not gone through again: the two share it.
 * @returns the modules that have some of it already, in the order in which they were met
 */
function addObjects(
  made: MergedModule,
  lists: ReadonlyMap<string, readonly string[]>,
  owners: Owners,
): ReadonlySet<MergedModule> {
  const sharing = new Set<MergedModule>();
  const add = (object: string): void => {
    const owner = owners.ofObject(object);
    if (owner !== undefined && owner !== made) sharing.add(owner);
    made.objects.add(object);
    owners.takeObject(object, made);
  };
  const seen = new Set([made.name]);
  const waiting = [made.name];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const parts = lists.get(at);
    if (parts === undefined) {
      add(at);
      continue;
    }
    const owner = owners.ofList(at);
    if (owner !== undefined) {
      sharing.add(owner);
      continue;
    }
    for (const part of parts) {
      // `foo-y += foo.o` names the source of the same name.
      if (part === at || !lists.has(part)) add(part);
      else if (!seen.has(part)) waiting.push(part);
      seen.add(part);
    }
  }
  for (const list of seen) if (lists.has(list)) owners.takeList(list, made);
  return sharing;
}

/** As many directories one below another are looked up; deeper ones are searched for. */
const MAX_LOOKED_UP = 4;

/** The directories whose objects a Makefile links, read once: a tree may have thousands to ask for. */
export class Links {
  readonly #makefile: string;
  #known: ReadonlySet<string> | null = null;

  constructor(makefile: string) {
    this.#makefile = makefile;
  }

  /** True if objects of a directory below the Makefile's own are linked. @param below with a slash at its end */
  from(below: string): boolean {
    const depth = below.split('/').length - 1;
    if (depth > MAX_LOOKED_UP || /\s/.test(below)) return linksFrom(this.#makefile, below);
    return (this.#known ??= linkedDirectories(this.#makefile)).has(below);
  }
}

/** Each row of at most so many directories, at whose end an object is linked: `a/b/` and `b/` of `a/b/c.o`. */
function linkedDirectories(makefile: string): ReadonlySet<string> {
  const out = new Set<string>();
  for (const match of makefile.matchAll(/\.o\b/g)) {
    const dot = match.index;
    let name = dot;
    while (name > 0 && dot - name < MAX_OBJECT && /[\w/-]/.test(makefile.charAt(name - 1))) name -= 1;
    // Nothing but these stands between the directory and the suffix.
    for (let slash = dot - 2; slash >= name - 1; slash -= 1)
      if (makefile.charAt(slash) === '/') addRows(makefile, slash, out);
  }
  return out;
}

/** The rows of directories that end with the slash at `end`. */
function addRows(makefile: string, end: number, out: Set<string>): void {
  let start = end;
  for (let depth = 0; depth < MAX_LOOKED_UP; depth += 1) {
    const from = start;
    while (start > 0 && from - start <= MAX_OBJECT && /[^\s/]/.test(makefile.charAt(start - 1))) start -= 1;
    const before = makefile.charAt(start - 1);
    if (start > 0 && !/[\s/]/.test(before)) return;
    out.add(makefile.slice(start, end + 1));
    if (before !== '/') return;
    start -= 1;
  }
}

/** True if the Makefile links objects of a directory below its own. @param below with a slash at its end */
export function linksFrom(makefile: string, below: string): boolean {
  const escaped = below.replace(/[^\w/-]/g, '\\$&');
  return new RegExp(`(^|[\\s/])${escaped}[\\w/-]{1,${MAX_OBJECT}}\\.o\\b`, 'm').test(makefile);
}

/** An `#include` of a source. */
export interface Inclusion {
  readonly path: string;
  /** `<…>` as opposed to `"…"`. */
  readonly system: boolean;
}

/** What a source includes, in order. */
export function inclusionsOf(text: string): Inclusion[] {
  return [...text.matchAll(/^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)/gm)].map((m) => ({
    path: m[2] ?? '',
    system: m[1] === '<',
  }));
}

/**
 * True if a header from the kernel's `include/` belongs to a family of drivers rather than to the kernel's core:
 * it lies in a directory of its own and shows how buffers are kept.
 */
export function declaresBuffers(path: string, text: string): boolean {
  return (
    /^(?:net|linux|soc)\/.+\//.test(path) &&
    !/^net\/page_pool\//.test(path) &&
    /\bstruct (?:page_pool|page|sk_buff)\b|\bdma_addr_t\b|\bnetmem_ref\b/.test(text)
  );
}
