/**
 * Mappings of transmission that were not followed from end to end: what is unmapped without anybody knowing where it was
 * mapped, and fragments of which nobody knows how they are unmapped. While there are any, nothing is known of TX1.
 */
import type { BufferRole } from '../../../simulator/contract/driver-model.ts';
import type { FragmentTraces, Untraced } from '../fragment-traces.ts';
import { TYPE } from '../kernel/structures.ts';
import { mappedBy } from '../kernel/table.ts';
import type { AliasClass, BufferFact } from '../model/alias/alias-class.ts';
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import { foreignPool } from './foreign-pool.ts';
import { syncThroughPool } from './rx6-no-sync.ts';
import { SentFragments } from '../model/driver/sent-fragments.ts';

/** What a class of unknown direction may still be: buffers that are received are none of it. */
const MAY_BE_SENT: ReadonlySet<BufferRole> = new Set(['tx', 'unknown', 'mixed']);

function mayBeSent(f: BufferFact, c: AliasClass): boolean {
  if (f.direction === 'from-device') return false;
  return f.direction === 'to-device' || MAY_BE_SENT.has(c.role);
}

/** True in a function that has XDP frames in its hands and no socket buffer. */
function holdsFrame({ fn, location }: BufferFact, { calls }: DriverFacts): boolean {
  const own = calls.functions.find(
    ({ placed: { item, file } }) => item.name === fn && file.path === location.file,
  );
  const has = (base: string): boolean =>
    own?.summary.variables.some(({ type }) => type.base === base) === true;
  return has(TYPE.xdp_frame) && !has(TYPE.sk_buff);
}

/** Follows every mapping of fragments, and every unmapping that may be of one. */
export function traceFragments(facts: DriverFacts): FragmentTraces {
  const transmit = new Set([...facts.abilities.transmit].map((f) => f.item.name));
  const sent = new SentFragments(facts, transmit);
  const mapped = new Set<BufferFact>();
  const unmapped = new Set<BufferFact>();
  const unknown = new Set<BufferFact>();
  for (const c of facts.classes)
    for (const f of c.facts) {
      if (sent.isFragment(f)) mapped.add(f);
      if (f.kind !== 'unmap') continue;
      const address = sent.of(f);
      if (address.is === 'fragment') for (const m of address.mappings) unmapped.add(m);
      else if (address.is === 'unknown' && mayBeSent(f, c) && !holdsFrame(f, facts)) unknown.add(f);
    }
  const untraced: Untraced[] = [...unknown].map((f) => ({
    location: f.apiAt,
    reason: `where the address was mapped that ${f.api}() unmaps`,
  }));
  for (const m of mapped)
    if (!unmapped.has(m) && mappedBy(m.api) !== null)
      untraced.push({ location: m.apiAt, reason: `how the fragment is unmapped that ${m.api}() maps` });
  return {
    isMapped: mapped.size > 0,
    untraced,
    foreignPool: foreignPool(facts),
    syncedAt: syncThroughPool(facts),
  };
}
