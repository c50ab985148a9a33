/** RX6 as what is owed: memory that the pool maps for the device has to be synchronised before the CPU reads it. */
import { type AliasClass, type BufferFact, locate } from '../model/alias/alias-class.ts';
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import type { FactKind } from '../model/flow/facts.ts';
import { familyOf } from '../kernel/table.ts';
import type { Location } from '../text/range.ts';
import { isPayload, isPooled, payloadClasses } from './rule.ts';

/** What hands the bytes of a buffer to the CPU. */
const READS: ReadonlySet<FactKind> = new Set(['build-skb', 'copy-from', 'read', 'frag']);

/** Names of functions that synchronise for the CPU: also those of other subsystems (AF_XDP, virtqueues). */
const SYNCS = /\b\w*for_cpu\w*\s*\(/;

/** Where the CPU first gets at a buffer that nothing has synchronised for it. */
export interface Unsynced {
  readonly c: AliasClass;
  readonly read: BufferFact;
  /** The read itself, or the call of the helper that the packet's buffer is handed to for it. */
  readonly at: Location;
  readonly api: string;
}

/** True if the driver tells the pool's DMA address to the device itself: another module that does would synchronise, too. */
function isToldToDevice({ facts }: AliasClass): boolean {
  const fromPool = facts.some((f) => f.kind === 'dma-address' && familyOf(f.api) === 'page-pool');
  return fromPool && facts.some((f) => f.kind === 'post');
}

/** Payload of a driver that synchronises nothing for the CPU, with the place of its first read; one a class. */
export function unsynced(facts: DriverFacts): Unsynced[] {
  const owing = payloadClasses(facts).filter((c) => isPayload(c) && isPooled(c) && isToldToDevice(c));
  if (owing.length === 0) return [];
  if (facts.classes.some((c) => c.facts.some((f) => f.kind === 'sync-cpu'))) return [];
  if (facts.files.some((file) => SYNCS.test(file.text))) return [];
  return owing.flatMap((c): Unsynced[] => {
    const [read] = c.facts.filter((f) => READS.has(f.kind) && facts.guards.meetsProvider(f, c));
    return read === undefined ? [] : [{ c, read, ...firstHanded(read, c, facts) }];
  });
}

/** Where payload is first synchronised for the CPU through its pool; null if that was not found. */
export function syncThroughPool(facts: DriverFacts): Location | null {
  for (const c of facts.classes) {
    if (!isPayload(c)) continue;
    const sync = c.facts.find((f) => f.kind === 'sync-cpu' && familyOf(f.api) === 'page-pool');
    if (sync !== undefined) return sync.apiAt;
  }
  return null;
}

/** How many helpers a buffer goes through at most. */
const HELPERS = 6;

/** Where the buffer itself is handed on for the read: from a function that did not get it as an argument. */
function firstHanded(read: BufferFact, c: AliasClass, { calls }: DriverFacts): Pick<Unsynced, 'at' | 'api'> {
  let { fn, apiAt: at, api } = read;
  for (let i = 0; i < HELPERS && c.holders.some((h) => h.kind === 'parameter' && h.owner === fn); i++) {
    const site = calls.functions
      .flatMap((caller) =>
        caller.summary.calls.map((call, k) => ({ caller, call, targets: calls.callees(caller)[k] })),
      )
      .find(({ targets }) => targets?.some(({ placed: { item } }) => item.name === fn));
    if (site === undefined) break;
    const { file, base, item } = site.caller.placed;
    at = locate(file, base, site.call.calleeAt);
    api = fn;
    fn = item.name;
  }
  return { at, api };
}
