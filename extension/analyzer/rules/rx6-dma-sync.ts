/** RX6: payload is synchronised through the page_pool, which knows whether there is anything to synchronise. */
import type { Finding } from '../finding.ts';
import { familyOf, NAME, replacementOf } from '../kernel/table.ts';
import type { AliasClass, BufferFact } from '../model/alias/alias-class.ts';
import type { DriverFacts } from '../model/driver/driver-facts.ts';
import { fitting } from './message.ts';
import {
  advice,
  confidenceOf,
  evidenceOf,
  finding,
  payloadFacts,
  type Rule,
  type RuleContext,
} from './rule.ts';
import { unsynced } from './rx6-no-sync.ts';

const about = {
  id: 'rx6-dma-sync',
  requirement: 'RX6',
  title: 'Payload is synchronised by the DMA API',
  severity: 'warning',
  docs: 'rx6-dma-sync',
} as const satisfies Omit<Rule, 'run'>;

const SYNC = `${NAME.page_pool_dma_sync_netmem_for_cpu}()`;

function isSync({ api, direction, kind }: BufferFact): boolean {
  if (familyOf(api) !== 'dma' || direction === 'to-device') return false;
  return kind === 'sync-cpu' || kind === 'sync-device';
}

function messageOf({ api, kind }: BufferFact, c: AliasClass, pooled: boolean): string {
  if (kind !== 'sync-cpu')
    return pooled
      ? 'delete it and let the pool do it (PP_FLAG_DMA_SYNC_DEV with max_len).'
      : 'delete it once a page_pool gives the buffer (RX1): the pool does it.';
  if (c.role === 'header') return `${advice(c, SYNC)}.`;
  return pooled
    ? fitting(`use ${SYNC}, not ${api}().`, `use ${SYNC} here.`)
    : `use ${SYNC} once a pool gives it (RX1).`;
}

/** True for a driver that has to do with a pool, be it another module's. */
function hasPools({ pools, classes }: DriverFacts): boolean {
  return pools.length > 0 || classes.some((c) => c.facts.some(({ api }) => familyOf(api) === 'page-pool'));
}

function run(cx: RuleContext): Finding[] {
  const out: Finding[] = [];
  // Without a pool there is nothing to call yet: to take one comes first.
  const pooled = hasPools(cx.facts);
  for (const [f, c] of payloadFacts(cx.facts, isSync)) {
    const toCpu = f.kind === 'sync-cpu';
    out.push(
      finding(about, {
        severity: toCpu && c.role !== 'header' && pooled ? 'warning' : 'info',
        confidence: confidenceOf(c),
        location: f.apiAt,
        api: f.api,
        replacement: replacementOf(f.api),
        message: messageOf(f, c, pooled),
        evidence: evidenceOf(c),
        aliasClass: c.id,
      }),
    );
  }
  for (const { c, at, api } of unsynced(cx.facts)) {
    out.push(
      finding(about, {
        severity: c.role === 'payload' ? 'warning' : 'info',
        confidence: 'medium',
        location: at,
        api,
        replacement: NAME.page_pool_dma_sync_netmem_for_cpu,
        message: `call ${SYNC} before: nothing has synchronised it.`,
        evidence: evidenceOf(c),
        aliasClass: c.id,
      }),
    );
  }
  return out;
}

export const rx6DmaSync: Rule = { ...about, run };
