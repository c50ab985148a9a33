/**
 * Names of a driver across its files: functions, structures, typedefs, macros, globals, each with the place where it
 * stands now. The driver is the unit, because a buffer is declared in a header, filled in one file and freed in another.
 */
import type { FilePath, OffsetRange } from '../../text/range.ts';
import type {
  Declarator,
  DefineItem,
  EnumConstant,
  FunctionItem,
  StructDefinition,
  TypeName,
} from '../../syntax/ast.ts';
import type { PlacedItem } from '../../syntax/items/file-items.ts';
import type { NameHistory } from './name-history.ts';
import { Names, type Spot, type StructSpot, type TypeNames } from './names.ts';

/** A file's items with its path. */
export interface FileModel {
  readonly path: FilePath;
  readonly text: string;
  readonly items: readonly PlacedItem[];
  /** Ranges that are not compiled, in order; nothing in them is an item. */
  readonly inactive?: readonly OffsetRange[];
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

/** A table of names whose entries are placed when asked for; the same entry is the same object. */
class Table<S, T> {
  private readonly spots: ReadonlyMap<string, S>;
  private readonly place: (spot: S) => T;
  private readonly known = new Map<string, T>();
  private all: T[] | null = null;

  constructor(spots: ReadonlyMap<string, S>, place: (spot: S) => T) {
    this.spots = spots;
    this.place = place;
  }

  has(name: string): boolean {
    return this.spots.has(name);
  }

  get(name: string): T | undefined {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const spot = this.spots.get(name);
    if (spot === undefined) return undefined;
    const made = this.place(spot);
    this.known.set(name, made);
    return made;
  }

  /** All of them, in the order of the files. */
  values(): readonly T[] {
    if (this.all === null) {
      this.all = [];
      for (const [name, spot] of this.spots) {
        let value = this.known.get(name);
        if (value === undefined) this.known.set(name, (value = this.place(spot)));
        this.all.push(value);
      }
    }
    return this.all;
  }
}

export class DriverSymbols implements TypeNames {
  readonly files: readonly FileModel[];
  /** The same object as long as only bodies of functions change. */
  readonly names: Names;
  /** How these names came to be, if it is followed. */
  readonly history: NameHistory | null;
  /** By name; several if static functions share a name in different files. */
  readonly functions: Table<Spot<FunctionItem>[], readonly PlacedFunction[]>;
  readonly prototypes: Table<Spot<Declarator>[], readonly Placed<Declarator>[]>;
  readonly structs: Table<StructSpot, StructInfo>;
  readonly macros: Table<Spot<DefineItem>, Placed<DefineItem>>;
  readonly globals: Table<Spot<Declarator>, Placed<Declarator>>;
  readonly enumerators: Table<Spot<EnumConstant>, Placed<EnumConstant>>;

  /** @param names those of the files, if they are known already */
  constructor(
    files: readonly FileModel[],
    names: Names = new Names(files),
    history: NameHistory | null = null,
  ) {
    this.files = files;
    this.names = names;
    this.history = history;
    const placed = <T>({ file, at, item }: Spot<T>): Placed<T> => this.placed(file, at, item);
    this.functions = new Table(names.functions, (spots) => spots.map((s) => this.functionAt(s)));
    this.prototypes = new Table(names.prototypes, (spots) => spots.map(placed));
    this.structs = new Table(names.structs, (s) => {
      const { file, base, item } = this.placed(s.file, s.at, s.item);
      return { definition: item, file, base, fields: s.fields };
    });
    this.macros = new Table(names.macros, placed);
    this.globals = new Table(names.globals, placed);
    this.enumerators = new Table(names.enumerators, placed);
  }

  private placed<T>(file: number, at: number, item: T): Placed<T> {
    const model = this.files[file];
    const base = model?.items[at]?.base;
    if (model === undefined || base === undefined) throw new Error('names of other files than these');
    return { file: model, base, item };
  }

  /** Its body may be another than when the names were read. */
  private functionAt({ file, at, item }: Spot<FunctionItem>): PlacedFunction {
    const now = this.files[file]?.items[at]?.item;
    return this.placed(file, at, now?.k === 'function' ? now : item);
  }

  /** The definition of `name` that a call in `from` reaches: its own file's first. */
  functionFor(name: string, from: FileModel): PlacedFunction | null {
    const list = this.functions.get(name);
    if (list === undefined) return null;
    return list.find((f) => f.file === from) ?? list.find((f) => !f.item.isStatic) ?? list[0] ?? null;
  }

  field(
    tag: string,
    name: string,
  ): { readonly owner: string; readonly field: Declarator; readonly info: StructInfo } | null {
    const found = this.names.field(tag, name);
    const info = found === null ? undefined : this.structs.get(found.owner);
    return found === null || info === undefined ? null : { owner: found.owner, field: found.field, info };
  }

  globalType(name: string): TypeName | null {
    return this.names.globalType(name);
  }

  typedef(name: string): TypeName | null {
    return this.names.typedef(name);
  }

  resolve(type: TypeName): TypeName {
    return this.names.resolve(type);
  }

  soleOwner(field: string): string | null {
    return this.names.soleOwner(field);
  }

  isFunction(name: string): boolean {
    return this.names.isFunction(name);
  }

  returnType(name: string): TypeName | null {
    return this.names.returnType(name);
  }

  isMacro(name: string): boolean {
    return this.names.isMacro(name);
  }

  isDivided(tag: string): boolean {
    return this.names.isDivided(tag);
  }
}
