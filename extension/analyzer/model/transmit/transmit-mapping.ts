/** How a driver maps what it sends: by fragment, by page or by address. Rules and the driver IR ask the same question. */
import { effectsOf, mappedBy } from '../../kernel/table.ts';
import type { AliasClass, BufferFact } from '../alias/alias-class.ts';

/** True for what makes a value of a fragment of a socket buffer. */
function makesFragment(name: string): boolean {
  return name === 'skb-frag' || effectsOf(name)?.some(({ fact }) => fact === 'skb-frag') === true;
}

/** True for what makes a value of linear memory. */
function makesHead(name: string): boolean {
  return name === 'skb-linear' || name === 'xdp-linear' || mappedBy(name) === 'address';
}

/** True if the fact is about a fragment of a socket buffer, as far as the flow shows. */
export function ofFragment(f: BufferFact): boolean {
  return f.madeBy.some(makesFragment);
}

/** True if the fact is about the linear head, perhaps among others. */
export function mayBeHead(f: BufferFact): boolean {
  return f.madeBy.some(makesHead);
}

/** True if the fact is about the linear head only. */
export function ofHead(f: BufferFact): boolean {
  return !ofFragment(f) && mayBeHead(f);
}

/** How fragments are unmapped where heads are unmapped by their address. */
const UNMAPS_PAGE: ReadonlySet<ReturnType<typeof mappedBy>> = new Set(['page', 'netmem'] as const);

/** What a class tells about how fragments are mapped. */
export interface Mapping {
  /** A fragment of a socket buffer that is sent is in the class. */
  readonly fragments: boolean;
  /** Fragments are mapped by their virtual address. */
  readonly byAddress: boolean;
  readonly someUnmapPage: boolean;
}

/** How the class's buffers are mapped; `transmit`: names of the functions that the transmit entry points reach. */
export function mappingOf(c: AliasClass, transmit: ReadonlySet<string>): Mapping {
  const frags = c.facts.filter(
    (f) => f.kind === 'skb-frag' && (mappedBy(f.api) === 'fragment' || transmit.has(f.fn)),
  );
  const maps = c.facts.filter((f) => f.kind === 'map' && ofFragment(f));
  return {
    fragments: frags.some((f) => mappedBy(f.api) === 'fragment') || (frags.length > 0 && maps.length > 0),
    // Fragments of XDP frames are mapped by address as well, where XDP sends.
    byAddress: maps.some((f) => mappedBy(f.api) === 'address' && transmit.has(f.fn)),
    someUnmapPage: c.facts.some((f) => f.kind === 'unmap' && UNMAPS_PAGE.has(mappedBy(f.api))),
  };
}
