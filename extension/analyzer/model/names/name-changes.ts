/** Words that mean something else after an edit of declarations, by what the flow of functions asks of them. */
import type { Item, StructDefinition, TypeName } from '../../syntax/ast.ts';
import type { Names } from './names.ts';

function sameType(a: TypeName | null, b: TypeName | null): boolean {
  if (a === null || b === null) return a === b;
  return a.base === b.base && a.stars === b.stars && a.dims === b.dims && a.fn === b.fn;
}

/** True if a name means the same in both, as a field aside. */
function sameMeaning(a: Names, b: Names, word: string): boolean {
  return (
    sameType(a.globalType(word), b.globalType(word)) &&
    sameType(a.typedef(word), b.typedef(word)) &&
    sameType(a.returnType(word), b.returnType(word)) &&
    a.isFunction(word) === b.isFunction(word) &&
    a.isMacro(word) === b.isMacro(word)
  );
}

class Comparison {
  readonly changed = new Set<string>();
  private readonly seen = new Set<string>();
  private readonly structures = new Set<string>();
  private readonly before: Names;
  private readonly after: Names;

  constructor(before: Names, after: Names) {
    this.before = before;
    this.after = after;
  }

  item(item: Item): void {
    switch (item.k) {
      case 'function':
      case 'define':
        this.word(item.name);
        return;
      case 'decl':
        for (const v of item.vars) this.word(v.name);
        for (const s of item.structs) this.structure(s);
        return;
      case 'include':
      case 'other':
        return;
    }
  }

  private word(word: string): void {
    if (this.seen.has(word)) return;
    this.seen.add(word);
    if (!sameMeaning(this.before, this.after, word)) this.changed.add(word);
  }

  private structure({ tag, inner }: StructDefinition): void {
    if (this.structures.has(tag)) return;
    this.structures.add(tag);
    const old = this.before.structs.get(tag);
    const now = this.after.structs.get(tag);
    for (const [name, { type }] of old?.fields ?? [])
      this.field(name, sameType(type, now?.fields.get(name)?.type ?? null));
    for (const name of now?.fields.keys() ?? []) this.field(name, old?.fields.has(name) === true);
    // Through other anonymous members, every field in them may be reached otherwise.
    if (old?.item.embedded.join() !== now?.item.embedded.join()) {
      this.reached(this.before, tag);
      this.reached(this.after, tag);
    }
    for (const s of inner) this.structure(s);
  }

  private field(name: string, isSame: boolean): void {
    if (!isSame || this.before.soleOwner(name) !== this.after.soleOwner(name)) this.changed.add(name);
  }

  private reached(names: Names, tag: string): void {
    const seen = new Set<string>();
    const visit = (at: string): void => {
      const spot = names.structs.get(at);
      if (spot === undefined || seen.has(at)) return;
      seen.add(at);
      for (const field of spot.fields.keys()) this.changed.add(field);
      spot.item.embedded.forEach(visit);
    };
    visit(tag);
  }
}

/** @param items everything that is declared otherwise, or at another place among the rest, before or after */
export function changedWords(before: Names, after: Names, items: Iterable<Item>): ReadonlySet<string> {
  const comparison = new Comparison(before, after);
  for (const item of items) comparison.item(item);
  for (const tag of new Set([...before.structs.keys(), ...after.structs.keys()]))
    if (before.isDivided(tag) !== after.isDivided(tag)) comparison.changed.add(tag);
  return comparison.changed;
}
