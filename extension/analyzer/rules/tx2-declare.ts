/** TX2: the driver declares that it can send netmem, and only if it can. */
import type { Finding } from '../finding.ts';
import { finding, type Rule, type RuleContext } from './rule.ts';
import { tx1Unmap } from './tx1-unmap.ts';

const about = {
  id: 'tx2-declare',
  requirement: 'TX2',
  title: 'netmem_tx does not say what the driver can do',
  severity: 'warning',
  docs: 'tx2-declare',
} as const satisfies Omit<Rule, 'run'>;

/** True if the driver sends socket buffers by DMA at all. */
function sendsFragments(cx: RuleContext): boolean {
  return cx.facts.classes.some((c) =>
    c.facts.some((f) => f.api === 'skb_frag_dma_map' || f.api.startsWith('netmem_dma_unmap')),
  );
}

function run(cx: RuleContext): Finding[] {
  const { abilities } = cx.facts;
  const open = tx1Unmap.run(cx).filter((f) => f.severity === 'warning');
  const [first] = open;
  const name = cx.tree.has('NETMEM_TX_DMA') ? 'NETMEM_TX_DMA' : 'true';
  if (abilities.netmemTx.length > 0) {
    if (first === undefined) return [];
    return abilities.netmemTx.map((at) =>
      finding(about, {
        severity: 'error',
        confidence: 'high',
        location: at.location,
        api: 'netmem_tx',
        message: `netmem_tx is declared, but ${open.length} place${open.length === 1 ? '' : 's'} still hand${open.length === 1 ? 's' : ''} a netmem’s address to the DMA mapping functions.`,
        evidence: [{ location: first.location, message: first.message }],
      }),
    );
  }
  const place = abilities.registrations[0];
  if (place === undefined || (!sendsFragments(cx) && first === undefined)) return [];
  if (!cx.tree.has('netmem_tx')) return [];
  return [
    finding(about, {
      severity: first === undefined ? 'warning' : 'info',
      confidence: first === undefined ? 'medium' : 'high',
      location: place.location,
      api: 'netmem_tx',
      replacement: `netmem_tx = ${name}`,
      message:
        first === undefined
          ? `Transmission looks clean, but netmem_tx is not declared: set netdev->netmem_tx = ${name} before ${place.name}().`
          : `netmem_tx is not declared before ${place.name}(): unreadable packets are dropped. Mend the open TX1 places first.`,
      evidence: first === undefined ? [] : [{ location: first.location, message: first.message }],
    }),
  ];
}

export const tx2Declare: Rule = { ...about, run };
