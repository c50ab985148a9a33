/**
 * The one question that rules ask: can this happen while the buffer's pool has a memory provider, in a mode in which
 * binding is accepted?
 */
import { TYPE } from '../../kernel/structures.ts';
import { NAME } from '../../kernel/table.ts';
import type { Expr } from '../../syntax/ast.ts';
import type { DriverSymbols } from '../names/symbols.ts';
import { type Literal, kindOfAtom } from './atom.ts';
import { ALWAYS, both, type Conjunction, either, type Guard, literal } from './guard.ts';
import { Implications } from './implied.ts';
import type { ConditionContext } from './condition-context.ts';
import { alternatives, type Reach } from './reach.ts';
import { constantText } from './subject.ts';

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
  /** True if what binding refuses (XDP) makes a use harmless: not where a record is converted that other code shares. */
  readonly refusalsCount: boolean;
}

/** What a refutation asks of a use. */
type Refuting = Pick<Use, 'isThis' | 'refusalsCount'>;

export class ProviderQuestion {
  private readonly implications: Implications;

  constructor(reach: Reach) {
    this.implications = new Implications(reach);
  }

  /** False if no way to the place agrees with a provider. */
  isPossible(use: Use): boolean {
    return this.possible(both(use.guard, use.provider), use);
  }

  /** True if the guard itself says that no provider is there, without what its literals bring with them. */
  isRefuted(guard: Guard, use: Refuting): boolean {
    return guard.every((c) => refuted(c, use));
  }

  /** What is left of a guard where a provider is there. */
  possible(guard: Guard, use: Refuting): boolean {
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
function refuted(c: Conjunction, use: Refuting): boolean {
  return c.some((l) => refutes(l, use));
}

function refutes({ atom, holds }: Literal, use: Refuting): boolean {
  const means = kindOfAtom(atom);
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
    case 'udp':
      return holds;
    case 'xdp':
    case 'xsk':
      return holds && use.refusalsCount;
    case null:
      return false;
  }
}

/** True for what happens only while an XDP program or an AF_XDP socket is there. */
export function isForXdp(guard: Guard): boolean {
  const says = ({ atom, holds }: Literal): boolean =>
    holds && (kindOfAtom(atom) === 'xdp' || kindOfAtom(atom) === 'xsk');
  return guard.length > 0 && guard.every((c) => c.some(says));
}

/** When binding a provider is accepted, as far as the driver says: where it offers queues, and where it splits. */
export function bindingGuard(reach: Reach, symbols: DriverSymbols): Guard {
  return both(offersQueues(reach, symbols), splits(reach));
}

/** Where the operations on queues are installed. */
function offersQueues(reach: Reach, symbols: DriverSymbols): Guard {
  const ways: Guard[] = [];
  for (const table of symbols.globals.values()) {
    if (table.item.type.base !== TYPE.netdev_queue_mgmt_ops || table.item.init?.k !== 'init') continue;
    if (!table.item.init.items.some((i) => i.path[0] === 'ndo_queue_mem_alloc')) continue;
    for (const fn of reach.saying(table.item.name)) {
      const mentioned = reach.mentionOf(table.item.name, fn);
      if (mentioned !== null) ways.push(mentioned);
    }
  }
  return ways.length === 0 ? ALWAYS : either(...ways);
}

/** Where a request for a split of headers and data is not refused. */
function splits(reach: Reach): Guard {
  let out: Guard = ALWAYS;
  for (const fn of reach.saying(SPLIT_ON)) {
    if (!reach.isBelow(fn, SET_RINGS)) continue;
    const { returns, parts } = reach.flow(fn);
    const asked = splitLiteral([...returns.map((r) => r.guard), ...parts]);
    if (asked === null) continue;
    const accepted = returns.filter(({ x, cx }) => !isRefusal(x, cx, fn.placed.item.returns.base));
    if (accepted.length === returns.length) continue;
    const guard = both(either(...accepted.map((r) => r.guard)), literal({ ...asked, holds: true }));
    out = both(out, reach.driverWide(guard, fn.placed.file));
  }
  return out;
}

/** Where the driver says that headers and data are split. */
export function splitIsOn(reach: Reach): Guard {
  const ways: Guard[] = [];
  for (const fn of reach.saying(SPLIT_ON)) {
    if (!reach.isBelow(fn, GET_RINGS)) continue;
    const flow = reach.flow(fn);
    for (const { x, guard, cx } of flow.stores) {
      if (x.l.k !== 'member' || x.l.field !== NAME.tcp_data_split) continue;
      for (const [value, under] of alternatives(x.r, guard))
        if (constantText(value, cx) === SPLIT_ON)
          ways.push(reach.driverWide(both(under, flow.at(value)), fn.placed.file));
    }
  }
  return ways.length === 0 ? ALWAYS : either(...ways);
}

function splitLiteral(guards: readonly Guard[]): Literal | null {
  for (const g of guards)
    for (const c of g) for (const l of c) if (kindOfAtom(l.atom) === 'split-configured') return l;
  return null;
}

/** An errno, or "no" of a function that says yes or no. */
function isRefusal(x: Expr, cx: ConditionContext, type: string): boolean {
  const constant = constantText(x, cx);
  return constant !== null && (constant.startsWith('-') || (type === 'bool' && constant === '0'));
}

const SPLIT_ON = 'ETHTOOL_TCP_DATA_SPLIT_ENABLED';
const SET_RINGS = 'struct ethtool_ops.set_ringparam';
const GET_RINGS = 'struct ethtool_ops.get_ringparam';
