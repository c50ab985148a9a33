/** RX4 where a library of the kernel makes the pools: the driver has what it gives them. */
import { entryOf, namesWhere } from '../kernel/table.ts';
import { locate } from '../model/alias/alias-class.ts';
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import type { Location } from '../text/range.ts';
import { foreignPool } from './foreign-pool.ts';

/** A call that makes a pool for payload, which no provider can feed. */
interface ClosedPool {
  readonly api: string;
  readonly at: Location;
  /** What the library does not give it. */
  readonly lacks: readonly string[];
}

const MAKERS = namesWhere(({ closedPool }) => closedPool !== undefined);

/** The calls of a driver that receives from pools of such a library, headers' pools left out. */
export function closedPools(facts: DriverFacts): readonly ClosedPool[] {
  const { abilities, guards, symbols } = facts;
  if (abilities.netdevOps.length === 0 || foreignPool(facts) === null) return [];
  return MAKERS.flatMap((api) => {
    const closed = entryOf(api)?.closedPool;
    if (closed === undefined || closed.unless.some(({ tag, field }) => symbols.field(tag, field) !== null))
      return [];
    return guards.reach.saying(api).flatMap((fn) => {
      const { file, base } = fn.placed;
      const calls = guards.reach
        .flow(fn)
        .calls.flatMap(({ x }) => (x.fn.k === 'id' && x.fn.name === api ? [x] : []));
      let from = base;
      return [...new Set(calls)]
        .sort((x, y) => x.s - y.s)
        .flatMap((x): ClosedPool[] => {
          // Headers stay pages: their pool needs none of it.
          const isForHeaders = file.text.slice(from, base + x.s).includes(closed.headers);
          from = base + x.e;
          return isForHeaders ? [] : [{ api, at: locate(file, base, x.fn), lacks: closed.lacks }];
        });
    });
  });
}
