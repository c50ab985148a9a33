/** RX2: header and data split can be set through ethtool, and queues can be restarted one by one for a provider. */
import type { Finding } from '../finding.ts';
import { NAME } from '../kernel/table.ts';
import { finding, payloadClasses, type Rule, type RuleContext } from './rule.ts';

const about = {
  id: 'rx2-tcp-data-split',
  requirement: 'RX2',
  title: 'Header and data split cannot be set',
  severity: 'warning',
  docs: 'rx2-tcp-data-split',
} as const satisfies Omit<Rule, 'run'>;

function run(cx: RuleContext): Finding[] {
  const { abilities } = cx.facts;
  // Without receive buffers of its own the driver has nothing to split.
  if (payloadClasses(cx.facts).length === 0) return [];
  const out: Finding[] = [];
  const { model } = abilities;
  const anchor = abilities.ethtoolOps.find((o) => o.hasRings) ?? abilities.ethtoolOps[0];
  if (anchor !== undefined && !model.tcpDataSplit.value) {
    out.push(
      finding(about, {
        confidence: 'high',
        location: anchor.location,
        api: NAME.ETHTOOL_RING_USE_TCP_DATA_SPLIT,
        replacement: NAME.ETHTOOL_RING_USE_TCP_DATA_SPLIT,
        message: model.tcpDataSplitGet.value
          ? 'The driver reports tcp-data-split but does not let it be set: supported_ring_params lacks ETHTOOL_RING_USE_TCP_DATA_SPLIT, so that binding device memory is refused.'
          : 'supported_ring_params lacks ETHTOOL_RING_USE_TCP_DATA_SPLIT: without the split set to enabled, binding device memory is refused.',
      }),
    );
  } else if (anchor !== undefined && !model.tcpDataSplitSet.value) {
    out.push(
      finding(about, {
        confidence: 'medium',
        location: anchor.location,
        api: NAME.tcp_data_split,
        message: `ETHTOOL_RING_USE_TCP_DATA_SPLIT is offered, but ${anchor.setRing ?? 'set_ringparam'} never looks at tcp_data_split.`,
      }),
    );
  }
  const queue = abilities.queueOps[0];
  const missing = queue?.missing ?? [];
  const place = queue?.location ?? abilities.netdevOps[0];
  if (place !== undefined && (queue === undefined || missing.length > 0)) {
    out.push(
      finding(about, {
        severity: queue === undefined ? 'info' : 'warning',
        confidence: 'high',
        location: place,
        api: 'queue_mgmt_ops',
        message:
          queue === undefined
            ? 'The driver has no netdev_queue_mgmt_ops: a provider is installed by restarting one queue, so that binding is refused with EOPNOTSUPP.'
            : `netdev_queue_mgmt_ops lacks ${missing.join(', ')}: all four operations are needed to install a provider.`,
      }),
    );
  }
  return out;
}

export const rx2TcpDataSplit: Rule = { ...about, run };
