/**
 * Socket buffers that the device receives into, where alias classes do not tell: one structure keeps what is sent and what
 * is received, or an skb is allocated in one function and mapped in another.
 */
import type { BufferFact } from '../model/alias/alias-class.ts';
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import { findOffStack } from './off-stack.ts';

/** Mappings of the linear part of an skb for the device's writes, by place, each with the allocation beside it, if any. */
export function receivedSkbs(
  facts: DriverFacts,
): readonly { readonly map: BufferFact; readonly taken: BufferFact | null }[] {
  const all = new Set(facts.classes.flatMap((c) => c.facts));
  const taken = [...all].filter(({ kind, source }) => kind === 'allocate' && source === 'skb');
  const maps = [...all].filter(
    (f) => f.kind === 'map' && f.direction === 'from-device' && f.madeBy.includes('skb-linear'),
  );
  // A loopback test maps what it sends as it likes.
  const off = findOffStack(facts, new Set(maps.map(({ fn }) => fn)));
  return maps
    .filter(({ fn }) => !off.has(fn))
    .map((map) => ({ map, taken: taken.find(({ fn }) => fn === map.fn) ?? null }));
}
