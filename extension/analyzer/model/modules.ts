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
  const owners = new Map<string, MergedModule>();
  for (const name of new Set(lists.get('obj') ?? [])) {
    const made: MergedModule = { name, objects: objectsOf(name, lists), into: null };
    const sharing = new Set([...made.objects].flatMap((object) => mergedInto(owners.get(object)) ?? []));
    for (const object of made.objects) owners.set(object, made);
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

/** What a name of the Makefile comes to: the objects of its list and of the lists in it, each list once. */
function objectsOf(name: string, lists: ReadonlyMap<string, readonly string[]>): Set<string> {
  const objects = new Set<string>();
  const seen = new Set([name]);
  const waiting = [name];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const parts = lists.get(at);
    if (parts === undefined) objects.add(at);
    for (const part of parts ?? []) {
      // `foo-y += foo.o` names the source of the same name.
      if (part === at || !lists.has(part)) objects.add(part);
      else if (!seen.has(part)) waiting.push(part);
      seen.add(part);
    }
  }
  return objects;
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
