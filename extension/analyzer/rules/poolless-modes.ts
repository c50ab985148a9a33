/**
 * Modes in which a driver with a page_pool runs without it: what they do to buffers is done to pages for good, so that
 * it is enough to say once that the mode exists (RX1).
 */
import type { AliasClass, BufferFact } from '../model/alias/alias-class.ts';
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import { isFromPool, isPooled } from './rule.ts';

/** A mode without a pool. */
export interface PoollessMode {
  readonly c: AliasClass;
  /** What would hold the pool: `struct foo_ring.pool`. */
  readonly pool: string;
  /** Where the buffers come from instead. */
  readonly taken: BufferFact;
  /** Where they are mapped for the device, if that is in the driver. */
  readonly mapped: BufferFact | null;
}

/**
 * The modes in which buffers are taken elsewhere because there is no pool, one for each pool that may be missing.
 * @param classes buffers that are received
 */
export function modesWithoutPool({ guards }: DriverFacts, classes: readonly AliasClass[]): PoollessMode[] {
  const found = new Map<string, PoollessMode>();
  for (const c of classes) {
    if (!isPooled(c)) continue;
    for (const taken of c.facts) {
      if (taken.kind !== 'allocate' || isFromPool(taken.source) || taken.source === null) continue;
      const pool = guards.missingPool(taken);
      if (pool === null || found.has(pool)) continue;
      const maps = c.facts.filter((f) => f.kind === 'map' && f.direction !== 'to-device');
      const mapped = maps.find((f) => !guards.meetsProvider(f, c)) ?? maps[0] ?? null;
      found.set(pool, { c, pool, taken, mapped });
    }
  }
  return [...found.values()];
}
