/** RX4, the other half: whoever has a pool that maps its memory does not map and unmap that memory once more. */
import { effectsOf } from '../kernel/table.ts';
import type { AliasClass, BufferFact } from '../model/alias/alias-class.ts';
import { isFromPool, isPooled, onlyPools, payloadFacts, type RuleContext } from './rule.ts';

function madeByPool({ madeBy }: BufferFact): boolean {
  return madeBy.some(
    (name) => effectsOf(name)?.some((e) => e.does === 'alloc' && isFromPool(e.source)) === true,
  );
}

/** A mapping that the driver makes or ends for the device's writes, as far as the direction says. */
function isMapping({ kind, direction }: BufferFact): boolean {
  return (kind === 'map' || kind === 'unmap') && (direction === 'from-device' || direction === 'both');
}

/** Places where the driver itself maps or unmaps memory of a payload pool. */
export function driverMappings({ facts }: RuleContext): ReadonlyMap<BufferFact, AliasClass> {
  const all = payloadFacts(facts, (f, c) => isMapping(f) && isPooled(c) && c.role !== 'unknown');
  const mapped = new Set<AliasClass>();
  for (const [f, c] of all)
    if (f.kind === 'map' && (onlyPools(c) || madeByPool(f)) && !facts.guards.isWithoutPool(f)) mapped.add(c);
  const out = new Map<BufferFact, AliasClass>();
  for (const [f, c] of all) {
    if (facts.guards.isWithoutPool(f)) continue;
    const sure = onlyPools(c) || madeByPool(f);
    // What a descriptor keeps is the memory that was mapped for it.
    const kept = f.kind === 'unmap' && mapped.has(c) && !c.facts.includes(f);
    if (sure || kept) out.set(f, c);
  }
  return out;
}
