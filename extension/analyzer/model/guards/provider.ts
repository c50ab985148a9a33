/**
 * The one question that rules ask: can this happen while the buffer's pool has a memory provider, in a mode in which
 * binding is accepted?
 */
import type { DriverSymbols } from '../symbols.ts';
import { type Literal, meaningOfAtom } from './atom.ts';
import { ALWAYS, both, type Conjunction, either, type Guard, necessary, NEVER } from './guard.ts';
import { Implications } from './implied.ts';
import type { Reach } from './reach.ts';

/** How far implications of implications are followed. */
const ROUNDS = 3;

/** A use of a buffer, as the question sees it. */
export interface Use {
  /** Driver-wide guard of the place. */
  readonly guard: Guard;
  /** Under what a provider can be there: the pool's creation, its flags, what binding asks for. */
  readonly provider: Guard;
  /** True if the kind of buffer that a literal speaks of is this one. */
  readonly isThis: (kind: string) => boolean;
}

export class ProviderQuestion {
  private readonly implications: Implications;

  constructor(reach: Reach) {
    this.implications = new Implications(reach);
  }

  /** False if no way to the place agrees with a provider. */
  isPossible(use: Use): boolean {
    return this.possible(both(use.guard, use.provider), use);
  }

  /** What is left of a guard where a provider is there. */
  possible(guard: Guard, use: Pick<Use, 'isThis'>): boolean {
    let alive = guard.filter((c) => !refuted(c, use));
    for (let round = 0; round < ROUNDS && alive.length > 0; round++) {
      const next: Conjunction[] = [];
      for (const c of alive) {
        let grown: Guard = [c];
        for (const l of c) {
          const more = this.implications.of(l);
          if (more !== ALWAYS) grown = both(grown, more);
        }
        next.push(...grown.filter((g) => !refuted(g, use)));
      }
      alive = next.slice(0, 12);
    }
    return alive.length > 0;
  }
}

/** True if one of the literals cannot be while a provider feeds the buffer's pool. */
function refuted(c: Conjunction, use: Pick<Use, 'isThis'>): boolean {
  return c.some((l) => refutes(l, use));
}

function refutes({ atom, holds }: Literal, use: Pick<Use, 'isThis'>): boolean {
  const means = meaningOfAtom(atom);
  switch (means) {
    case 'net-iov':
      return !holds && use.isThis(atom.subject.key);
    case 'address':
      return holds && use.isThis(atom.subject.key);
    case 'pool-unreadable':
    case 'queue-provider':
    case 'has-pool':
    case 'frag-net-iov':
    case 'split-configured':
      return !holds;
    case 'skb-readable':
    case 'xdp':
    case 'xsk':
    case 'udp':
      return holds;
    case null:
      return false;
  }
}

/** When binding a provider is accepted, as far as the driver says: where it offers queues, and where it splits. */
export function bindingGuard(reach: Reach, symbols: DriverSymbols): Guard {
  return both(offersQueues(reach, symbols), splits(reach));
}

/** Where the operations on queues are installed. */
function offersQueues(reach: Reach, symbols: DriverSymbols): Guard {
  const ways: Guard[] = [];
  for (const table of symbols.globals.values()) {
    if (table.item.type.base !== 'struct netdev_queue_mgmt_ops' || table.item.init?.k !== 'init') continue;
    if (!table.item.init.items.some((i) => i.path[0] === 'ndo_queue_mem_alloc')) continue;
    for (const fn of reach.cx.calls.functions) {
      const mentioned = reach.mentionOf(table.item.name, fn);
      if (mentioned !== null) ways.push(mentioned);
    }
  }
  return ways.length === 0 ? ALWAYS : either(...ways);
}

/** Where a request for a split of headers and data is heard. */
function splits(reach: Reach): Guard {
  const ways: Guard[] = [];
  for (const fn of reach.cx.calls.functions) {
    if (!reach.says(fn, 'ETHTOOL_TCP_DATA_SPLIT_ENABLED') || !reach.isBelow(fn, SET_RINGS)) continue;
    for (const part of reach.flow(fn).parts) {
      if (!necessary(part).some((l) => l.holds && meaningOfAtom(l.atom) === 'split-configured')) continue;
      ways.push(both(reach.driverWide(part, fn.placed.file), reach.of(fn)));
    }
  }
  const live = ways.filter((w) => w !== NEVER);
  return live.length === 0 ? ALWAYS : either(...live);
}

const SET_RINGS = 'struct ethtool_ops.set_ringparam';
