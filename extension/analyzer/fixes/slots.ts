/**
 * Page slots: every declaration and call of a driver whose C type is a page, joined where a value flows from one to the
 * other. This is about types, where the model's alias classes are about memory: a group of joined slots can only be
 * retyped together, and only if every use of each is understood.
 */
import type { FilePath, Location, OffsetRange } from '../text/range.ts';
import type { TextEdit } from '../fix.ts';
import type { FileModel, PlacedFunction } from '../model/names/symbols.ts';

/** A declaration that is retyped: `struct page *x` to `netmem_ref x`. */
export interface DeclarationSite {
  readonly kind: 'field' | 'global' | 'local' | 'parameter' | 'return';
  readonly name: string;
  /** Function or `struct tag` around it; '' at file scope. */
  readonly owner: string;
  readonly file: FileModel;
  /** Spans in the file: the type specifier, the declarator with its stars, the name (empty if unnamed). */
  readonly baseAt: OffsetRange;
  readonly declarator: OffsetRange;
  readonly nameAt: OffsetRange;
  readonly stars: number;
  readonly dims: number;
  /** The function whose signature it belongs to, of parameters and results. */
  readonly fn: PlacedFunction | null;
  readonly prototype: boolean;
}

/** An edit that comes with the group: one thing rewritten, with its reason. */
export interface SlotEdit {
  readonly file: FilePath;
  readonly edits: readonly TextEdit[];
  readonly reason: string;
  /** The kernel function whose call is rewritten, '' if none. */
  readonly api: string;
  readonly apiAt: number;
}

/** A place that needs a page: fine where the memory is page-backed by role, the end of the conversion elsewhere. */
export interface Border {
  readonly location: Location;
  readonly consumer: string;
  /** Where the consumer's name stands, or -1. */
  readonly callAt: number;
  /** The page is kept in something that does not say so: it may come back out of it as a page. */
  readonly cookie: boolean;
}

/** Why the slot cannot be retyped. */
export interface Pin {
  readonly location: Location;
  readonly reason: string;
  /** Short, the same for all pins of a kind: what summaries count. */
  readonly cause: string;
  /** A page comes back out of something that does not say so. */
  readonly cookie?: boolean;
}

/** A call of a driver's function that hands a page of the group in or out. */
export interface HelperUse {
  /** Key of the function (`Signature.key`). */
  readonly key: string;
  /** The function's name in the call. */
  readonly location: Location;
}

export interface SlotGroup {
  readonly sites: readonly DeclarationSite[];
  readonly edits: readonly SlotEdit[];
  readonly borders: readonly Border[];
  /** Places that go from an address to the reference: only for memory that has one. */
  readonly readable: readonly Border[];
  readonly pins: readonly Pin[];
  readonly calls: readonly HelperUse[];
  /** Where the names of its declarations are used. */
  readonly references: readonly Location[];
}

interface Edge {
  readonly a: number;
  readonly b: number;
  /** Key of the function whose call joins the two, or '' if the join holds whatever is called. */
  readonly through: string;
}

/** Slots and joins that are looked at to find helpers that part payload from headers. Drivers in the kernel need some hundred. */
const MAX_CUTTING = 1_000_000;

export class Slots {
  private readonly sites: (DeclarationSite | null)[] = [];
  private readonly edits: SlotEdit[][] = [];
  private readonly borders: Border[][] = [];
  private readonly addresses: Border[][] = [];
  private readonly uses: HelperUse[][] = [];
  private readonly references: Location[][] = [];
  private readonly pins: Pin[][] = [];
  private readonly edges: Edge[] = [];
  private readonly byPlace = new Map<string, number>();
  private cutting = 0;

  fresh(): number {
    this.sites.push(null);
    this.edits.push([]);
    this.borders.push([]);
    this.addresses.push([]);
    this.uses.push([]);
    this.references.push([]);
    this.pins.push([]);
    return this.sites.length - 1;
  }

  get count(): number {
    return this.sites.length;
  }

  site(slot: number): DeclarationSite | null {
    return this.sites[slot] ?? null;
  }

  /** The slot of a declaration; one a declaration, however often it is met. */
  declared(site: DeclarationSite): number {
    const key = `${site.file.path}:${site.baseAt.start}:${site.nameAt.start}:${site.nameAt.end}`;
    const known = this.byPlace.get(key);
    if (known !== undefined) return known;
    const slot = this.fresh();
    this.sites[slot] = site;
    this.byPlace.set(key, slot);
    return slot;
  }

  join(a: number, b: number, through = ''): void {
    if (a !== b) this.edges.push({ a, b, through });
  }

  edit(slot: number, edit: SlotEdit): void {
    this.edits[slot]?.push(edit);
  }

  border(slot: number, border: Border): void {
    this.borders[slot]?.push(border);
  }

  readable(slot: number, border: Border): void {
    this.addresses[slot]?.push(border);
  }

  reference(slot: number, at: Location): void {
    this.references[slot]?.push(at);
  }

  call(slot: number, use: HelperUse): void {
    this.uses[slot]?.push(use);
  }

  pin(slot: number, pin: Pin): void {
    this.pins[slot]?.push(pin);
  }

  /** True if there is work left for another grouping with joins cut. */
  mayCut(): boolean {
    this.cutting += this.sites.length + this.edges.length;
    return this.cutting <= MAX_CUTTING;
  }

  /** Groups of joined slots; joins through the functions in `cut` do not count. */
  groups(cut: ReadonlySet<string> = new Set()): SlotGroup[] {
    const parent = this.sites.map((_, i) => i);
    const find = (n: number): number => {
      let at = n;
      for (let p = parent[at] ?? at; p !== at; p = parent[at] ?? at) {
        parent[at] = parent[p] ?? p;
        at = p;
      }
      return at;
    };
    for (const { a, b, through } of this.edges) if (!cut.has(through)) parent[find(b)] = find(a);
    const members = new Map<number, number[]>();
    this.sites.forEach((_, i) => {
      const root = find(i);
      const list = members.get(root);
      if (list === undefined) members.set(root, [i]);
      else list.push(i);
    });
    return [...members.values()].map((slots) => ({
      sites: slots.flatMap((s) => this.sites[s] ?? []),
      edits: slots.flatMap((s) => this.edits[s] ?? []),
      borders: slots.flatMap((s) => this.borders[s] ?? []),
      readable: slots.flatMap((s) => this.addresses[s] ?? []),
      pins: slots.flatMap((s) => this.pins[s] ?? []),
      calls: slots.flatMap((s) => this.uses[s] ?? []),
      references: slots.flatMap((s) => this.references[s] ?? []),
    }));
  }
}
