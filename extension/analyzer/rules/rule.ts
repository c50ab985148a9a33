/** What a rule is: data about it, and a run over the facts of a driver. Rules know neither editor nor parser. */
import type { Confidence, Evidence, Finding, Requirement, Severity } from '../finding.ts';
import { NAME } from '../kernel/table.ts';
import type { KernelTree } from '../kernel/tree.ts';
import type { AliasClass, BufferFact } from '../model/alias/alias-class.ts';
import type { PoolFlag } from '../../../simulator/contract/driver-model.ts';
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import type { FactKind } from '../model/flow/facts.ts';
import { followOn } from './follow-on.ts';
import type { Pool } from '../model/alias/pool-params.ts';
import type { Location } from '../text/range.ts';
import { findOffStack } from './off-stack.ts';

export interface RuleContext {
  readonly facts: DriverFacts;
  readonly tree: KernelTree;
}

export interface Rule {
  /** Stable id: settings, SARIF and documentation use it. */
  readonly id: string;
  readonly requirement: Requirement;
  readonly title: string;
  readonly severity: Severity;
  /** Page below `extension/docs/rules`, without suffix. */
  readonly docs: string;
  run(cx: RuleContext): Finding[];
}

/** Parts of a finding that a rule decides. */
export interface Report {
  readonly severity?: Severity;
  readonly confidence: Confidence;
  readonly location: Location;
  readonly api: string;
  readonly replacement?: string | null;
  readonly message: string;
  readonly evidence?: readonly Evidence[];
  readonly aliasClass?: string | null;
}

export function finding(rule: Omit<Rule, 'run'>, report: Report): Finding {
  return {
    rule: rule.id,
    requirement: rule.requirement,
    severity: report.severity ?? rule.severity,
    confidence: report.confidence,
    location: report.location,
    api: report.api,
    replacement: report.replacement ?? null,
    message: report.message,
    evidence: report.evidence ?? [],
    aliasClass: report.aliasClass ?? null,
    fixes: [],
  };
}

/** The reason for a class's role as related information. */
export function evidenceOf(c: AliasClass): Evidence[] {
  const about = roleOf(c);
  return c.evidence.map((f, i) => ({
    location: f.location,
    message: i === 0 && about !== null ? `${describe(f)}; ${about}` : describe(f),
  }));
}

/** What the name of a class leaves out: it is said where the reason for it is. */
function roleOf(c: AliasClass): string | null {
  if (c.role === 'linear') return 'headers and payload lie in it together';
  if (c.role === 'header') return 'headers lie in it, and it is of the pool of payload';
  return c.role === 'unknown' ? 'what becomes of it was not followed' : null;
}

function describe(f: BufferFact): string {
  switch (f.kind) {
    case 'allocate':
      return `${f.fn}() takes the buffer from ${f.api}()`;
    case 'frag':
    case 'coalesce':
      return `${f.fn}() puts it into an skb fragment by ${f.api}()`;
    case 'build-skb':
    case 'xdp-prepare':
    case 'copy-from':
    case 'read':
    case 'kmap':
    case 'prefetch':
    case 'prefetch-page':
      return `${f.fn}() touches it with the CPU: ${f.api}`;
    default:
      return `${f.fn}(): ${f.api}`;
  }
}

/** Classes that netmem has to reach: payload, and buffers that hold headers and payload together. */
export function isPayload(c: AliasClass): boolean {
  return c.role === 'payload' || c.role === 'linear' || c.role === 'mixed';
}

/** How a class is named in messages. */
export function roleName(c: AliasClass): string {
  switch (c.role) {
    case 'payload':
      return 'payload buffer';
    case 'linear':
      return 'receive buffer';
    case 'header':
      return 'header buffer';
    case 'unknown':
      return 'pool buffer';
    default:
      return `${c.role} buffer`;
  }
}

export function isFromPool(source: BufferFact['source']): boolean {
  return source === 'pool' || source === 'pool-address';
}

/** True if the class takes buffers from a page_pool. */
export function isPooled(c: AliasClass): boolean {
  return c.facts.some((f) => f.kind === 'allocate' && isFromPool(f.source)) || c.pools.length > 0;
}

/** True if whatever the class holds comes from pools, as far as is known. */
export function onlyPools(c: AliasClass): boolean {
  const allocations = c.facts.filter((f) => f.kind === 'allocate');
  return allocations.length > 0 && allocations.every((f) => isFromPool(f.source));
}

/** What a driver does with memory that a device writes. */
const BY_DEVICE: ReadonlySet<FactKind> = new Set(['map', 'unmap', 'sync-cpu', 'sync-device', 'dma-address']);

/**
 * True for a device made of software: it has pools, but nothing in it maps for a device or asks for a DMA address. No
 * provider can stand behind its queues, so that what is demanded of receive memory does not concern it.
 */
export function isSoftware({ pools, classes }: DriverFacts): boolean {
  const maps = ({ model, partial }: Pool): boolean =>
    partial || hasMap(model.flags.value) || hasMap(model.conditionalFlags.map((c) => c.flag));
  if (pools.length === 0 || pools.some(maps)) return false;
  return !classes.some((c) => c.facts.some((f) => BY_DEVICE.has(f.kind) && f.direction !== 'to-device'));
}

function hasMap(flags: readonly PoolFlag[]): boolean {
  return flags.includes(NAME.PP_FLAG_DMA_MAP);
}

/**
 * Payload classes that are worth every single site. A driver with a page_pool may keep an older mode without one
 * beside it; of that mode it is enough to say that it exists (RX1). Where no payload is known, the pools' buffers are it.
 */
export const payloadClasses = remembered(findPayloadClasses);

function findPayloadClasses(facts: DriverFacts): readonly AliasClass[] {
  if (isSoftware(facts)) return [];
  const payload = facts.classes.filter((c) => isPayload(c));
  // The device hands addresses back as numbers: what is taken from the pools is received all the same.
  if (payload.length === 0) return facts.classes.filter((c) => c.role === 'unknown' && isPooled(c));
  const pooled = payload.filter((c) => isPooled(c));
  if (pooled.length === 0) return payload;
  // What is found again by a number from the device was taken from the pools elsewhere.
  const isCookie = (c: AliasClass): boolean => c.facts.some(({ kind }) => kind === 'from-physical');
  const taken = pooled.every(isCookie)
    ? facts.classes.filter((c) => c.role === 'unknown' && isPooled(c))
    : [];
  return [...pooled, ...taken, ...headersOfPayloadPools(payload, facts)];
}

/**
 * Header buffers that carry payload as well where nothing is split, from the one pool that serves payload: once the pool
 * may hand out unreadable memory, they get it too. Plain headers only have to move to a pool of their own. A driver that
 * declares such pools, or makes several, tells them apart by modes, which pools by name do not.
 */
function headersOfPayloadPools(payload: readonly AliasClass[], facts: DriverFacts): AliasClass[] {
  const pools = new Set(payload.flatMap((c) => c.pools));
  const [only] = pools;
  if (only === undefined || pools.size > 1) return [];
  const headers = facts.classes.filter(
    (c) =>
      c.role === 'header' &&
      onlyPools(c) &&
      c.pools.length === 1 &&
      c.pools[0] === only &&
      c.facts.some(({ kind }) => kind === 'frag' || kind === 'coalesce'),
  );
  return headers.length === 0 || facts.guards.declares ? [] : headers;
}

/**
 * Functions that map towards the device and never from it: what they do to a buffer that shares a field with receive
 * buffers is transmission (bounce buffers, for one).
 */
export const transmitOnly = remembered(findTransmitOnly);

function findTransmitOnly(facts: DriverFacts): ReadonlySet<string> {
  const sends = new Set<string>();
  const receives = new Set<string>();
  for (const c of facts.classes) {
    for (const { kind, direction, fn } of c.facts) {
      if (kind !== 'map' && kind !== 'unmap' && kind !== 'sync-device' && kind !== 'sync-cpu') continue;
      (direction === 'to-device' ? sends : receives).add(fn);
    }
  }
  for (const fn of receives) sends.delete(fn);
  return sends;
}

/** Functions that look into payload, of packets that never get to the stack. */
const offStack = remembered((facts: DriverFacts) => {
  const asked = payloadClasses(facts).flatMap((c) => c.facts.filter(({ kind }) => LOOKS.has(kind)));
  return findOffStack(facts, new Set(asked.map(({ fn }) => fn)));
});

/** To give buffers back or to sync them looks into none: what tears a ring down does that as well. */
const LOOKS: ReadonlySet<FactKind> = new Set(['read', 'copy-from', 'address', 'kmap', 'prefetch']);

/** True if anything is done to buffers of the class while a provider feeds its pool: else they are pages for good. */
export function isUsedWithProvider(c: AliasClass, facts: DriverFacts): boolean {
  return c.facts.some((f) => facts.guards.meetsProvider(f, c));
}

/** What is done to payload by way of descriptors and packets. */
const followedOn = remembered((facts) => followOn(facts, payloadClasses(facts)));

/**
 * Facts of these classes once each, with a class of which they may be said while a provider feeds its pool. The others
 * are right as they are: the driver does them with pages only.
 * @param wanted the facts that a rule looks at: guards are worked out for these alone
 */
export function payloadFacts(
  facts: DriverFacts,
  wanted: (f: BufferFact, c: AliasClass) => boolean,
): ReadonlyMap<BufferFact, AliasClass> {
  const out = new Map<BufferFact, AliasClass>();
  const sending = transmitOnly(facts);
  const off = offStack(facts);
  for (const c of payloadClasses(facts)) {
    for (const f of c.facts) {
      if (out.has(f) || sending.has(f.fn) || off.has(f.fn) || !wanted(f, c)) continue;
      if (facts.guards.meetsProvider(f, c)) out.set(f, c);
    }
  }
  for (const [f, c] of followedOn(facts)) {
    if (out.has(f) || sending.has(f.fn) || !wanted(f, c)) continue;
    if (facts.guards.meetsProvider(f, c)) out.set(f, c);
  }
  return out;
}

/** `low` if the role rests on little, `high` if the class is plain payload. */
export function confidenceOf(c: AliasClass): Confidence {
  if (c.role === 'payload') return 'high';
  return c.role === 'linear' || c.role === 'header' ? 'medium' : 'low';
}

/** What to do instead with a buffer of the class, in the words of messages: a header may also move to another pool. */
export function advice(c: AliasClass, replacement: string): string {
  return c.role === 'header'
    ? `give headers a pool of their own, or use ${replacement}`
    : `use ${replacement}`;
}

/** What several rules ask of the same driver is found once. */
export function remembered<T extends object>(find: (facts: DriverFacts) => T): (facts: DriverFacts) => T {
  const known = new WeakMap<DriverFacts, T>();
  return (facts) => {
    let found = known.get(facts);
    if (found === undefined) known.set(facts, (found = find(facts)));
    return found;
  };
}
