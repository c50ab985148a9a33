/**
 * Names of a driver across its files: functions, structures, typedefs, macros, globals. The driver is the unit,
 * because a buffer is declared in a header, filled in one file and freed in another.
 */
import type { FilePath } from '../text/range.ts';
import type {
  DeclStmt,
  Declarator,
  DefineItem,
  EnumConstant,
  FunctionItem,
  StructDefinition,
  TypeName,
} from '../syntax/ast.ts';
import type { PlacedItem } from '../syntax/file-items.ts';

/** A file's items with its path. */
export interface FileModel {
  readonly path: FilePath;
  readonly text: string;
  readonly items: readonly PlacedItem[];
}

/** Where an item is now. The item's own offsets are relative to `base`. */
export interface Placed<T> {
  readonly file: FileModel;
  readonly base: number;
  readonly item: T;
}

export type PlacedFunction = Placed<FunctionItem>;

export interface StructInfo {
  readonly definition: StructDefinition;
  readonly file: FileModel;
  readonly base: number;
  readonly fields: ReadonlyMap<string, Declarator>;
}

const fieldMaps = new WeakMap<StructDefinition, ReadonlyMap<string, Declarator>>();

function fieldsOf(definition: StructDefinition): ReadonlyMap<string, Declarator> {
  let fields = fieldMaps.get(definition);
  if (fields === undefined)
    fieldMaps.set(definition, (fields = new Map(definition.fields.map((f) => [f.name, f]))));
  return fields;
}

export class DriverSymbols {
  readonly files: readonly FileModel[];
  /** By name; several if static functions share a name in different files. */
  readonly functions = new Map<string, PlacedFunction[]>();
  readonly prototypes = new Map<string, Placed<Declarator>[]>();
  readonly structs = new Map<string, StructInfo>();
  readonly typedefs = new Map<string, TypeName>();
  readonly macros = new Map<string, Placed<DefineItem>>();
  readonly globals = new Map<string, Placed<Declarator>>();
  readonly enumerators = new Map<string, Placed<EnumConstant>>();
  /** Tags that have a field of this name, to type members of values whose type is unknown. */
  private readonly fieldOwners = new Map<string, string[]>();

  constructor(files: readonly FileModel[]) {
    this.files = files;
    for (const file of files) for (const { base, item } of file.items) this.add(file, base, item);
  }

  private add(file: FileModel, base: number, item: PlacedItem['item']): void {
    switch (item.k) {
      case 'function': {
        const list = this.functions.get(item.name) ?? [];
        list.push({ file, base, item });
        this.functions.set(item.name, list);
        break;
      }
      case 'decl':
        this.addDeclaration(file, base, item);
        break;
      case 'define':
        this.macros.set(item.name, { file, base, item });
        break;
      case 'include':
      case 'other':
        break;
    }
  }

  private addDeclaration(file: FileModel, base: number, item: DeclStmt): void {
    for (const s of item.structs) this.addStruct(file, base, s);
    for (const e of item.enumerators) this.enumerators.set(e.name, { file, base, item: e });
    for (const v of item.vars) {
      if (item.typedef) this.typedefs.set(v.name, v.type);
      else if (v.params !== null && !v.type.fn) {
        const list = this.prototypes.get(v.name) ?? [];
        list.push({ file, base, item: v });
        this.prototypes.set(v.name, list);
      } else {
        // `extern` in a header says less than the definition with its initializer.
        const known = this.globals.get(v.name)?.item.init ?? null;
        if (v.init !== null || known === null) this.globals.set(v.name, { file, base, item: v });
      }
    }
  }

  private addStruct(file: FileModel, base: number, definition: StructDefinition): void {
    const fields = fieldsOf(definition);
    this.structs.set(definition.tag, { definition, file, base, fields });
    for (const name of fields.keys()) {
      const owners = this.fieldOwners.get(name);
      if (owners === undefined) this.fieldOwners.set(name, [definition.tag]);
      else owners.push(definition.tag);
    }
    for (const inner of definition.inner) this.addStruct(file, base, inner);
  }

  /** The definition of `name` that a call in `from` reaches: its own file's first. */
  functionFor(name: string, from: FileModel): PlacedFunction | null {
    const list = this.functions.get(name);
    if (list === undefined) return null;
    return list.find((f) => f.file === from) ?? list.find((f) => !f.item.isStatic) ?? list[0] ?? null;
  }

  /** Declaration of a field and the tag that holds it, through anonymous members. */
  field(
    tag: string,
    name: string,
  ): { readonly owner: string; readonly field: Declarator; readonly info: StructInfo } | null {
    const info = this.structs.get(tag);
    if (info === undefined) return null;
    const own = info.fields.get(name);
    if (own !== undefined) return { owner: tag, field: own, info };
    for (const e of info.definition.embedded) {
      const found = this.field(e, name);
      if (found !== null) return found;
    }
    return null;
  }

  /** The only structure of the driver with such a field, if there is just one. */
  soleOwner(field: string): string | null {
    const owners = this.fieldOwners.get(field);
    return owners?.length === 1 ? (owners[0] ?? null) : null;
  }

  /** Follows typedefs of the driver to the underlying type. */
  resolve(type: TypeName): TypeName {
    let at = type;
    for (let i = 0; i < 8; i++) {
      const target = this.typedefs.get(at.base);
      if (target === undefined) break;
      at = { ...target, stars: at.stars + target.stars, dims: at.dims + target.dims, fn: at.fn || target.fn };
    }
    return at;
  }
}
