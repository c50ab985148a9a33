/** From facts to a role. The order of the questions is the definition. */
import type { BufferRole } from '../../../../simulator/contract/driver-model.ts';
import { familyOf, mayYieldNull } from '../../kernel/table.ts';
import type { BufferFact } from './alias-class.ts';
import type { FactKind } from '../flow/facts.ts';

/** What matters of a fact, wherever it stands. */
export interface RoleFact extends Pick<BufferFact, 'kind' | 'api' | 'source' | 'direction' | 'madeBy'> {
  /** It is copied from, into the memory of a socket buffer. */
  readonly intoPacket?: boolean;
}

export interface RoleDecision<F extends RoleFact> {
  readonly role: BufferRole;
  readonly reason: string;
  readonly evidence: readonly F[];
}

/** What the role of one class is decided from. */
export interface RoleQuestion<F extends RoleFact> {
  readonly facts: readonly F[];
  /** Facts of the socket buffers or XDP frames the buffer was taken from. */
  readonly originFacts: readonly F[];
}

const CPU: ReadonlySet<FactKind> = new Set([
  'build-skb',
  'xdp-prepare',
  'copy-from',
  'read',
  'kmap',
  'prefetch',
]);
const FRAG: ReadonlySet<FactKind> = new Set(['frag', 'coalesce']);

function of<F extends RoleFact>(facts: readonly F[], kinds: ReadonlySet<FactKind>): F[] {
  return facts.filter((f) => kinds.has(f.kind));
}

/** The driver asks for the address by the netmem interface, which says NULL where there is none. */
function asks(f: RoleFact): boolean {
  return f.madeBy.some(mayYieldNull);
}

function decision<F extends RoleFact>(
  role: BufferRole,
  reason: string,
  evidence: readonly F[],
): RoleDecision<F> {
  return { role, reason, evidence: evidence.slice(0, 4) };
}

/** True if the device writes into the buffer: it is mapped for reception, or its pool maps it. */
function received(f: RoleFact): boolean {
  if (f.kind === 'allocate') return isOfPool(f);
  if (f.kind === 'sync-cpu') return f.direction !== 'to-device';
  if (f.kind === 'map' || f.kind === 'unmap') return f.direction === 'from-device' || f.direction === 'both';
  return f.kind === 'release';
}

function isOfPool({ source }: RoleFact): boolean {
  return source === 'pool' || source === 'pool-address';
}

/** True if a packet is made from the buffer: firmware logs and statistics are received too. */
function becomesPacket(facts: readonly RoleFact[]): boolean {
  return facts.some(
    (f) =>
      f.source === 'pool' ||
      f.source === 'pool-address' ||
      f.kind === 'build-skb' ||
      f.kind === 'xdp-prepare' ||
      f.intoPacket === true ||
      familyOf(f.api) === 'skb' ||
      (f.kind === 'release' && familyOf(f.api) === 'page-pool'),
  );
}

/** Role of one class, its neighbours left aside. */
export function decideRole<F extends RoleFact>(q: RoleQuestion<F>): RoleDecision<F> {
  const { facts, originFacts } = q;
  const allocations = facts.filter((f) => f.kind === 'allocate');
  // A helper that gives memory of a pool back, or else a page, makes no other memory received.
  const isOther = allocations.length > 0 && !allocations.some(isOfPool);
  const rx = facts.filter((f) => received(f) && !(isOther && f.kind === 'release'));
  const pages = allocations.filter(
    (f) => f.source === 'pool' || f.source === 'page' || f.source === 'fragment',
  );
  const cpu = of(facts, CPU);
  const frag = of(facts, FRAG);
  const xdp = facts.filter((f) => f.kind === 'xdp-linear' || f.kind === 'xdp-frag');
  const fromXdp = originFacts.filter((f) => f.kind === 'xdp' || f.kind === 'xdp-linear');
  const fromSkb = facts.filter((f) => f.kind === 'skb-linear' || f.kind === 'skb-frag');
  const toDevice = facts.filter(
    (f) =>
      f.direction === 'to-device' && (f.kind === 'map' || f.kind === 'unmap' || f.kind === 'sync-device'),
  );

  if (pages.length === 0) {
    if (xdp.length > 0 || fromXdp.length > 0)
      return decision('xdp', 'its memory belongs to an XDP buffer or frame', [...xdp, ...fromXdp]);
    if (fromSkb.length > 0) {
      const skb = originFacts.filter((f) => f.kind === 'allocate' && f.source === 'skb');
      if (rx.length > 0 && skb.length > 0 && toDevice.length === 0)
        return decision('linear', 'the device receives into the linear part of an skb', [...skb, ...rx]);
      if (rx.length > 0 && toDevice.length === 0)
        return decision('linear', 'the device receives into the linear part of an skb', rx);
      return decision('tx', 'its memory belongs to a socket buffer that is sent', [...fromSkb, ...toDevice]);
    }
    if (allocations.some((f) => f.source === 'buffer-manager'))
      return decision('linear', 'a library fills the buffer manager of the device', allocations);
    if (allocations.some((f) => f.source === 'pool-address'))
      return decision(
        'header',
        'taken from the pool by address, which only header memory can be',
        allocations,
      );
    if (toDevice.length > 0) return decision('tx', 'mapped towards the device', toDevice);
    if (allocations.length > 0) return decision('private', 'no page memory of a receive ring', allocations);
  }
  if (rx.length === 0 && frag.length === 0) {
    if (toDevice.length > 0) return decision('tx', 'mapped towards the device only', toDevice);
    if (pages.length > 0) return decision('private', 'the device never writes into it', pages);
    return decision('unknown', 'nothing says where it comes from', []);
  }
  if (rx.length === 0)
    return decision('private', 'put into fragments, but the device never writes into it', [
      ...pages,
      ...frag,
    ]);
  if (
    pages.length === 0 &&
    allocations.length === 0 &&
    frag.length === 0 &&
    facts.every((f) => f.kind === 'sync-cpu' || f.kind === 'unmap')
  ) {
    return decision('unknown', 'only its DMA address is seen', rx);
  }
  if (frag.length > 0 && cpu.length === 0)
    return decision('payload', 'only ever put into fragments', [...rx, ...frag]);
  if (frag.length > 0 && cpu.every(asks))
    return decision('payload', 'put into fragments, and read only where netmem_address() gives an address', [
      ...rx,
      ...frag,
      ...cpu,
    ]);
  if (frag.length > 0) return decision('linear', 'put into fragments and read by the CPU', [...cpu, ...frag]);
  if (cpu.length > 0 && becomesPacket(facts))
    return decision('linear', 'received into and read by the CPU', [...cpu, ...rx]);
  if (cpu.length > 0) return decision('private', 'the device writes it, but no packet is made from it', cpu);
  return decision('unknown', 'nothing says what it is used for', rx);
}

/** Kinds by which a buffer becomes the head of a packet. */
const HEAD: ReadonlySet<FactKind> = new Set(['build-skb', 'xdp-prepare']);

/** True if the driver receives headers and payload into different buffers, judged by the class and its neighbours. */
export function hasSplit(
  classes: readonly { readonly role: BufferRole; readonly facts: readonly RoleFact[] }[],
): boolean {
  const allocates = (facts: readonly RoleFact[]): boolean => facts.some((f) => f.kind === 'allocate');
  if (classes.some((c) => c.role === 'payload' && allocates(c.facts))) return true;
  const linear = classes.filter((c) => c.role === 'linear' && allocates(c.facts));
  const heads = linear.filter((c) => of(c.facts, HEAD).length > 0 && of(c.facts, FRAG).length === 0);
  const bodies = linear.filter((c) => of(c.facts, HEAD).length === 0 && of(c.facts, FRAG).length > 0);
  return heads.length > 0 && bodies.length > 0;
}

/**
 * What a linear buffer is in a driver that splits. One that becomes fragments and is only copied from now and then is
 * payload that the CPU should leave alone, and so is one that becomes a head only where it has an address; one that becomes the head of packets is the header side of the split (or
 * the page mode that XDP uses instead of it).
 */
export function besidePayload<F extends RoleFact>(
  decided: RoleDecision<F>,
  facts: readonly F[],
): RoleDecision<F> {
  if (decided.role !== 'linear') return decided;
  if (of(facts, FRAG).length > 0 && of(facts, HEAD).every(asks))
    return {
      ...decided,
      role: 'payload',
      reason: 'put into fragments; the CPU reads it where it finds no headers',
    };
  return { ...decided, role: 'header', reason: `${decided.reason}, while payload has buffers of its own` };
}
