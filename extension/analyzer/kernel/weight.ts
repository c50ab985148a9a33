/** How much a call says about the function that makes it: what the prefilter and the relevance of a piece go by. */
import type { AllocationSource, FactKind } from './entry/effect.ts';
import { effectsOf } from './table.ts';

/**
 * `buffer`: only code that handles packet buffers or pages makes the call. `touch`: any code may; on a buffer it
 * matters. `none`: it never matters by itself.
 */
export function weightOf(name: string): 'buffer' | 'touch' | 'none' {
  const effects = effectsOf(name) ?? [];
  if (effects.some((e) => BUFFER_SOURCES.has(e.source) || BUFFER_FACTS.has(e.fact))) return 'buffer';
  return effects.some((e) => TOUCHING.has(e.fact)) ? 'touch' : 'none';
}

const BUFFER_SOURCES: ReadonlySet<AllocationSource | null> = new Set([
  'pool',
  'pool-address',
  'page',
  'fragment',
  'skb',
  'buffer-manager',
]);
const BUFFER_FACTS: ReadonlySet<FactKind | null> = new Set([
  'create-pool',
  'address',
  'page-of',
  'dma-address',
  'release',
  'put-page',
  'refcount',
  'reusable',
  'fragment-count',
  'frag',
  'coalesce',
  'build-skb',
  'xdp-prepare',
  'kmap',
  'skb-frag',
  'map',
  'unmap',
  'sync-cpu',
  'sync-device',
  'sg-fill',
  'sg-map',
  'sg-unmap',
]);
const TOUCHING: ReadonlySet<FactKind | null> = new Set([
  'copy-from',
  'read',
  'prefetch',
  'prefetch-page',
  'type-check',
  'pfmemalloc',
  'node',
  'head-page',
  'physical',
  'from-physical',
  'xdp',
]);
