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
  return maps.filter(({ fn }) => !off.has(fn)).map((map) => ({ map, taken: lastBefore(map, taken) }));
}

/** What was taken last before the mapping in its function: an skb that a short packet is copied into stands further up. */
function lastBefore(map: BufferFact, taken: readonly BufferFact[]): BufferFact | null {
  const { file, range } = map.location;
  let last: BufferFact | null = null;
  for (const f of taken) {
    const at = f.location.range.start;
    if (f.fn !== map.fn || f.location.file !== file || at >= range.start) continue;
    if (last === null || at > last.location.range.start) last = f;
  }
  return last;
}
