/** TX2: the driver declares that it can send netmem, and only if it can. */
import type { Finding } from '../finding.ts';
import { sinceOf } from '../kernel/presence.ts';
import { entryOf, mappedBy, NAME } from '../kernel/table.ts';
import { because, fitting } from './message.ts';
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
    const still = `${open.length} open place${open.length === 1 ? '' : 's'}`;
    // An error is for what is so whenever the device is used.
    const sure = open.some(({ confidence }) => confidence === 'high');
    return abilities.netmemTx.map((at) =>
      finding(about, {
        severity: sure && at.condition === null ? 'error' : 'warning',
        confidence: 'high',
        location: at.location,
        api: NAME.netmem_tx,
        message: fitting(
          at.condition === null
            ? `mend ${still} of TX1 or drop netmem_tx: it is declared.`
            : `mend ${still} of TX1: netmem_tx is set if ${at.condition}.`,
          `mend ${still} of TX1: netmem_tx is set under a condition.`,
        ),
        evidence: [
          because(at.location, 'a netmem’s address still gets to the DMA mapping functions'),
          ...(at.condition === null ? [] : [because(at.location, `netmem_tx is set if ${at.condition}`)]),
          because(wrong.location, wrong.message),
        ],
      }),
    );
  }
  const first = wrong ?? places[0];
  const place = abilities.registrations[0];
  if (place === undefined || (!sendsFragments(cx) && first === undefined)) return [];
  const untraced = first === undefined ? traceFragments(cx.facts).untraced : [];
  const isClean = first === undefined && untraced.length === 0;
  const declares = cx.tree.has(NAME.netmem_tx);
  const since = sinceOf(entryOf(NAME.netmem_tx)) ?? 'a later release';
  const set = `set netdev->netmem_tx = ${name}`;
  return [
    finding(about, {
      severity: isClean && declares ? 'warning' : 'info',
      confidence: first === undefined ? 'medium' : 'high',
      location: place.location,
      api: NAME.netmem_tx,
      replacement: declares ? `${NAME.netmem_tx} = ${name}` : null,
      message: declares
        ? isClean
          ? fitting(`${set} before ${place.name}().`, `${set} before the device is registered.`)
          : first === undefined
            ? `check ${untraced.length} place${untraced.length === 1 ? '' : 's'} of TX1, then ${set}.`
            : `mend the open places of TX1, then ${set}.`
        : `declare netmem_tx where it exists (from ${since}): this tree has none.`,
      evidence: [
        because(
          place.location,
          declares
            ? 'without netmem_tx, unreadable packets are dropped before the device sees them'
            : 'this tree drops every unreadable packet before a device sees it',
        ),
        ...(first === undefined
          ? untraced.map(({ location, reason }) => because(location, `it was not found ${reason}`))
          : [because(first.location, first.message)]),
      ],
    }),
  ];
}

export const tx2Declare: Rule = { ...about, run };
