/**
 * The transmit path as one action: the address of a fragment is stored with netmem_dma_unmap_addr_set(), which stores 0
 * for device memory, and unmapped with netmem_dma_unmap_page_attrs(), which skips 0. One without the other does nothing:
 * where a driver has converted one side, or part of it, the action is what is missing.
 */
import { sinceOf } from '../kernel/presence.ts';
import { entryOf, mappedBy, NAME } from '../kernel/table.ts';
import type { KernelTree } from '../kernel/tree.ts';
import type { AliasClass, BufferFact } from '../model/alias/alias-class.ts';
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import { mayBeHead, ofFragment } from '../model/transmit/transmit-mapping.ts';
import { writtenField } from '../model/names/written-names.ts';
import type { Location } from '../text/range.ts';
import { callAt, callsOf, type PlacedCall, textOf } from './calls.ts';
import { type DriverPlan, type FileEdit, type Obstacle, refusal } from './driver-plan.ts';

const MAP = NAME.skb_frag_dma_map;
const STORE = NAME.netmem_dma_unmap_addr_set;
const UNMAP = NAME.netmem_dma_unmap_page_attrs;
const PLAIN_STORE = NAME.dma_unmap_addr_set;

/** One plan for each way that the driver sends fragments. */
export function planTransmit(
  facts: DriverFacts,
  tree: KernelTree,
  finish: (edits: readonly FileEdit[]) => DriverPlan['plan']['edits'],
): DriverPlan[] {
  const sending = new Set([...facts.abilities.transmit].map((f) => f.item.name));
  return facts.classes.flatMap((c): DriverPlan[] => {
    const maps = c.facts.filter((f) => f.api === MAP);
    const unmaps = c.facts.filter(
      (f) => f.kind === 'unmap' && mappedBy(f.api) === 'page' && f.direction !== 'from-device',
    );
    const stores = c.facts.filter((f) => f.kind === 'unmap-store' && f.api === PLAIN_STORE);
    const [first] = maps;
    if (first === undefined || unmaps.length + stores.length === 0) return [];
    const path = new TransmitPath(facts, c, maps, stores, unmaps, sending);
    const obstacles = missing(tree, first.location) ?? path.obstacles;
    if (obstacles.length === 0 && path.edits.length === 0) return [];
    const fields = c.holders.filter((h) => h.kind === 'field').map((h) => `${h.owner}.${h.name}`);
    // Other things than fragments are in the class: what is unmapped is named.
    const kept = [...unmaps, ...stores].flatMap((f) => [...facts.mappedAt(f).fields, facts.mappedAt(f).into]);
    const where = writtenField(kept.find((field) => field !== '') ?? first.fn);
    const common = {
      kind: 'transmit' as const,
      names: new Set([c.id, first.fn, ...fields]),
      places: [...maps, ...stores, ...unmaps].map((f) => f.apiAt),
      obstacles,
    };
    const id = `transmit:${first.location.file}:${first.location.range.start}`;
    if (obstacles.length > 0)
      return [
        {
          ...common,
          plan: refusal(id, `Transmit by ${where} stays: ${obstacles[0]?.reason ?? ''}`, obstacles),
        },
      ];
    return [
      {
        ...common,
        plan: {
          id,
          title: `Store and unmap fragments of ${where} as netmem (${path.edits.length} place${path.edits.length === 1 ? '' : 's'})`,
          applicability: 'safe',
          edits: finish(path.edits),
          refusals: [],
        },
      },
    ];
  });
}

function missing(tree: KernelTree, location: Location): Obstacle[] | null {
  const lacking = [STORE, UNMAP, NAME.skb_frag_netmem].find((name) => !tree.has(name));
  if (lacking === undefined) return null;
  const since = sinceOf(entryOf(lacking)) ?? 'a later release';
  const reason = `${lacking}() is not in this tree; mainline has it from ${since} on`;
  return [{ location, reason, cause: `transmit helpers come with ${since}` }];
}

class TransmitPath {
  readonly edits: FileEdit[] = [];
  readonly obstacles: Obstacle[] = [];
  private readonly facts: DriverFacts;

  constructor(
    facts: DriverFacts,
    c: AliasClass,
    maps: readonly BufferFact[],
    stores: readonly BufferFact[],
    unmaps: readonly BufferFact[],
    sending: ReadonlySet<string>,
  ) {
    this.facts = facts;
    for (const m of maps) this.map(m, stores);
    for (const u of unmaps) this.unmap(u);
    const isUnmapped = unmaps.length > 0 || c.facts.some((f) => f.kind === 'unmap' && f.api === UNMAP);
    if (!isUnmapped && maps[0] !== undefined)
      this.refuse(maps[0].apiAt, 'nothing unmaps these fragments as pages', 'no unmap found');
    for (const f of c.facts) {
      if (f.kind === 'map' && ofFragment(f) && sending.has(f.fn) && f.direction !== 'from-device')
        this.refuse(
          f.apiAt,
          `${f.api}() also maps fragments here: map them all with ${MAP}()`,
          'fragments mapped by hand',
        );
      if (f.kind === 'unmap' && mappedBy(f.api) === 'address' && ofFragment(f) && sending.has(f.fn))
        this.refuse(f.apiAt, `${f.api}() unmaps a fragment`, 'fragments unmapped as single');
    }
  }

  private refuse(location: Location, reason: string, cause: string): void {
    this.obstacles.push({ location, reason, cause });
  }

  /** The store that keeps what the map yields: behind it, of the same variable, and of nothing but a fragment. */
  private map(m: BufferFact, stores: readonly BufferFact[]): void {
    const place = callAt(this.facts, m.location);
    const frag = place?.call.args[1];
    const kept = place === null ? null : assignedTo(place);
    if (place === null || frag === undefined || kept === null) {
      this.refuse(m.apiAt, `the result of ${MAP}() is not kept in a variable`, 'store not found');
      return;
    }
    const next = callsOf(place.fn, MAP).find(({ call }) => call.s > place.call.s)?.call.s ?? Infinity;
    const storing = (name: string, argument: number): PlacedCall['call'] | undefined =>
      callsOf(place.fn, name).find(({ call }) => {
        const value = call.args[argument];
        return call.s > place.call.e && call.s < next && value !== undefined && textOf(place, value) === kept;
      })?.call;
    if (storing(STORE, 3) !== undefined) return;
    const store = storing(PLAIN_STORE, 2);
    const first = store?.args[0];
    const fact = stores.find(
      (s) =>
        store !== undefined &&
        s.apiAt.range.start === place.base + store.fn.s &&
        s.apiAt.file === place.file.path,
    );
    if (store === undefined || first === undefined || fact === undefined || mayBeHead(fact)) {
      this.refuse(
        m.apiAt,
        'the address is not stored by a dma_unmap_addr_set() of its own: one that also serves the head, or a plain field, cannot tell device memory',
        'no store of the fragment alone',
      );
      return;
    }
    const { file, base } = place;
    const reason = 'stores 0 for device memory, so that nothing unmaps it';
    const at = base + first.s;
    this.edits.push(
      {
        file: file.path,
        range: { start: base + store.fn.s, end: base + store.fn.e },
        newText: STORE,
        reason,
      },
      {
        file: file.path,
        range: { start: at, end: at },
        newText: `skb_frag_netmem(${textOf(place, frag)}), `,
        reason,
      },
    );
  }

  private unmap(u: BufferFact): void {
    const place = callAt(this.facts, u.location);
    const address = place?.call.args[1];
    if (place === null || address === undefined || !textOf(place, address).startsWith('dma_unmap_addr(')) {
      this.refuse(
        u.apiAt,
        `${u.api}() does not take its address from dma_unmap_addr()`,
        'address kept elsewhere',
      );
      return;
    }
    const { file, base, call } = place;
    const reason = 'skips device memory, whose stored address is 0';
    this.edits.push({
      file: file.path,
      range: { start: base + call.fn.s, end: base + call.fn.e },
      newText: UNMAP,
      reason,
    });
    if (!u.api.endsWith('_attrs')) {
      const end = base + call.e - 1;
      this.edits.push({ file: file.path, range: { start: end, end }, newText: ', 0', reason });
    }
  }
}

function assignedTo({ parent, file, base, call, fn }: PlacedCall): string | null {
  if (parent?.k === 'assign' && parent.op === '=') return textOf({ file, base }, parent.l);
  // An initialiser has no parent expression: the declared name stands before the sign.
  const before = file.text.slice(base + fn.bodyAt.s, base + call.s);
  return parent === null ? (/(\w+)\s*=\s*$/.exec(before)?.[1] ?? null) : null;
}
