/** RX1: payload memory comes from a page_pool. Everything else cannot be hidden behind a memory provider. */
import type { Finding } from '../finding.ts';
import { evidenceOf, finding, isPayload, type Rule, type RuleContext, roleName } from './rule.ts';

const about = {
  id: 'rx1-page-pool',
  requirement: 'RX1',
  title: 'Receive buffers do not come from a page_pool',
  severity: 'warning',
  docs: 'rx1-page-pool',
} as const satisfies Omit<Rule, 'run'>;

const WORDS = { page: 'page allocator', fragment: 'page fragment allocator', skb: 'skb allocator' } as const;

function run(cx: RuleContext): Finding[] {
  const out: Finding[] = [];
  const seen = new Set<string>();
  for (const c of cx.facts.classes) {
    if (!isPayload(c)) continue;
    const report = (key: string, location: Finding['location'], api: string, message: string): void => {
      if (seen.has(key)) return;
      seen.add(key);
      out.push(
        finding(about, {
          confidence: c.role === 'payload' ? 'high' : 'medium',
          location,
          api,
          replacement: 'page_pool_alloc_netmem',
          message,
          evidence: evidenceOf(c),
          bufferClass: c.id,
        }),
      );
    };
    const helpers = cx.facts.helperCalls.filter((h) => h.classId === c.id);
    for (const f of c.facts) {
      if (f.kind !== 'allocate' || (f.source !== 'page' && f.source !== 'fragment' && f.source !== 'skb'))
        continue;
      // A generic helper hands the page out: the receive path is where it is called from.
      const through = helpers.filter((h) => h.facts.includes(f));
      const word = WORDS[f.source];
      if (through.length === 0)
        report(
          `${f.location.file}:${f.location.range.start}`,
          f.apiAt,
          f.api,
          `${f.api}(): this ${roleName(c)} comes from the ${word}; only a page_pool can be backed by a memory provider.`,
        );
      for (const h of through)
        report(
          `${h.location.file}:${h.location.range.start}`,
          h.calleeAt,
          h.callee,
          `${h.callee}() takes this ${roleName(c)} from the ${word} (${f.api}); only a page_pool can be backed by a memory provider.`,
        );
    }
  }
  return out;
}

export const rx1PagePool: Rule = { ...about, run };
