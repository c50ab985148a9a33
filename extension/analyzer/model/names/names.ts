/**
 * The declared names of a driver: which item of which file says what a name means. It stays true while only bodies of
 * functions are edited, wherever the items move to, so that a keystroke need not go through all declarations.
 */
import type {
  DeclStmt,
  Declarator,
  DefineItem,
  EnumConstant,
  FunctionItem,
  StructDefinition,
  TypeName,
} from '../../syntax/ast.ts';
import type { PlacedItem } from '../../syntax/items/file-items.ts';
import { dividedTags } from './divided.ts';

/** A declaration by the numbers of its file and of the item that it is in. */
export interface Spot<T> {
  readonly file: number;
  readonly at: number;
  readonly item: T;
}

export interface StructSpot extends Spot<StructDefinition> {
  readonly fields: ReadonlyMap<string, Declarator>;
}

/** What is asked of names to tell the types of expressions and what calls reach. */
export interface TypeNames {
  /** Declared type of a global variable. */
  globalType(name: string): TypeName | null;
  /** Follows typedefs of the driver to the underlying type. */
  resolve(type: TypeName): TypeName;
  /** What a typedef of the driver stands for. */
  typedef(name: string): TypeName | null;
  /** Declaration of a field and the tag that holds it, through anonymous members. */
  field(tag: string, name: string): { readonly owner: string; readonly field: Declarator } | null;
  /** The only structure of the driver with such a field, if there is just one. */
  soleOwner(field: string): string | null;
  /** True for a function that the driver defines. */
  isFunction(name: string): boolean;
  /** What a function of the driver, or one that it declares, returns. */
  returnType(name: string): TypeName | null;
  isMacro(name: string): boolean;
  /** True for a structure whose objects are told apart by where they lie ({@link dividedTags}). */
  isDivided(tag: string): boolean;
}

/** The items of a file, in order. */
interface Items {
  readonly items: readonly PlacedItem[];
}

const fieldMaps = new WeakMap<StructDefinition, ReadonlyMap<string, Declarator>>();

function fieldsOf(definition: StructDefinition): ReadonlyMap<string, Declarator> {
  let fields = fieldMaps.get(definition);
  if (fields === undefined)
    fieldMaps.set(definition, (fields = new Map(definition.fields.map((f) => [f.name, f]))));
  return fields;
}

export class Names implements TypeNames {
  /** By name; several if static functions share a name in different files. */
  readonly functions = new Map<string, Spot<FunctionItem>[]>();
  readonly prototypes = new Map<string, Spot<Declarator>[]>();
  readonly structs = new Map<string, StructSpot>();
  readonly typedefs = new Map<string, TypeName>();
  readonly macros = new Map<string, Spot<DefineItem>>();
  readonly globals = new Map<string, Spot<Declarator>>();
  readonly enumerators = new Map<string, Spot<EnumConstant>>();
  /** Tags that have a field of this name, to type members of values whose type is unknown. */
  private readonly fieldOwners = new Map<string, string[]>();
  private divided: ReadonlySet<string> | null = null;

  constructor(files: readonly Items[]) {
    files.forEach(({ items }, file) => {
      items.forEach(({ item }, at) => {
        this.add(file, at, item);
      });
    });
  }

  private add(file: number, at: number, item: PlacedItem['item']): void {
    switch (item.k) {
      case 'function':
        append(this.functions, item.name, { file, at, item });
        break;
      case 'decl':
        this.addDeclaration(file, at, item);
        break;
      case 'define':
        this.macros.set(item.name, { file, at, item });
        break;
      case 'include':
      case 'other':
        break;
    }
  }

  private addDeclaration(file: number, at: number, item: DeclStmt): void {
    for (const s of item.structs) this.addStruct(file, at, s);
    for (const e of item.enumerators) this.enumerators.set(e.name, { file, at, item: e });
    for (const v of item.vars) {
      if (item.typedef) this.typedefs.set(v.name, v.type);
      else if (v.params !== null && !v.type.fn) append(this.prototypes, v.name, { file, at, item: v });
      else {
        // `extern` in a header says less than the definition with its initializer.
        const known = this.globals.get(v.name)?.item.init ?? null;
        if (v.init !== null || known === null) this.globals.set(v.name, { file, at, item: v });
      }
    }
  }

  private addStruct(file: number, at: number, definition: StructDefinition): void {
    const fields = fieldsOf(definition);
    this.structs.set(definition.tag, { item: definition, file, at, fields });
    for (const name of fields.keys()) append(this.fieldOwners, name, definition.tag);
    for (const inner of definition.inner) this.addStruct(file, at, inner);
  }

  globalType(name: string): TypeName | null {
    return this.globals.get(name)?.item.type ?? null;
  }

  typedef(name: string): TypeName | null {
    return this.typedefs.get(name) ?? null;
  }

  resolve(type: TypeName): TypeName {
    return resolveBy((name) => this.typedef(name), type);
  }

  field(
    tag: string,
    name: string,
  ): { readonly owner: string; readonly field: Declarator; readonly spot: StructSpot } | null {
    const spot = this.structs.get(tag);
    if (spot === undefined) return null;
    const own = spot.fields.get(name);
    if (own !== undefined) return { owner: tag, field: own, spot };
    for (const e of spot.item.embedded) {
      const found = this.field(e, name);
      if (found !== null) return found;
    }
    return null;
  }

  soleOwner(field: string): string | null {
    const owners = this.fieldOwners.get(field);
    return owners?.length === 1 ? (owners[0] ?? null) : null;
  }

  isFunction(name: string): boolean {
    return this.functions.has(name);
  }

  returnType(name: string): TypeName | null {
    return this.functions.get(name)?.[0]?.item.returns ?? this.prototypes.get(name)?.[0]?.item.type ?? null;
  }

  isMacro(name: string): boolean {
    return this.macros.has(name);
  }

  isDivided(tag: string): boolean {
    return this.dividedTags.has(tag);
  }

  get dividedTags(): ReadonlySet<string> {
    return (this.divided ??= dividedTags(this));
  }
}

/** Follows typedefs to the underlying type. */
export function resolveBy(typedef: (name: string) => TypeName | null, type: TypeName): TypeName {
  let at = type;
  for (let i = 0; i < 8; i++) {
    const target = typedef(at.base);
    if (target === null) break;
    at = { ...target, stars: at.stars + target.stars, dims: at.dims + target.dims, fn: at.fn || target.fn };
  }
  return at;
}

function append<T>(table: Map<string, T[]>, name: string, value: T): void {
  const known = table.get(name);
  if (known === undefined) table.set(name, [value]);
  else known.push(value);
}
