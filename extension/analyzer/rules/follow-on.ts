/**
 * What a driver does to payload that it finds again by other ways than a holder: the DMA address in a descriptor that the
 * payload's address was put into, the memory of an XDP buffer or a fragment that it gives back to the payload's pool, a
 * fragment of a received packet that it reads.
 */
import { effectsOf, familyOf, NAME, namesWhere } from '../kernel/table.ts';
import type { AliasClass, BufferFact } from '../model/alias/alias-class.ts';
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import type { FunctionRef } from '../model/flow/call-graph.ts';
import type { FactKind } from '../model/flow/facts.ts';
import { mentions } from '../model/names/mentions.ts';

/** Functions of the kernel that take a received packet. */
const DELIVER = namesWhere(({ packet }) => packet === 'deliver');

/** Facts with the payload that they are about. @param payload classes that take their buffers from pools, or do not */
export function followOn(
  facts: DriverFacts,
  payload: readonly AliasClass[],
): readonly (readonly [BufferFact, AliasClass])[] {
  const others = facts.classes.filter((c) => !payload.includes(c));
  return [
    ...fromDescriptors(others, payload),
    ...besidePacket(others, payload),
    ...fromPhysical(others, payload, facts),
    ...fromPackets(others, payload, facts),
    ...readAgain(others, payload, facts),
  ];
}

/** What is known of a buffer of which only the DMA address is seen. */
const BY_ADDRESS: ReadonlySet<FactKind> = new Set(['sync-cpu', 'sync-device', 'unmap']);

/** Uses of addresses that descriptors keep, where none but payload is put into the field. */
function* fromDescriptors(
  others: readonly AliasClass[],
  payload: readonly AliasClass[],
): Generator<readonly [BufferFact, AliasClass]> {
  const kept = new Map<string, AliasClass | null>();
  for (const c of payload) for (const { postedInto: into } of c.facts) if (into !== null) kept.set(into, c);
  if (kept.size === 0) return;
  const isReceived = ({ role }: AliasClass): boolean => role === 'header' || role === 'mixed';
  for (const c of others)
    if (isReceived(c))
      for (const { postedInto: into } of c.facts) if (into !== null && kept.has(into)) kept.set(into, null);
  for (const c of others) {
    if (c.role !== 'unknown' || !c.facts.every((f) => BY_ADDRESS.has(f.kind))) continue;
    for (const h of c.holders) {
      const of = h.kind === 'field' ? kept.get(`${h.owner}.${h.name}`) : undefined;
      if (of === undefined || of === null) continue;
      for (const f of c.facts) if (f.direction !== 'to-device') yield [f, of];
      break;
    }
  }
}

/** What shows that a function has a received packet in its hands. */
const HANDLES: ReadonlySet<FactKind> = new Set([
  ...(['address', 'read', 'copy-from', 'prefetch', 'build-skb', 'xdp-prepare', 'frag', 'page-of'] as const),
]);

/**
 * Synchronisations for the CPU of an address that a function reads from a descriptor, where the one kind of received
 * buffer that it has in its hands is payload: the address is that of the packet.
 */
function* besidePacket(
  others: readonly AliasClass[],
  payload: readonly AliasClass[],
): Generator<readonly [BufferFact, AliasClass]> {
  const handledIn = new Map<string, Set<AliasClass>>();
  const isReceived = ({ role }: AliasClass): boolean =>
    role === 'header' || role === 'mixed' || role === 'linear';
  for (const c of [...payload, ...others.filter(isReceived)])
    for (const { kind, fn } of c.facts)
      if (HANDLES.has(kind)) handledIn.set(fn, (handledIn.get(fn) ?? new Set()).add(c));
  for (const c of others) {
    const isAddress = c.facts.every(({ kind }) => BY_ADDRESS.has(kind) || kind === 'post');
    if (
      c.role !== 'unknown' ||
      !isAddress ||
      c.holders.some(({ kind }) => kind === 'field' || kind === 'global')
    )
      continue;
    for (const f of c.facts) {
      if (f.kind !== 'sync-cpu' || f.direction === 'to-device') continue;
      const [only, ...more] = handledIn.get(f.fn) ?? [];
      if (only !== undefined && more.length === 0 && payload.includes(only)) yield [f, only];
    }
  }
}

/** What makes a received packet of a buffer. */
const BECOMES_PACKET: ReadonlySet<FactKind> = new Set(['frag', 'coalesce', 'build-skb']);

/** Packets in memory that is found by a physical address: with pools, it is theirs. */
function* fromPhysical(
  others: readonly AliasClass[],
  payload: readonly AliasClass[],
  { guards }: DriverFacts,
): Generator<readonly [BufferFact, AliasClass]> {
  const of = payload.find((c) => c.pools.length > 0);
  if (of === undefined) return;
  for (const c of others) {
    const isFound =
      c.facts.some((f) => f.kind === 'from-physical') && c.facts.some((f) => BECOMES_PACKET.has(f.kind));
    if (!isFound || c.facts.some((f) => f.kind === 'allocate')) continue;
    for (const f of c.facts) if (!guards.isWithoutPool(f)) yield [f, of];
  }
}

/** Ways to the memory of a packet: to the page of a fragment, to that of an address. */
const FOUND_AGAIN: ReadonlySet<FactKind | null> = new Set(['skb-frag', 'page-of']);

/** Gives memory of a packet back to a pool, right where it is taken from the packet: no record has kept it meanwhile. */
function isReturn(f: BufferFact): boolean {
  if (f.kind !== 'release' || familyOf(f.api) !== 'page-pool') return false;
  return f.madeBy.some((name) => effectsOf(name)?.some(({ fact }) => FOUND_AGAIN.has(fact)) === true);
}

/** The same of a fragment: an address may be that of the head. */
function isFragmentReturn(f: BufferFact): boolean {
  if (!isReturn(f)) return false;
  const ways = f.madeBy.flatMap((name) => effectsOf(name) ?? []).map(({ fact }) => fact);
  return ways.includes('skb-frag') && !ways.includes('page-of');
}

/** Parts of received packets that go back to a pool of payload, and XDP buffers in payload that become packets. */
function* fromPackets(
  others: readonly AliasClass[],
  payload: readonly AliasClass[],
  { guards, classes }: DriverFacts,
): Generator<readonly [BufferFact, AliasClass]> {
  const elsewhere = new Set(
    classes.flatMap((c) => (c.role === 'header' && !payload.includes(c) ? c.pools : [])),
  );
  const prepares = (c: AliasClass): boolean => c.facts.some((f) => f.kind === 'xdp-prepare');
  const prepared = others.some((c) => c.role === 'header' && prepares(c))
    ? undefined
    : payload.find(prepares);
  // Where headers never become fragments, a fragment is payload, whichever pools the class may be of.
  const isPart = ({ kind }: BufferFact): boolean => kind === 'frag' || kind === 'xdp-frag';
  const parts = others.some((c) => c.role === 'header' && c.facts.some(isPart))
    ? undefined
    : payload.find((c) => c.facts.some(isPart));
  for (const c of others) {
    if (c.role !== 'xdp' && c.role !== 'tx') continue;
    const own = c.pools.some((name) => elsewhere.has(name))
      ? undefined
      : payload.find((p) => p.pools.some((name) => c.pools.includes(name)));
    const returns = own === undefined ? [] : c.facts.filter((f) => isReturn(f) && !guards.isAfterVerdict(f));
    for (const f of c.facts) {
      const isBeside =
        f.kind === 'page-of' &&
        returns.some((r) => r.fn === f.fn && f.madeBy.every((m) => r.madeBy.includes(m)));
      if (own !== undefined && (returns.includes(f) || isBeside)) yield [f, own];
      else if (own === undefined && parts !== undefined && isFragmentReturn(f) && !guards.isAfterVerdict(f))
        yield [f, parts];
      else if (
        prepared !== undefined &&
        c.role === 'xdp' &&
        f.kind === 'build-skb' &&
        !guards.isAfterVerdict(f)
      )
        yield [f, prepared];
    }
  }
}

/** What the CPU does to memory that it has the address of. */
const READS: ReadonlySet<FactKind> = new Set([
  ...(['read', 'copy-from', 'kmap', 'prefetch', 'build-skb', 'xdp-prepare'] as const),
]);

/**
 * Reads of a fragment of a received packet, as those that pull its headers into the head. Only of drivers that put payload
 * into fragments and never say that it may be unreadable: one that does asks first in ways of its own.
 */
function* readAgain(
  others: readonly AliasClass[],
  payload: readonly AliasClass[],
  facts: DriverFacts,
): Generator<readonly [BufferFact, AliasClass]> {
  const of = payload.find((c) => c.facts.some(({ kind }) => kind === 'frag'));
  if (of === undefined || facts.guards.declares) return;
  for (const c of others) {
    if (c.facts.some((f) => f.kind === 'allocate')) continue;
    const takers = c.facts.filter((f) => f.kind === 'skb-frag' && f.api !== NAME.skb_frag_page);
    const reading = c.facts.filter((f) => READS.has(f.kind) && takers.some(({ fn }) => fn === f.fn));
    for (const f of reading) if (receives(f.fn, facts)) yield [f, of];
  }
}

/** Calls from the function that hands packets to the stack down to one that is given such a packet. */
const CALLS = 3;

/** True for a function of the receive path: calls lead to it from one that hands packets to the stack, or calls such a one. */
function receives(name: string, facts: DriverFacts): boolean {
  const delivering = deliverers(facts);
  let level = facts.calls.functions.filter(({ placed: { item } }) => item.name === name);
  for (let up = 0; up <= CALLS && level.length > 0; up++) {
    if (level.some((fn) => delivering.has(fn))) return true;
    level = [...new Set(level.flatMap((fn) => facts.guards.reach.callersByName(fn)))];
  }
  return false;
}

const delivererSets = new WeakMap<DriverFacts, ReadonlySet<FunctionRef>>();

/** Functions that hand packets to the stack, and those that call them. */
function deliverers(facts: DriverFacts): ReadonlySet<FunctionRef> {
  let found = delivererSets.get(facts);
  if (found === undefined) {
    const own = facts.calls.functions.filter(({ placed }) => DELIVER.some((api) => mentions(placed, api)));
    const above = own.flatMap((fn) => facts.guards.reach.callersByName(fn));
    delivererSets.set(facts, (found = new Set([...own, ...above])));
  }
  return found;
}
