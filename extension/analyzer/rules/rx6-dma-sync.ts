/** RX6: payload is synchronised through the page_pool, which knows whether there is anything to synchronise. */
import type { Finding } from '../finding.ts';
import { familyOf, NAME, replacementOf } from '../kernel/table.ts';
import type { BufferFact } from '../model/buffer-class.ts';
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

function run(cx: RuleContext): Finding[] {
  const out: Finding[] = [];
  for (const [f, c] of payloadFacts(cx.facts, isSync)) {
    const toCpu = f.kind === 'sync-cpu';
    out.push(
      finding(about, {
        severity: toCpu && c.role !== 'header' ? 'warning' : 'info',
        confidence: confidenceOf(c),
        location: f.apiAt,
        api: f.api,
        replacement: replacementOf(f.api),
        message: toCpu
          ? c.role === 'header'
            ? `${advice(c, SYNC)}.`
            : fitting(`use ${SYNC}, not ${f.api}().`, `use ${SYNC} here.`)
          : 'delete it and let the pool do it (PP_FLAG_DMA_SYNC_DEV with max_len).',
        evidence: evidenceOf(c),
        bufferClass: c.id,
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
        bufferClass: c.id,
      }),
    );
  }
  return out;
}

export const rx6DmaSync: Rule = { ...about, run };
