/** Decides for each group of pages whether it is converted: its role from the alias classes, its obstacles from its uses. */
import { TYPE } from '../kernel/structures.ts';
import { effectsOf, NAME } from '../kernel/table.ts';
import type { KernelTree } from '../kernel/tree.ts';
import type { AliasClass } from '../model/alias/alias-class.ts';
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import type { FilePath, Location } from '../text/range.ts';
import type { FileEdit, Obstacle } from './driver-plan.ts';
import { retype } from './retype.ts';
import type { Border, DeclarationSite, SlotGroup } from './slots.ts';
import type { Unreadable } from './unreadable.ts';

export type GroupDecision =
  /** No receive payload: pages that stay pages. */
  | { readonly k: 'leave' }
  | { readonly k: 'convert'; readonly edits: readonly FileEdit[] }
  | { readonly k: 'refuse'; readonly obstacles: readonly Obstacle[] };

export interface DecidedGroup {
  readonly group: SlotGroup;
  readonly classes: readonly AliasClass[];
  readonly decision: GroupDecision;
}

function placeKey(file: FilePath, at: number): string {
  return `${file}:${at}`;
}

function isPooled(c: AliasClass): boolean {
  return (
    c.pools.length > 0 ||
    c.facts.some((f) => f.kind === 'allocate' && (f.source === 'pool' || f.source === 'pool-address'))
  );
}

/** Classes that netmem has to reach. */
export function isPayload(c: AliasClass): boolean {
  return c.role === 'payload' || c.role === 'linear' || c.role === 'mixed';
}

const UNREADABLE = NAME.PP_FLAG_ALLOW_UNREADABLE_NETMEM;

export class GroupDecider {
  private readonly facts: DriverFacts;
  private readonly byPlace = new Map<string, AliasClass[]>();
  private readonly tree: KernelTree;
  private readonly unreadable: Unreadable;
  private readableNames: ReadonlySet<string> | null = null;

  constructor(facts: DriverFacts, tree: KernelTree, unreadable: Unreadable) {
    this.facts = facts;
    this.tree = tree;
    this.unreadable = unreadable;
    for (const c of facts.classes) {
      for (const h of c.holders) this.note(h.nameAt, c);
      for (const f of c.facts) this.note(f.apiAt, c);
    }
  }

  /** Names of the pools that are known in full and do not welcome memory without a page. */
  private get readable(): ReadonlySet<string> {
    this.readableNames ??= new Set(
      this.facts.pools.flatMap(({ partial, model }) =>
        !partial &&
        !model.flags.value.includes(UNREADABLE) &&
        !model.conditionalFlags.some((f) => f.flag === UNREADABLE)
          ? [model.name]
          : [],
      ),
    );
    return this.readableNames;
  }

  private note(at: Location, c: AliasClass): void {
    const key = placeKey(at.file, at.range.start);
    const list = this.byPlace.get(key);
    if (list === undefined) this.byPlace.set(key, [c]);
    else if (!list.includes(c)) list.push(c);
  }

  classesOf(group: SlotGroup): AliasClass[] {
    const out = new Set<AliasClass>();
    const add = (file: FilePath, at: number): void => {
      for (const c of this.byPlace.get(placeKey(file, at)) ?? []) out.add(c);
    };
    for (const s of group.sites) add(s.file.path, s.nameAt.start);
    for (const e of group.edits) if (e.apiAt >= 0) add(e.file, e.apiAt);
    return [...out];
  }

  decide(group: SlotGroup): DecidedGroup {
    const classes = this.classesOf(group);
    return { group, classes, decision: this.decision(group, classes) };
  }

  /**
   * Memory that a page_pool maps for the device, where the path to the CPU is out of sight. It is no header memory as
   * far as known, and the pool never gives out anything but pages.
   */
  private isReceiveMemory(c: AliasClass): boolean {
    return (
      c.role === 'unknown' &&
      c.facts.some((f) => f.kind === 'allocate' && f.source === 'pool') &&
      c.facts.some((f) => f.kind === 'dma-address') &&
      this.readablePools(c)
    );
  }

  /** All pools of the class are known, and none welcomes memory without a page. */
  private readablePools(c: AliasClass): boolean {
    return c.pools.length > 0 && c.pools.every((name) => this.readable.has(name));
  }

  /** The memory has a struct page: by role (one buffer holds headers too, so no provider can replace it) or by its pools. */
  private pageBacked(classes: readonly AliasClass[]): boolean {
    return (
      classes.some((c) => c.role === 'linear') ||
      (!classes.some((c) => c.role === 'payload') && classes.some((c) => this.isReceiveMemory(c)))
    );
  }

  /** Receive memory of a pool: a group without any is left alone. */
  isWanted(c: AliasClass): boolean {
    return (isPayload(c) && isPooled(c)) || this.isReceiveMemory(c);
  }

  private decision(group: SlotGroup, classes: readonly AliasClass[]): GroupDecision {
    if (!classes.some((c) => this.isWanted(c))) return { k: 'leave' };
    if (!handled(group)) return { k: 'leave' };
    const obstacles = this.obstacles(group, classes);
    if (obstacles.length > 0) return { k: 'refuse', obstacles };
    return { k: 'convert', edits: this.edits(group, classes) };
  }

  private obstacles(group: SlotGroup, classes: readonly AliasClass[]): Obstacle[] {
    const out: Obstacle[] = [...group.pins];
    if (!this.tree.has(NAME.netmem_address) || !this.tree.has(TYPE.netmem_ref)) {
      const [site] = group.sites;
      if (site !== undefined)
        out.push({
          location: at(site),
          reason: 'this tree has no netmem_ref',
          cause: 'the tree has no netmem',
        });
    }
    for (const { location, reason, hides } of this.facts.limits)
      if (hides === true) out.push({ location, reason, cause: 'the driver is not read as a whole' });
    const linear = classes.some((c) => c.role === 'linear');
    // An XDP frame shows the very buffer it was made from, so it counts for nothing beside a linear class.
    const other = classes.find((c) => staysPages(c) && !(linear && c.role === 'xdp'));
    if (other !== undefined) {
      const where = sharedSite(group, other) ?? group.sites[0];
      if (where !== undefined)
        out.push({
          location: at(where),
          reason: `${where.name} also holds ${other.role} buffers, which stay pages`,
          cause: `shared with ${other.role} buffers`,
        });
    }
    if (!this.pageBacked(classes)) {
      out.push(
        ...toldOf([group.borders, group.readable], (b) => ({
          location: b.location,
          reason: `a payload buffer goes to ${b.consumer}: split the path before converting it`,
          cause: `payload handed to ${b.consumer}`,
        })),
      );
    } else if (group.borders.length > 0 && !this.tree.has(NAME.netmem_to_page)) {
      out.push(
        ...toldOf([group.borders], (b) => ({
          location: b.location,
          reason: `${b.consumer} needs a page`,
          cause: 'the tree has no netmem_to_page()',
        })),
      );
    }
    for (const s of group.sites) {
      const found = this.unreadable.mention(s);
      if (found !== null)
        out.push({
          location: found.location,
          reason: `${s.name} is named in ${found.what}`,
          cause: 'named where the parser is blind',
        });
    }
    for (const list of bySpecifier(group.sites)) {
      const made = retype(list);
      const [first] = list;
      if (!made.ok && first !== undefined)
        out.push({ location: at(first), reason: `${first.name}: ${made.reason}`, cause: made.reason });
    }
    return unique(out);
  }

  /** The edits of a group that has no obstacles. */
  edits(group: SlotGroup, classes: readonly AliasClass[]): FileEdit[] {
    const role = classes.find((c) => isPayload(c))?.role ?? 'payload';
    const out: FileEdit[] = [];
    for (const list of bySpecifier(group.sites)) {
      const made = retype(list);
      const [first] = list;
      if (!made.ok || first === undefined) continue;
      for (const e of made.edits)
        out.push({
          ...e,
          file: first.file.path,
          reason: `${list.map((s) => s.name).join(', ')}: ${role} buffers are tracked as netmem_ref`,
        });
    }
    for (const e of group.edits)
      for (const edit of e.edits) out.push({ ...edit, file: e.file, reason: e.reason });
    for (const b of once(group.borders, (x) => `${x.location.file}:${x.location.range.start}`))
      out.push(...borderEdits(b));
    return out;
  }
}

/** Something is done to the pages that netmem has a function for: going from an address to a page and on is nothing. */
function handled(group: SlotGroup): boolean {
  return group.edits.some((e) => e.api !== '' && !fromAddress(e.api)) || group.pins.length > 0;
}

/** Buffers of another kind, which have to be pages. The heap memory of an array that holds pages is none. */
function staysPages(c: AliasClass): boolean {
  switch (c.role) {
    case 'header':
    case 'xdp':
    case 'tx':
      return true;
    case 'private':
      return c.facts.some((f) => f.kind === 'allocate' && (f.source === 'page' || f.source === 'fragment'));
    case 'payload':
    case 'linear':
    case 'mixed':
    case 'unknown':
      return false;
  }
}

function at(site: DeclarationSite): Location {
  return { file: site.file.path, range: site.nameAt };
}

function borderEdits(b: Border): FileEdit[] {
  const { file, range } = b.location;
  const reason = `${b.consumer} needs a page, and this memory is page-backed by its role`;
  return [
    { file, range: { start: range.start, end: range.start }, newText: 'netmem_to_page(', reason },
    { file, range: { start: range.end, end: range.end }, newText: ')', reason },
  ];
}

/** Places told of, of those for which a group is not converted; there may be hundreds of thousands. */
const MAX_OBSTACLES = 10_000;

/** An obstacle for each of the first places of several lists, and one that says how many more there are. */
export function toldOf<T>(
  lists: readonly (readonly T[])[],
  obstacle: (place: T) => Obstacle,
  most = MAX_OBSTACLES,
): Obstacle[] {
  const out: Obstacle[] = [];
  const total = lists.reduce((sum, { length }) => sum + length, 0);
  for (const place of lists.flat(1)) {
    const told = obstacle(place);
    if (out.length === most) {
      const reason = `${told.reason}; this and ${total - most - 1} more places are not listed, ${most} are`;
      return [...out, { ...told, reason }];
    }
    out.push(told);
  }
  return out;
}

function sharedSite(group: SlotGroup, c: AliasClass): DeclarationSite | undefined {
  return group.sites.find((s) =>
    c.holders.some((h) => h.nameAt.file === s.file.path && h.nameAt.range.start === s.nameAt.start),
  );
}

/** Declarations that share a type specifier change together. */
function bySpecifier(sites: readonly DeclarationSite[]): DeclarationSite[][] {
  const out = new Map<string, DeclarationSite[]>();
  for (const s of sites) {
    const key = placeKey(s.file.path, s.baseAt.start);
    const list = out.get(key);
    if (list === undefined) out.set(key, [s]);
    else list.push(s);
  }
  return [...out.values()].map((list) => list.sort((a, b) => a.declarator.start - b.declarator.start));
}

function unique(list: readonly Obstacle[]): Obstacle[] {
  const seen = new Set<string>();
  return list.filter((o) => {
    const key = `${o.location.file}:${o.location.range.start}:${o.reason}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** An expression that is looked at twice asks for its edit twice. */
function once<T>(list: readonly T[], keyOf: (x: T) => string): T[] {
  const seen = new Set<string>();
  return list.filter((x) => {
    const key = keyOf(x);
    return seen.has(key) ? false : (seen.add(key), true);
  });
}

/** True for what finds a page by an address that the driver has. */
function fromAddress(api: string): boolean {
  return effectsOf(api)?.some((effect) => effect.fact === 'page-of') === true;
}
