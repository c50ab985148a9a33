/**
 * Header buffers from a pool that a provider can feed: the CPU reads them before the stack sees the packet. Every driver that
 * is ready lets them share the payload's pool as long as that has pages, and gives them one of their own otherwise.
 */
import { NAME } from '../kernel/table.ts';
import type { AliasClass } from '../model/alias/alias-class.ts';
import { locate } from '../model/alias/alias-class.ts';
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import type { PlacedStore } from '../model/guards/pool-handles.ts';
import { because, fitting } from './message.ts';
import type { Report } from './rule.ts';

/** What is wrong with the pools of header buffers, once a store. */
export function headerPools({ classes, guards }: DriverFacts): Report[] {
  const payload = classes.filter((c) => c.role === 'payload');
  const seen = new Set<unknown>();
  return classes
    .filter((c) => c.role === 'header')
    .flatMap((c) =>
      guards.storesOfUnreadable(c, payload).flatMap((store) => {
        if (seen.has(store.x)) return [];
        seen.add(store.x);
        return report(store, c);
      }),
    );
}

function report({ fn, x, field }: PlacedStore, c: AliasClass): Report {
  const { file, base } = fn.placed;
  return {
    severity: 'warning',
    confidence: 'medium',
    location: locate(file, base, x),
    api: field,
    message: fitting(
      `give headers a pool of their own: a provider can feed ${field}.`,
      'give headers a pool of their own: a provider can feed this one.',
    ),
    evidence: [
      because(
        locate(file, base, x),
        `the CPU reads headers from this pool; ${NAME.page_pool_is_unreadable}() or ${NAME.netif_rxq_has_unreadable_mp}() says when they need another`,
      ),
      ...c.evidence.map((f) => ({ location: f.location, message: `${f.fn}(): ${f.api}` })),
    ],
    aliasClass: c.id,
  };
}
