/** Which alias classes travel through a receive ring, and what part each plays in the receive paths. */
import type { BufferRole } from '../../../../simulator/contract/driver-model.ts';
import type { BufferOperand } from '../../../../simulator/contract/driver-ir.ts';
import { TYPE } from '../../kernel/structures.ts';
import type { AliasClass, BufferFact } from '../alias/alias-class.ts';
import type { FactKind } from '../flow/facts.ts';
import { writtenField } from '../names/written-names.ts';

/** A class of the receive ring as the programs see it. */
export interface RingClass {
  readonly index: number;
  readonly operand: BufferOperand;
  /** It becomes a socket buffer by itself: the ring holds skbs. */
  readonly ofSkb: boolean;
}

const RING_ROLES: ReadonlySet<BufferRole> = new Set(['payload', 'linear', 'header', 'mixed']);

function fromDevice(c: AliasClass): boolean {
  return c.facts.some(
    (f) =>
      f.kind === 'release' ||
      (f.kind === 'allocate' &&
        (f.source === 'pool' ||
          f.source === 'pool-address' ||
          f.source === 'page' ||
          f.source === 'fragment' ||
          f.source === 'skb')),
  );
}

/**
 * False for memory of which nothing tells the device: a page of the driver's own into which it copies headers is no buffer
 * of a ring, also where it comes from the pool.
 */
function reachesDevice(c: AliasClass): boolean {
  return c.facts.some(({ kind, source }) => TOLD.has(kind) || source === 'pool-address');
}

const TOLD: ReadonlySet<FactKind> = new Set([
  ...(['dma-address', 'map', 'unmap', 'post', 'sync-cpu', 'sync-device'] as const),
]);

/** Classes of the receive ring by class number. */
export function ringClasses(classes: readonly AliasClass[]): ReadonlyMap<number, RingClass> {
  const split = classes.some((c) => c.role === 'payload' && c.pools.length > 0);
  const out = new Map<number, RingClass>();
  classes.forEach((c, index) => {
    const pool = c.facts.some((f) => f.kind === 'allocate' && f.source === 'pool');
    if (!fromDevice(c) || !(RING_ROLES.has(c.role) || (c.role === 'unknown' && pool))) return;
    if (c.role === 'header' && !reachesDevice(c)) return;
    const sources = c.facts.filter((f) => f.kind === 'allocate').map((f) => f.source);
    out.set(index, {
      index,
      operand: {
        name: nameOf(c),
        role: split ? c.role : roleOf(c),
        pool: c.pools[0] ?? null,
        heldAs: heldAs(c),
      },
      ofSkb: sources.length > 0 && sources.every((s) => s === 'skb'),
    });
  });
  return out;
}

/**
 * Classes that show a ring's buffer under another name: what an xdp_buff made of it points to, and what a second caller
 * of the function that fills the ring gets.
 */
export function aliases(
  classes: readonly AliasClass[],
  ring: ReadonlyMap<number, RingClass>,
): ReadonlyMap<number, number> {
  return new Map([...behindXdp(classes, ring), ...copies(classes, ring)]);
}

/** Classes to which the same is done at the same places, and nothing besides: a ring that is filled from two places. */
function copies(
  classes: readonly AliasClass[],
  ring: ReadonlyMap<number, RingClass>,
): ReadonlyMap<number, number> {
  const byFacts = new Map<string, number>();
  const out = new Map<number, number>();
  // Those whose pool is known first: it is the pool of all.
  const order = [...ring.values()].sort(
    (a, b) => Number(b.operand.pool !== null) - Number(a.operand.pool !== null),
  );
  for (const { index } of order) {
    const facts = classes[index]?.facts ?? [];
    const key = facts
      .map(({ kind, location: { file, range } }) => `${kind} ${file}:${range.start}`)
      .sort()
      .join();
    const first = byFacts.get(key);
    if (first === undefined) byFacts.set(key, index);
    else out.set(index, first);
  }
  return out;
}

/** A driver that always fills an xdp_buff copies from, builds on and frees the buffer through that. */
function behindXdp(
  classes: readonly AliasClass[],
  ring: ReadonlyMap<number, RingClass>,
): ReadonlyMap<number, number> {
  const prepared = [...ring.values()].filter(({ index }) =>
    classes[index]?.facts.some((f) => f.kind === 'xdp-prepare'),
  );
  const behind = prepared.find(({ operand }) => operand.pool !== null) ?? prepared[0];
  const out = new Map<number, number>();
  if (behind === undefined) return out;
  classes.forEach((c, i) => {
    if (!ring.has(i) && c.facts.some((f) => f.kind === 'xdp-linear')) out.set(i, behind.index);
  });
  return out;
}

/** Without payload from a pool beside it, a buffer that goes into fragments carries payload too. */
function roleOf(c: AliasClass): BufferRole {
  return c.role === 'header' && c.facts.some((f) => f.kind === 'frag') ? 'linear' : c.role;
}

function nameOf(c: AliasClass): string {
  const fields = c.holders.filter((h) => h.kind === 'field');
  const best = fields.find((h) => h.page) ?? fields[0] ?? c.holders.find((h) => h.page) ?? c.holders[0];
  if (best === undefined) return c.id;
  return best.kind === 'field'
    ? writtenField(`${best.owner}.${best.name}`).replace(/^(struct|union) /, '')
    : best.name;
}

function heldAs(c: AliasClass): BufferOperand['heldAs'] {
  const pages = c.holders.filter((h) => h.page);
  if (pages.length === 0) return 'address';
  return pages.some((h) => h.type.base === TYPE.netmem_ref) ? 'netmem' : 'page';
}

/** True if the fact puts memory into a packet of which nobody saw where it was allocated. */
export function isUnfollowed(fact: BufferFact, c: AliasClass | undefined): boolean {
  if (fact.kind !== 'frag' && fact.kind !== 'build-skb') return false;
  return c?.facts.some((f) => f.kind === 'allocate' || f.kind === 'skb-frag') === false;
}

/** True for memory that the driver is seen to get, or to give back to the system: what it copies headers out of. */
export function isOwnMemory({ facts }: AliasClass): boolean {
  return facts.some(({ kind }) => kind === 'allocate' || kind === 'put-page');
}
