/**
 * Structures whose objects are told apart by where they lie: a driver has several records or rings of one type that
 * hold different buffers, as `hdr` and `pay` of `struct queue { struct ring hdr, pay; }`. A field of any other
 * structure is one value in the whole driver.
 */
import { TYPE } from '../../kernel/structures.ts';
import type { StructDefinition, TypeName } from '../../syntax/ast.ts';

/** What the search asks of the declared names. */
export interface Declarations {
  readonly structs: ReadonlyMap<string, { readonly item: StructDefinition }>;
  resolve(type: TypeName): TypeName;
}

/** A field of the type in question. */
interface Container {
  /** The structure that holds the field, anonymous members counted to the structure around them. */
  readonly owner: string;
  /** True for a member or an array of members, false for a pointer. */
  readonly byValue: boolean;
}

/** Types by which a structure holds a buffer or the pool of it. */
const HOLDER_TYPES: ReadonlySet<string> = new Set([TYPE.page, TYPE.netmem_ref, TYPE.page_pool]);

/** How many structures lie between a ring and the buffer at most. */
const LEVELS = 2;

class Search {
  private readonly containers = new Map<string, Container[]>();
  private readonly inside = new Map<string, Set<string>>();
  private readonly holding = new Set<string>();
  /** Structure around an anonymous one. */
  private readonly around = new Map<string, string>();
  private readonly names: Declarations;

  constructor(names: Declarations) {
    this.names = names;
    for (const [tag, { item }] of names.structs) for (const e of item.embedded) this.around.set(e, tag);
    for (const { item } of names.structs.values()) this.note(item);
    for (let i = 0; i < LEVELS; i++)
      for (const tag of [...this.holding])
        for (const { owner } of this.containers.get(tag) ?? []) this.holding.add(owner);
  }

  private outermost(tag: string): string {
    let at = tag;
    for (let i = 0; i < 8; i++) {
      const outer = this.around.get(at);
      if (outer === undefined) break;
      at = outer;
    }
    return at;
  }

  private note(item: StructDefinition): void {
    const owner = this.outermost(item.tag);
    for (const field of item.fields) {
      const type = this.names.resolve(field.type);
      if (HOLDER_TYPES.has(type.base)) this.holding.add(owner);
      if (!this.names.structs.has(type.base) || type.base === owner || field.type.fn) continue;
      const list = this.containers.get(type.base) ?? [];
      list.push({ owner, byValue: type.stars === 0 });
      this.containers.set(type.base, list);
      const inner = this.inside.get(owner) ?? new Set();
      this.inside.set(owner, inner.add(type.base));
    }
  }

  /** True if several objects of the type lie in the driver's structures. */
  private isSeveral(containers: readonly Container[]): boolean {
    if (containers.filter((c) => c.byValue).length >= 2) return true;
    const pointers = containers.filter((c) => !c.byValue).map((c) => c.owner);
    return new Set(pointers).size < pointers.length;
  }

  run(): Set<string> {
    const out = new Set<string>();
    for (const [tag, containers] of this.containers)
      if (this.holding.has(tag) && this.isSeveral(containers)) out.add(tag);
    // What only lies in these is told apart with them.
    for (const tag of out)
      for (const inner of this.inside.get(tag) ?? [])
        if (this.holding.has(inner) && this.containers.get(inner)?.every((c) => out.has(c.owner)) === true)
          out.add(inner);
    return out;
  }
}

/** Tags of the structures whose objects are told apart. */
export function dividedTags(names: Declarations): ReadonlySet<string> {
  return new Search(names).run();
}

/** Names of the fields that point to objects of these structures. */
export function pointersTo(tags: ReadonlySet<string>, names: Declarations): string[] {
  return [...names.structs.values()].flatMap(({ item }) =>
    item.fields.flatMap(({ type, name }) => {
      const { base, stars } = names.resolve(type);
      return stars > 0 && tags.has(base) ? name : [];
    }),
  );
}
