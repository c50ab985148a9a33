/** Receive pools that another module creates: a driver may be split into several, and take buffers from a pool it is handed. */
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import type { Location } from '../text/range.ts';
import { isFromPool, isPayload } from './rule.ts';

/**
 * Where a driver that creates no pool takes its receive buffers from one; null if it does not. Of the parameters of such
 * a pool nothing is known.
 */
export function foreignPool({ pools, classes }: DriverFacts): Location | null {
  if (pools.length > 0) return null;
  for (const c of classes) {
    if (!isPayload(c)) continue;
    const taken = c.facts.find((f) => f.kind === 'allocate' && isFromPool(f.source));
    if (taken !== undefined) return taken.apiAt;
  }
  return null;
}
