/** TX2: the driver declares that it can send netmem, and only if it can. */
import type { Finding } from '../finding.ts';
import { sinceOf } from '../kernel/presence.ts';
import { entryOf, mappedBy, NAME } from '../kernel/table.ts';
import { finding, type Rule, type RuleContext } from './rule.ts';
import { tx1Unmap } from './tx1-unmap.ts';
import { traceFragments } from './untraced.ts';

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
    c.facts.some(({ api }) => mappedBy(api) === 'fragment' || mappedBy(api) === 'netmem'),
  );
}

function run(cx: RuleContext): Finding[] {
  const { abilities } = cx.facts;
  const places = tx1Unmap.run(cx);
  const open = places.filter((f) => f.severity === 'warning');
  const [wrong] = open;
  const name = cx.tree.has(NAME.NETMEM_TX_DMA) ? NAME.NETMEM_TX_DMA : 'true';
  if (abilities.netmemTx.length > 0) {
    if (wrong === undefined) return [];
    return abilities.netmemTx.map((at) =>
      finding(about, {
        severity: 'error',
        confidence: 'high',
        location: at.location,
        api: NAME.netmem_tx,
        message: `netmem_tx is declared, but ${open.length} place${open.length === 1 ? '' : 's'} still hand${open.length === 1 ? 's' : ''} a netmem’s address to the DMA mapping functions.`,
        evidence: [{ location: wrong.location, message: wrong.message }],
      }),
    );
  }
  const first = wrong ?? places[0];
  const place = abilities.registrations[0];
  if (place === undefined || (!sendsFragments(cx) && first === undefined)) return [];
  const untraced = first === undefined ? traceFragments(cx.facts).untraced : [];
  const isClean = first === undefined && untraced.length === 0;
  const todo = isClean
    ? 'Transmission looks clean'
    : first === undefined
      ? `Look at ${untraced.length} place${untraced.length === 1 ? '' : 's'} first where addresses were not followed`
      : 'Mend the open TX1 places first';
  const declares = cx.tree.has(NAME.netmem_tx);
  return [
    finding(about, {
      severity: isClean && declares ? 'warning' : 'info',
      confidence: first === undefined ? 'medium' : 'high',
      location: place.location,
      api: NAME.netmem_tx,
      replacement: declares ? `${NAME.netmem_tx} = ${name}` : null,
      message: declares
        ? `netmem_tx is not declared before ${place.name}(): unreadable packets are dropped. ${todo}; then set netdev->netmem_tx = ${name}.`
        : `This tree has no netmem_tx yet (${sinceOf(entryOf(NAME.netmem_tx)) ?? 'a later release'} brought it): every unreadable packet is dropped before ${place.name}()’s device sees it. ${todo}; then declare it where the field exists.`,
      evidence:
        first === undefined
          ? untraced.map(({ location, reason }) => ({ location, message: `it was not found ${reason}` }))
          : [{ location: first.location, message: first.message }],
    }),
  ];
}

export const tx2Declare: Rule = { ...about, run };
