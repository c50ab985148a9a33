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

/**
 * The modules of a Makefile. Modules that share an object are one: what is found in the shared file holds for both.
 * Empty if it links nothing from files of its own.
 */
export function modulesOf(makefile: string): KernelModule[] {
  const lists = new Map<string, string[]>();
  for (const line of makefile.replace(/\\\r?\n/g, ' ').split('\n')) {
    const [, target, value] = RULE.exec(line.trim()) ?? [];
    if (target === undefined || value === undefined) continue;
    const objects = [...value.replace(/#.*/, '').matchAll(/([\w./-]+)\.o\b/g)].map((m) => m[1] ?? '');
    if (objects.length > 0) lists.set(target, [...(lists.get(target) ?? []), ...objects]);
  }
  const expand = (name: string, seen: ReadonlySet<string>): string[] => {
    const parts = lists.get(name);
    if (parts === undefined || seen.has(name)) return [name];
    // `foo-y += foo.o` names the source of the same name.
    return parts.flatMap((p) => (p === name ? [p] : expand(p, new Set([...seen, name]))));
  };
  const merged: { name: string; objects: Set<string> }[] = [];
  for (const name of new Set(lists.get('obj') ?? [])) {
    const made = { name, objects: new Set(expand(name, new Set())) };
    for (const other of merged.filter((m) => [...m.objects].some((o) => made.objects.has(o)))) {
      made.name = other.name;
      for (const o of other.objects) made.objects.add(o);
      merged.splice(merged.indexOf(other), 1);
    }
    merged.push(made);
  }
  return merged.map(({ name, objects }) => ({ name, objects: [...objects] }));
}

/** True if the Makefile links objects of a directory below its own. @param below with a slash at its end */
export function linksFrom(makefile: string, below: string): boolean {
  const escaped = below.replace(/[^\w/-]/g, '\\$&');
  return new RegExp(`(^|[\\s/])${escaped}[\\w/-]+\\.o\\b`, 'm').test(makefile);
}

/** What brings a driver near the subject: receive or transmit memory in any spelling the rules know. */
const NEEDLES = /page_pool|netmem|skb_add_rx_frag|skb_frag_|napi_build_skb|build_skb\(|skb_fill_page_desc/;

/** False for a source that no rule could say anything about. */
export function mayHoldBuffers(text: string): boolean {
  return NEEDLES.test(text);
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
