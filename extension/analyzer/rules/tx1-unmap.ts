/** TX1: the DMA address of a fragment is never given to the DMA mapping functions unless the fragment is a page. */
import type { Finding } from '../finding.ts';
import type { BufferClass, BufferFact } from '../model/buffer-class.ts';
import { netmemNameOf } from './replacements.ts';
import { evidenceOf, finding, type Rule, type RuleContext } from './rule.ts';

const about = {
  id: 'tx1-unmap',
  requirement: 'TX1',
  title: 'A fragment is mapped, stored or unmapped without the netmem helpers',
  severity: 'warning',
  docs: 'tx1-unmap',
} as const satisfies Omit<Rule, 'run'>;

/** True if fragments of a sent socket buffer are part of the class. */
function holdsFragments(c: BufferClass): boolean {
  return c.facts.some((f) => f.kind === 'skb-frag');
}

function unmapFinding(f: BufferFact, c: BufferClass): Finding | null {
  if (f.api.startsWith('netmem_')) return null;
  const byPage = f.api.startsWith('dma_unmap_page');
  const mapsFragmentsSingle =
    c.facts.some((x) => x.kind === 'map' && x.api.startsWith('dma_map_single')) &&
    !c.facts.some((x) => x.api === 'skb_frag_dma_map' || x.api.startsWith('dma_map_page'));
  if (!byPage && !mapsFragmentsSingle) return null;
  return finding(about, {
    confidence: byPage ? 'high' : 'medium',
    location: f.apiAt,
    api: f.api,
    replacement: 'netmem_dma_unmap_page_attrs',
    message: `${f.api}() unmaps a fragment: a netmem's address was never mapped. Store it with netmem_dma_unmap_addr_set() and unmap with netmem_dma_unmap_page_attrs(); only both together work.`,
    evidence: evidenceOf(c),
    bufferClass: c.id,
  });
}

function run(cx: RuleContext): Finding[] {
  const out: Finding[] = [];
  const seen = new Set<BufferFact>();
  for (const c of cx.facts.classes) {
    if (c.role !== 'tx' || !holdsFragments(c)) continue;
    for (const f of c.facts) {
      if (seen.has(f)) continue;
      seen.add(f);
      if (f.kind === 'unmap' && f.direction !== 'from-device') {
        const made = unmapFinding(f, c);
        if (made !== null) out.push(made);
      } else if (f.kind === 'unmap-store' && f.api === 'dma_unmap_addr_set') {
        out.push(
          finding(about, {
            confidence: 'high',
            location: f.apiAt,
            api: f.api,
            replacement: netmemNameOf(f.api),
            message:
              'dma_unmap_addr_set() stores a fragment’s address: netmem_dma_unmap_addr_set() stores 0 for a netmem, so that the unmap side skips it.',
            evidence: evidenceOf(c),
            bufferClass: c.id,
          }),
        );
      }
    }
  }
  return out;
}

export const tx1Unmap: Rule = { ...about, run };
