/** Words that mean something else after an edit of declarations, by what the flow of functions asks of them. */
import type { Item, StructDefinition, TypeName } from '../syntax/ast.ts';
import type { Names } from './names.ts';

function spelled(t: TypeName | null): string {
  return t === null ? '' : `${t.base}*${t.stars}[${t.dims}]${t.fn ? '()' : ''}`;
}

/** All that a name means, fields aside. */
function meaning(names: Names, word: string): string {
  return [
    spelled(names.globalType(word)),
    spelled(names.typedef(word)),
    spelled(names.returnType(word)),
    names.isFunction(word),
    names.isMacro(word),
    names.soleOwner(word),
  ].join();
}

class Comparison {
  readonly changed = new Set<string>();
  private readonly seen = new Set<string>();
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
    if (meaning(this.before, word) !== meaning(this.after, word)) this.changed.add(word);
  }

  private structure({ tag, inner }: StructDefinition): void {
    const key = `${tag} {`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.word(tag);
    const old = this.before.structs.get(tag);
    const now = this.after.structs.get(tag);
    for (const field of new Set([...(old?.fields.keys() ?? []), ...(now?.fields.keys() ?? [])])) {
      this.word(field);
      if (spelled(old?.fields.get(field)?.type ?? null) !== spelled(now?.fields.get(field)?.type ?? null))
        this.changed.add(field);
    }
    // Through other anonymous members, every field in them may be reached otherwise.
    if (old?.item.embedded.join() !== now?.item.embedded.join()) {
      this.reached(this.before, tag);
      this.reached(this.after, tag);
    }
    for (const s of inner) this.structure(s);
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
  return comparison.changed;
}
