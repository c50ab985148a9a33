/** From facts about buffers to operations of the driver IR. */
import type { CpuAccess, MemoryInterface, Operation } from '../../../../simulator/contract/driver-ir.ts';
import { entryOf, familyOf, isNetmemSide, mappedBy, NAME } from '../../kernel/table.ts';
import type { AliasClass, BufferFact } from '../alias/alias-class.ts';
import type { UnmappedAddress } from '../driver/sent-fragments.ts';
import { ofFragment, ofHead, type Mapping } from '../transmit/transmit-mapping.ts';

/** Which side of the API a kernel function is on. */
function interfaceOf(api: string): MemoryInterface {
  return isNetmemSide(api) ? 'netmem' : 'page';
}

/** What the operation needs besides the fact. */
export interface FactUse {
  readonly fact: BufferFact;
  readonly buffer: number;
  /** The operand holds headers only. */
  readonly header: boolean;
  /** A copy of the buffer goes into a socket buffer. */
  readonly intoSkb: boolean;
  /** The `allow_direct` argument is true. */
  readonly direct: boolean;
  /** The variable that holds the pool it is taken from, or null. */
  readonly pool: number | null;
}

/** What the driver does to a received buffer at the fact's place, in order. */
export function receiveOperations(use: FactUse): readonly Operation[] {
  const { fact, buffer } = use;
  const side = interfaceOf(fact.api);
  switch (fact.kind) {
    case 'allocate':
      return allocation(use, side);
    case 'dma-address':
      return [{ kind: 'dma-address', buffer, interface: side }];
    case 'map':
      return [{ kind: 'dma-map', buffer }];
    case 'unmap':
      return [{ kind: 'dma-unmap', buffer }];
    case 'post':
      return [{ kind: 'post', buffer }];
    case 'sync-cpu':
    case 'sync-device': {
      const by = familyOf(fact.api) === 'page-pool' ? 'pool' : 'dma-api';
      const kind = fact.kind === 'sync-cpu' ? 'sync-for-cpu' : 'sync-for-device';
      return [{ kind, buffer, by, interface: side }];
    }
    case 'address':
      return [{ kind: 'take-address', buffer, interface: side }];
    case 'copy-from':
      if (use.header) return [{ kind: 'copy-header', buffer }];
      return [
        { kind: 'cpu-access', buffer, how: 'memcpy' },
        ...(use.intoSkb ? [{ kind: 'copy-header', buffer: null } as const] : []),
      ];
    case 'read':
    case 'copy-to':
    case 'kmap':
    case 'prefetch':
    case 'prefetch-page':
      return [{ kind: 'cpu-access', buffer, how: access(fact) }];
    case 'build-skb':
      return [{ kind: 'build-skb', buffer }];
    case 'frag':
      return [{ kind: marks(fact.api) ? 'add-frag' : 'add-frag-noacc', buffer, interface: side }];
    case 'release':
      return [{ kind: 'put', buffer, interface: side, direct: use.direct }];
    case 'put-page':
      return [{ kind: 'free-page', buffer }];
    case 'refcount':
    case 'reusable':
      return [{ kind: 'refcount', buffer }];
    case 'fragment-count':
      return [{ kind: 'pool-ref', buffer }];
    case 'type-check':
      return fact.api === NAME.netmem_to_net_iov ? [{ kind: 'unwrap', buffer, to: 'net-iov' }] : [];
    default:
      return [];
  }
}

function allocation({ fact, buffer, pool }: FactUse, side: MemoryInterface): readonly Operation[] {
  const from = { from: 'pool', ...(pool === null ? {} : { pool }) } as const;
  switch (fact.source) {
    case 'pool':
      return [{ kind: 'alloc', buffer, interface: side, ...from }];
    case 'pool-address':
      return [{ kind: 'alloc', buffer, interface: 'address', ...from }];
    case 'page':
      return [{ kind: 'alloc', buffer, interface: 'page', from: 'system' }];
    case 'fragment':
    case 'skb':
      return [{ kind: 'alloc', buffer, interface: 'address', from: 'system' }];
    default:
      return [];
  }
}

function access(fact: BufferFact): CpuAccess {
  if (fact.kind === 'prefetch' || fact.kind === 'prefetch-page') return 'prefetch';
  if (fact.kind === 'kmap') return 'kmap';
  if (fact.kind === 'copy-to') return 'write';
  return entryOf(fact.api)?.parsesHeaders === true ? 'parse-headers' : 'read';
}

/** False for fragment helpers that leave skb->unreadable alone. */
function marks(api: string): boolean {
  return entryOf(api)?.leavesUnmarked !== true;
}

/**
 * What the driver does to a sent socket buffer at the fact's place.
 * @param how its class is mapped
 * @param unmapped whose address an unmapping is of, as far as it was followed
 */
export function transmitOperations(
  fact: BufferFact,
  c: AliasClass,
  how: Mapping,
  unmapped: UnmappedAddress['is'],
): readonly Operation[] {
  switch (fact.kind) {
    case 'skb-frag':
      return mappedBy(fact.api) === 'fragment' ? [{ kind: 'tx-map-frag', helper: 'skb-frag' }] : [];
    case 'map':
      if (fact.direction === 'from-device') return [];
      if (!ofFragment(fact)) return [{ kind: 'tx-map-head' }];
      return [{ kind: 'tx-map-frag', helper: mappedBy(fact.api) === 'page' ? 'page' : 'address' }];
    case 'unmap-store':
      if (mappedBy(fact.api) === 'netmem') return [{ kind: 'tx-store-address', helper: 'netmem' }];
      return how.fragments && ofFragment(fact) ? [{ kind: 'tx-store-address', helper: 'plain' }] : [];
    case 'unmap':
      if (fact.direction === 'from-device') return [];
      if (mappedBy(fact.api) === 'netmem') return [{ kind: 'tx-unmap-frag', helper: 'netmem' }];
      return [
        unmapsFragment(fact, how) || (unmapped === 'fragment' && mappedBy(fact.api) === 'page')
          ? { kind: 'tx-unmap-frag', helper: 'plain' }
          : { kind: 'tx-unmap-head' },
      ];
    case 'copy-from':
    case 'kmap':
      return ofFragment(fact) ? [{ kind: 'tx-read-payload', how: 'copy' }] : [];
    case 'post':
      return c.facts.some((f) => f.kind === 'map' || mappedBy(f.api) === 'fragment')
        ? [{ kind: 'tx-post' }]
        : [];
    default:
      return [];
  }
}

function unmapsFragment(fact: BufferFact, how: Mapping): boolean {
  if (!how.fragments || ofHead(fact)) return false;
  if (mappedBy(fact.api) === 'page') return true;
  return how.byAddress || (!how.someUnmapPage && ofFragment(fact));
}
