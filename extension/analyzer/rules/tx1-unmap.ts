/** TX1: the DMA address of a fragment is never given to the DMA mapping functions unless the fragment is a page. */
import type { Confidence, Evidence, Finding } from '../finding.ts';
import { TYPE } from '../kernel/structures.ts';
import { mappedBy, NAME, replacementOf } from '../kernel/table.ts';
import type { AliasClass, BufferFact } from '../model/alias/alias-class.ts';
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import { isDistance } from '../model/alias/distance.ts';
import { SentFragments } from '../model/driver/sent-fragments.ts';
import { ToldFields } from '../model/driver/told-fields.ts';
import {
  mappingOf,
  mayBeHead,
  ofFragment,
  ofHead,
  type Mapping,
} from '../model/transmit/transmit-mapping.ts';
import { unmapsOnlyReceived } from '../model/transmit/wrapped-unmap.ts';
import type { Location } from '../text/range.ts';
import { fragmentEvidence, mappedHere } from './fragment-evidence.ts';
import { because, fitting } from './message.ts';
import { finding, remembered, type Rule } from './rule.ts';
import { sentScatterlists } from './sent-scatterlists.ts';

const about = {
  id: 'tx1-unmap',
  requirement: 'TX1',
  title: 'A fragment is mapped, stored or unmapped without the netmem helpers',
  severity: 'warning',
  docs: 'tx1-unmap',
} as const satisfies Omit<Rule, 'run'>;

/** What to do, and why. */
interface Advice {
  readonly message: string;
  readonly why: string;
}

const NEVER_MAPPED = 'the address of a netmem was never mapped';

/** How the fragments of a provider are left out where mappings end. */
const UNMAP = {
  pairs: (api: string): Advice => ({
    message: fitting(
      `use netmem_dma_unmap_page_attrs() for fragments, not ${api}().`,
      'use netmem_dma_unmap_page_attrs() for fragments.',
    ),
    why: `${NEVER_MAPPED}; store it by netmem_dma_unmap_addr_set(): only both together work`,
  }),
  mark: (api: string): Advice => ({
    message: fitting(
      `mark skb_frag_is_net_iov() fragments, and leave them out of ${api}().`,
      'mark skb_frag_is_net_iov() fragments, and do not unmap them.',
    ),
    why: `${NEVER_MAPPED}; its entry in the ring can say so`,
  }),
  remember: (api: string): Advice => ({
    message: fitting(
      `remember skb_frag_is_net_iov() fragments: ${api}() must not unmap them.`,
      'remember skb_frag_is_net_iov() fragments, and do not unmap them.',
    ),
    why: `${NEVER_MAPPED}; keep which ones they are, or their addresses by netmem_dma_unmap_addr_set()`,
  }),
} as const;

function adviceOn(
  f: BufferFact,
  { message, why }: Advice,
): { message: string; evidence: readonly Evidence[] } {
  return { message, evidence: [because(f.apiAt, why)] };
}

/** The mapping of a fragment ends, whose address was followed to where it was mapped. */
function unmapOfFragment(
  f: BufferFact,
  c: AliasClass,
  how: Mapping,
  mappings: readonly BufferFact[],
  isTold: boolean,
): Finding | null {
  if (f.wholeBuffer) return null;
  const isKept = !isTold && (how.fragments || c.facts.some(({ kind }) => kind === 'unmap-store'));
  const { message, why } = UNMAP[isTold ? 'mark' : isKept ? 'pairs' : 'remember'](f.api);
  return finding(about, {
    confidence: mappedBy(f.api) === 'page' ? 'high' : 'medium',
    location: f.apiAt,
    api: f.api,
    replacement: isKept ? NAME.netmem_dma_unmap_page_attrs : null,
    message,
    evidence: [because(f.apiAt, why), ...mappedHere(mappings)],
    aliasClass: c.id,
  });
}

/** The address of a fragment is kept, perhaps among others. @param told where the device is told it from the same field */
function storeOfFragment(
  f: BufferFact,
  c: AliasClass,
  mappings: readonly BufferFact[],
  told: Location | null,
): Finding {
  const isAssigned = f.api === '=';
  const { message, why } = told !== null ? KEPT_AND_TOLD : isAssigned ? KEPT_BY_ASSIGNMENT : kept(f.api);
  return finding(about, {
    confidence: isAssigned || mayBeHead(f) ? 'medium' : 'high',
    location: f.apiAt,
    api: f.api,
    replacement: told === null ? NAME.netmem_dma_unmap_addr_set : null,
    message,
    evidence: [because(f.apiAt, why), ...mappedHere(mappings)],
    aliasClass: c.id,
  });
}

function toldHere(told: Location | null): Evidence[] {
  return told === null ? [] : [{ location: told, message: 'the device is told the address here' }];
}

const STORES_0 = 'netmem_dma_unmap_addr_set() stores 0 for a netmem, so that the unmap side skips it';
const KEPT_BY_ASSIGNMENT: Advice = {
  message: 'use netmem_dma_unmap_addr_set(): the address of a fragment is kept by "=".',
  why: `${STORES_0}; where the device is told the address from this field, mark the entry instead`,
};
const KEPT_AND_TOLD: Advice = {
  message: 'mark entries of skb_frag_is_net_iov() fragments, and do not unmap them.',
  why: 'the device is told the address from this field: netmem_dma_unmap_addr_set() cannot keep 0 in it',
};
function kept(api: string): Advice {
  return {
    message: fitting(
      `use netmem_dma_unmap_addr_set() for fragments, not ${api}().`,
      'use netmem_dma_unmap_addr_set() for fragments.',
    ),
    why: STORES_0,
  };
}

function unmapFinding(
  f: BufferFact,
  c: AliasClass,
  how: Mapping,
  toldFrom: (f: BufferFact) => Location | null,
): Finding | null {
  // Receive buffers get here where XDP sends them from the same fields.
  if (ofHead(f) || f.direction === 'from-device' || f.wholeBuffer) return null;
  const byPage = mappedBy(f.api) === 'page';
  if (!byPage && !how.byAddress && (how.someUnmapPage || !ofFragment(f))) return null;
  const confidence: Confidence = byPage ? 'high' : 'medium';
  const isTold = toldFrom(f) !== null;
  const { message, why } = UNMAP[isTold ? 'mark' : 'pairs'](f.api);
  return finding(about, {
    confidence,
    location: f.apiAt,
    api: f.api,
    replacement: isTold ? null : NAME.netmem_dma_unmap_page_attrs,
    message,
    evidence: [because(f.apiAt, why)],
    aliasClass: c.id,
  });
}

/** An assignment keeps the address: one among others, unless it is a fragment's and ends up where mappings end. */
function plainStore(f: BufferFact, c: AliasClass, told: Location | null): Finding | null {
  if (!ofFragment(f) || !c.facts.some((other) => other.kind === 'unmap')) return null;
  return storeOfFragment(f, c, [], told);
}

/** Where descriptors keep the addresses, nothing but the function says what is unmapped: a page is a fragment. */
function unmapOfDescriptor(f: BufferFact, c: AliasClass): Finding | null {
  if (f.direction !== 'to-device' || mappedBy(f.api) !== 'page' || mayBeHead(f) || f.wholeBuffer) return null;
  if (c.role === 'xdp' || c.facts.some(({ kind }) => kind === 'map' || kind === 'allocate')) return null;
  const { message, why } = UNMAP.remember(f.api);
  return finding(about, {
    confidence: 'medium',
    location: f.apiAt,
    api: f.api,
    replacement: null,
    message,
    evidence: [because(f.apiAt, `this is taken for a fragment: ${why}`)],
    aliasClass: c.id,
  });
}

function findingOf(
  f: BufferFact,
  c: AliasClass,
  how: Mapping,
  transmit: ReadonlySet<string>,
  toldFrom: (f: BufferFact) => Location | null,
): Finding | null {
  switch (f.kind) {
    case 'unmap':
      if (mappedBy(f.api) === 'netmem' || !how.fragments) return null;
      return unmapFinding(f, c, how, toldFrom);
    case 'unmap-store':
      if (mappedBy(f.api) === 'netmem' || !how.fragments || ofHead(f)) return null;
      if (f.api === '=') return transmit.has(f.fn) ? plainStore(f, c, toldFrom(f)) : null;
      return finding(about, {
        ...adviceOn(f, kept(f.api)),
        confidence: ofFragment(f) ? 'high' : 'medium',
        location: f.apiAt,
        api: f.api,
        replacement: replacementOf(f.api),
        aliasClass: c.id,
      });
    case 'map':
      if (!ofFragment(f) || f.direction === 'from-device' || !transmit.has(f.fn)) return null;
      return finding(about, {
        confidence: 'high',
        location: f.apiAt,
        api: f.api,
        replacement: NAME.skb_frag_dma_map,
        message: fitting(
          `use skb_frag_dma_map(), not ${f.api}(): a netmem has no ${mappedBy(f.api) ?? 'address'}.`,
          `use skb_frag_dma_map(): a netmem has no ${mappedBy(f.api) ?? 'address'}.`,
        ),
        aliasClass: c.id,
      });
    case 'copy-from':
    case 'kmap':
      if (!ofFragment(f) || !transmit.has(f.fn)) return null;
      return finding(about, {
        severity: 'info',
        confidence: 'medium',
        location: f.apiAt,
        api: f.api,
        message: fitting(
          `check skb_frags_readable() first: ${f.api}() reads a fragment.`,
          'check skb_frags_readable() first: this reads a fragment.',
        ),
        aliasClass: c.id,
      });
    default:
      return null;
  }
}

/** True if what is done to the address of the fragment at once is said already: it is mapped, or copied from. */
function isUsedAtOnce({ location: { file, range } }: BufferFact, all: readonly BufferFact[]): boolean {
  return all.some(
    ({ location: outer, kind }) =>
      (kind === 'map' || kind === 'copy-from') &&
      outer.file === file &&
      outer.range.start < range.start &&
      range.end <= outer.range.end,
  );
}

/** A driver takes it that what it sends has an address. */
function addressOfFragment(f: BufferFact, c: AliasClass): Finding {
  return finding(about, {
    severity: 'info',
    confidence: 'medium',
    location: f.apiAt,
    api: f.api,
    replacement: NAME.skb_frag_dma_map,
    message: `use skb_frag_dma_map() to map: ${f.api}() is NULL for a netmem.`,
    evidence: [because(f.apiAt, 'to read fragments, check skb_frags_readable() first')],
    aliasClass: c.id,
  });
}

/** True if the address is kept in a field that is declared as one: what a plain integer is told may be a descriptor's. */
function isDeclaredAddress(store: BufferFact, facts: DriverFacts): boolean {
  const { into } = facts.mappedAt(store);
  const at = into.lastIndexOf('.');
  return facts.symbols.field(into.slice(0, at), into.slice(at + 1))?.field.type.base === TYPE.dma_addr_t;
}

/** True for a header of the kernel that many drivers share: directories of the driver's own have sources. */
function isShared({ location: { file } }: BufferFact, { calls }: DriverFacts): boolean {
  if (!file.endsWith('.h')) return false;
  const directory = directoryOf(file);
  return !calls.functions.some(
    ({ placed: { file: other } }) => other.path.endsWith('.c') && directoryOf(other.path) === directory,
  );
}

function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

/** TX2 asks for them as well. */
const findingsIn = remembered(findIn);

function findIn(facts: DriverFacts): readonly Finding[] {
  const transmit = new Set([...facts.abilities.transmit].map((f) => f.item.name));
  const sent = new SentFragments(facts, transmit);
  const out: Finding[] = [];
  const seen = new Set<BufferFact>();
  const classes = facts.classes.map((c) => ({ c, how: mappingOf(c, transmit) }));
  const fragments = classes.filter(({ how }) => how.fragments);
  // No fragment is unmapped as far as addresses were followed.
  const elsewhere =
    fragments.length > 0 && !fragments.some(({ c }) => c.facts.some(({ kind }) => kind === 'unmap'));
  const fields = new ToldFields(facts, transmit);
  // Asked of what may be a finding: the fields that it unmaps from, or keeps the address in.
  const toldFrom = (f: BufferFact): Location | null => {
    if (mappedBy(f.api) === 'netmem' || (f.kind !== 'unmap' && f.api !== '=')) return null;
    const { fields: read, into } = facts.mappedAt(f);
    const places = [...read, into].map((field) => (field === '' ? null : fields.placeOf(field)));
    return places.find((place) => place !== null) ?? null;
  };
  const findingAtAll = (f: BufferFact, c: AliasClass, how: Mapping): Finding | null => {
    if (f.kind === 'unmap' && mappedBy(f.api) !== 'netmem' && f.direction !== 'from-device') {
      const address = sent.of(f);
      if (address.is === 'other') return null;
      if (address.is === 'fragment')
        return unmapOfFragment(f, c, how, address.mappings, toldFrom(f) !== null);
      if (elsewhere && !how.fragments) return unmapOfDescriptor(f, c);
    }
    if (f.kind === 'unmap-store' && mappedBy(f.api) !== 'netmem') {
      const address = sent.of(f);
      if (address.is === 'other') return null;
      if (f.api === '=' && ((!isDeclaredAddress(f, facts) && !sent.isKept(f)) || isShared(f, facts)))
        return null;
      if (address.is === 'fragment')
        return f.api !== '=' || sent.isKept(f) ? storeOfFragment(f, c, address.mappings, toldFrom(f)) : null;
    }
    if (f.kind === 'skb-frag' && f.api === NAME.skb_frag_address && transmit.has(f.fn))
      return sent.handlesFrames(f) || isUsedAtOnce(f, c.facts) || isDistance(f, facts.symbols)
        ? null
        : addressOfFragment(f, c);
    return findingOf(f, c, how, transmit, toldFrom);
  };
  for (const { c, how } of classes) {
    for (const f of c.facts) {
      if (seen.has(f)) continue;
      const made = findingAtAll(f, c, how);
      if (made !== null && f.kind === 'unmap' && unmapsOnlyReceived(f, facts.symbols)) continue;
      if (made === null || (f.kind === 'unmap-store' && facts.guards.storesNoAddress(f))) continue;
      if (!facts.guards.meetsSentNetmem(f, c)) continue;
      seen.add(f);
      // Beside the reason, which stands at the place itself, where the fragment comes from.
      const isFollowed = made.evidence.some(({ location }) => location !== f.apiAt);
      const evidence = isFollowed
        ? made.evidence
        : [...made.evidence, ...fragmentEvidence(f, c, facts.classes, sent)];
      out.push({ ...made, evidence: f.api === '=' ? [...evidence, ...toldHere(toldFrom(f))] : evidence });
    }
    const meets = (f: BufferFact): boolean => facts.guards.meetsSentNetmem(f, c);
    for (const { fact, message, evidence } of sentScatterlists(c, facts.classes, transmit, meets)) {
      if (seen.has(fact)) continue;
      seen.add(fact);
      out.push(
        finding(about, {
          confidence: 'high',
          location: fact.apiAt,
          api: fact.api,
          message,
          evidence,
          aliasClass: c.id,
        }),
      );
    }
  }
  return out;
}

export const tx1Unmap: Rule = { ...about, run: ({ facts }) => [...findingsIn(facts)] };
