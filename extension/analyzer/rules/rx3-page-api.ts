/** RX3: payload buffers are handled by the netmem functions, not the page ones. */
import type { Finding } from '../finding.ts';
import { TYPE } from '../kernel/structures.ts';
import { familyOf, replacementOf } from '../kernel/table.ts';
import type { AliasClass, BufferFact } from '../model/alias/alias-class.ts';
import type { FactKind } from '../model/flow/facts.ts';
import { fitting } from './message.ts';
import {
  advice,
  confidenceOf,
  evidenceOf,
  finding,
  isPooled,
  payloadFacts,
  type Rule,
  type RuleContext,
} from './rule.ts';

const about = {
  id: 'rx3-page-api',
  requirement: 'RX3',
  title: 'A payload buffer is handled by page functions',
  severity: 'warning',
  docs: 'rx3-page-api',
} as const satisfies Omit<Rule, 'run'>;

const KINDS: ReadonlySet<FactKind> = new Set([
  'dma-address',
  'release',
  'frag',
  'coalesce',
  'pfmemalloc',
  'node',
  'head-page',
  'fragment-count',
  'page-of',
  'cast-page',
  'put-page',
]);

/**
 * True if the function also puts such buffers into fragments. Without a pool, an address is made a page to be mapped or
 * freed as well, which the pool does itself.
 */
function becomesFragment({ fn }: BufferFact, c: AliasClass): boolean {
  return c.facts.some((f) => (f.kind === 'frag' || f.kind === 'coalesce') && f.fn === fn);
}

function isPageCall(f: BufferFact, c: AliasClass): boolean {
  const pooled = f.kind === 'allocate' && (f.source === 'pool' || f.source === 'pool-address');
  const synced = f.kind === 'sync-cpu' && familyOf(f.api) === 'page-pool';
  if (!pooled && !synced && !KINDS.has(f.kind)) return false;
  if (f.kind === 'page-of' && !isPooled(c) && !becomesFragment(f, c)) return false;
  return (f.kind !== 'put-page' || isPooled(c)) && adviceFor(f) !== null;
}

/** What takes the place of the call or cast, as code; null if nothing does. */
function adviceFor({ kind, api }: BufferFact): string | null {
  return kind === 'cast-page' ? TYPE.netmem_ref : replacementOf(api);
}

function run(cx: RuleContext): Finding[] {
  const out: Finding[] = [];
  for (const [f, c] of payloadFacts(cx.facts, isPageCall)) {
    const replacement = adviceFor(f);
    if (replacement === null) continue;
    const isCast = f.kind === 'cast-page';
    out.push(
      finding(about, {
        severity: c.role === 'payload' && isPooled(c) ? 'warning' : 'info',
        confidence: confidenceOf(c),
        location: f.apiAt,
        api: f.api,
        replacement,
        message: isCast
          ? 'keep the cookie as netmem_ref: a page comes out of it here.'
          : c.role === 'header'
            ? `${advice(c, `${replacement}()`)}.`
            : fitting(`use ${replacement}(), not ${f.api}().`, `use ${replacement}() here.`),
        evidence: evidenceOf(c),
        aliasClass: c.id,
      }),
    );
  }
  return out;
}

export const rx3PageApi: Rule = { ...about, run };
