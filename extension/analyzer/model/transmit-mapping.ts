/** How a driver maps what it sends: by fragment, by page or by address. Rules and path programs ask the same question. */
import type { BufferClass, BufferFact } from './buffer-class.ts';

const FRAGMENT_MAKERS = new Set([
  'skb_frag_dma_map',
  'skb_frag_page',
  'skb_frag_address',
  'skb_frag_address_safe',
  'skb-frag',
]);
const HEAD_MAKERS = new Set(['skb-linear', 'xdp-linear', 'dma_map_single', 'dma_map_single_attrs']);

/** True if the fact is about a fragment of a socket buffer, as far as the flow shows. */
export function ofFragment(f: BufferFact): boolean {
  return f.madeBy.some((m) => FRAGMENT_MAKERS.has(m));
}

/** True if the fact is about the linear head only. */
export function ofHead(f: BufferFact): boolean {
  return !ofFragment(f) && f.madeBy.some((m) => HEAD_MAKERS.has(m));
}

/** What a class tells about how fragments are mapped. */
export interface Mapping {
  /** A fragment of a socket buffer that is sent is in the class. */
  readonly fragments: boolean;
  /** Fragments are mapped by their virtual address. */
  readonly byAddress: boolean;
  readonly someUnmapPage: boolean;
}

/** How the class's buffers are mapped; `transmit`: names of the functions that the transmit entry points reach. */
export function mappingOf(c: BufferClass, transmit: ReadonlySet<string>): Mapping {
  const frags = c.facts.filter(
    (f) => f.kind === 'skb-frag' && (f.api === 'skb_frag_dma_map' || transmit.has(f.fn)),
  );
  const maps = c.facts.filter((f) => f.kind === 'map' && ofFragment(f));
  return {
    fragments: frags.some((f) => f.api === 'skb_frag_dma_map') || (frags.length > 0 && maps.length > 0),
    // Fragments of XDP frames are mapped by address as well, where XDP sends.
    byAddress: maps.some((f) => f.api.startsWith('dma_map_single') && transmit.has(f.fn)),
    someUnmapPage: c.facts.some((f) => f.kind === 'unmap' && f.api.startsWith('dma_unmap_page')),
  };
}
