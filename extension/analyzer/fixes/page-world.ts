/** The page-typed names of a driver: fields, globals, signatures, each with its slot. */
import { TYPE } from '../kernel/structures.ts';
import type { Declarator, Span, StructDefinition } from '../syntax/ast.ts';
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import type { FileModel, PlacedFunction } from '../model/names/symbols.ts';
import { macroAt } from '../model/reading/macro-evidence.ts';
import { resolved, typeOf } from '../model/names/types.ts';
import type { KernelTree } from '../kernel/tree.ts';
import type { Location, OffsetRange } from '../text/range.ts';
import { type DeclarationSite, Slots } from './slots.ts';
import { type Unit, Units } from './unit.ts';

export function absoluteRange(span: Span, base: number): OffsetRange {
  return { start: base + span.s, end: base + span.e };
}

/** A page-typed thing: `depth` pointers above the page pointer itself. */
export interface PageHolder {
  readonly slot: number;
  readonly depth: number;
}

/** Slots of a function's signature, for all its definitions and prototypes together. */
export interface Signature {
  readonly key: string;
  readonly params: readonly (PageHolder | null)[];
  readonly result: PageHolder | null;
  readonly variadic: boolean;
}

const fieldLists = new WeakMap<StructDefinition, Map<string, Declarator[]>>();

/** The fields of a name: several where arms of a conditional each declare one. */
function fieldsNamed(definition: StructDefinition, name: string): readonly Declarator[] {
  let byName = fieldLists.get(definition);
  if (byName === undefined) {
    fieldLists.set(definition, (byName = new Map<string, Declarator[]>()));
    for (const field of definition.fields) {
      const list = byName.get(field.name);
      if (list === undefined) byName.set(field.name, [field]);
      else list.push(field);
    }
  }
  return byName.get(name) ?? [];
}

/** Words that stand in every function worth reading. */
const PAGE_WORDS = /\bpage|netmem/;

export class PageWorld {
  readonly slots = new Slots();
  readonly units: Units;
  readonly facts: DriverFacts;
  readonly tree: KernelTree;
  private readonly signatures = new Map<string, Signature | null>();
  private readonly exported = new Set<string>();

  constructor(facts: DriverFacts, tree: KernelTree) {
    this.facts = facts;
    this.tree = tree;
    this.units = new Units(facts.files);
    for (const { text } of facts.files)
      for (const [, name] of text.matchAll(/\bEXPORT_SYMBOL\w*\(\s*(\w+)/g))
        if (name !== undefined) this.exported.add(name);
  }

  /** True if the text may hold something page-typed. */
  relevant(text: string): boolean {
    return PAGE_WORDS.test(text);
  }

  /** The slot of a declaration of type page, or null if it is of another type. */
  holder(
    unit: Unit,
    file: FileModel,
    base: number,
    d: Pick<Declarator, 'name' | 'nameAt' | 'baseAt' | 'type' | 's' | 'e'>,
    more: Pick<DeclarationSite, 'kind' | 'owner' | 'fn' | 'prototype'>,
  ): PageHolder | null {
    if (d.type.fn) return null;
    const type = resolved(typeOf(d.type), unit.symbols);
    if (type.base !== TYPE.page || type.depth === 0) return null;
    const slot = this.slots.declared({
      ...more,
      name: d.name,
      file,
      baseAt: absoluteRange(d.baseAt, base),
      declarator: absoluteRange(d, base),
      nameAt: absoluteRange(d.nameAt, base),
      stars: d.type.stars,
      dims: d.type.dims,
    });
    const use =
      macroAt(file, absoluteRange(d.baseAt, base)) ??
      macroAt(file, absoluteRange(d.nameAt, base)) ??
      macroAt(file, absoluteRange(d, base));
    if (use !== null)
      this.slots.pin(slot, {
        location: { file: file.path, range: absoluteRange(d.baseAt, base) },
        reason: `${d.name}: the macro ${use.name} declares it; its definition has to be changed by hand first`,
        cause: 'inside a macro of the driver',
      });
    if (d.type.base !== TYPE.page)
      this.slots.pin(slot, {
        location: { file: file.path, range: absoluteRange(d.baseAt, base) },
        reason: `${d.name}: the type hides behind the typedef ${d.type.base}`,
        cause: 'type hidden in a typedef',
      });
    return { slot, depth: type.depth - 1 };
  }

  /** The slot of field `name` as `unit` sees the structure, or null. Fields declared in several #if arms are one. */
  field(unit: Unit, tag: string, name: string): PageHolder | null {
    const found = unit.symbols.field(tag, name);
    if (found === null) return null;
    const { info, owner } = found;
    const more = { kind: 'field', owner, fn: null, prototype: false } as const;
    let first: PageHolder | null = null;
    for (const d of fieldsNamed(info.definition, name)) {
      const made = this.holder(unit, info.file, info.base, d, more);
      if (made === null) continue;
      if (first === null) first = made;
      else this.slots.join(first.slot, made.slot);
    }
    return first;
  }

  global(unit: Unit, name: string): PageHolder | null {
    const found = unit.symbols.globals.get(name);
    if (found === undefined) return null;
    return this.holder(unit, found.file, found.base, found.item, {
      kind: 'global',
      owner: '',
      fn: null,
      prototype: false,
    });
  }

  /** The signature that a call of `name` in `unit` goes by; null if the driver has no such function. */
  signature(unit: Unit, name: string): Signature | null {
    const all = this.facts.symbols.functions.get(name) ?? [];
    const own = all.find((f) => f.file === unit.file && f.item.isStatic);
    const key = own === undefined ? name : `${unit.file.path}:${name}`;
    const known = this.signatures.get(key);
    if (known !== undefined) return known;
    const made = this.makeSignature(unit, key, name, own ?? null, all);
    this.signatures.set(key, made);
    return made;
  }

  private makeSignature(
    unit: Unit,
    key: string,
    name: string,
    own: PlacedFunction | null,
    all: readonly PlacedFunction[],
  ): Signature | null {
    const definitions =
      own === null ? all.filter((f) => !f.item.isStatic || f.file.path.endsWith('.h')) : [own];
    const prototypes = (this.facts.symbols.prototypes.get(name) ?? []).filter(
      (p) => own === null || p.file === unit.file,
    );
    const first = definitions[0]?.item.params ?? prototypes[0]?.item.params;
    if (first === undefined || first === null) return null;
    const params: (PageHolder | null)[] = [];
    let result: PageHolder | null = null;
    const join = (known: PageHolder | null, made: PageHolder | null): PageHolder | null => {
      if (known === null || made === null) return known ?? made;
      this.slots.join(known.slot, made.slot);
      return known;
    };
    for (const f of definitions) {
      const u = this.units.of(f.file);
      const more = { kind: 'parameter', owner: name, fn: f, prototype: false } as const;
      f.item.params.forEach((p, i) => {
        params[i] = join(params[i] ?? null, this.holder(u, f.file, f.base, p, more));
      });
      result = join(result, this.resultOf(u, f));
    }
    for (const p of prototypes) {
      const u = this.units.of(p.file);
      const more = { kind: 'parameter', owner: name, fn: null, prototype: true } as const;
      (p.item.params ?? []).forEach((d, i) => {
        params[i] = join(params[i] ?? null, this.holder(u, p.file, p.base, d, more));
      });
      const made = this.holder(u, p.file, p.base, p.item, { ...more, kind: 'return' });
      result = join(result, made);
    }
    const made: Signature = {
      key,
      params: Array.from(first, (_, i) => params[i] ?? null),
      result,
      variadic: false,
    };
    this.pinOutside(made, name, definitions, prototypes);
    return made;
  }

  private resultOf(unit: Unit, f: PlacedFunction): PageHolder | null {
    const { item } = f;
    return this.holder(
      unit,
      f.file,
      f.base,
      {
        name: item.name,
        nameAt: item.nameAt,
        baseAt: item.returnBaseAt,
        type: item.returns,
        s: item.returnBaseAt.e,
        e: item.nameAt.e,
      },
      { kind: 'return', owner: item.name, fn: f, prototype: false },
    );
  }

  /** Signatures that others rely on stay as they are. */
  private pinOutside(
    made: Signature,
    name: string,
    definitions: readonly PlacedFunction[],
    prototypes: readonly { readonly file: FileModel; readonly base: number; readonly item: Declarator }[],
  ): void {
    const [definition] = definitions;
    const [prototype] = prototypes;
    const at: Location | null =
      definition !== undefined
        ? { file: definition.file.path, range: absoluteRange(definition.item.nameAt, definition.base) }
        : prototype === undefined
          ? null
          : { file: prototype.file.path, range: absoluteRange(prototype.item.nameAt, prototype.base) };
    if (at === null) return;
    if (definition === undefined) this.pinSignature(made, at, `${name}() is defined outside of these files`);
    else if (this.exported.has(name))
      this.pinSignature(made, at, `${name}() is exported: other modules call it`);
    else if (!definition.item.isStatic && !definition.file.path.endsWith('.h') && prototype === undefined)
      this.pinSignature(made, at, `${name}() is declared outside of these files`);
  }

  pinSignature(signature: Signature, location: Location, reason: string): void {
    const cause = 'a signature that others rely on';
    for (const h of [...signature.params, signature.result])
      if (h !== null) this.slots.pin(h.slot, { location, reason, cause });
  }
}
