/** RX2: header and data split can be set through ethtool, and queues can be restarted one by one for a provider. */
import type { Finding } from '../finding.ts';
import { NAME } from '../kernel/table.ts';
import type { QueueOps } from '../model/capabilities.ts';
import { finding, payloadClasses, type Rule, type RuleContext } from './rule.ts';

const about = {
  id: 'rx2-tcp-data-split',
  requirement: 'RX2',
  title: 'Header and data split cannot be set',
  severity: 'warning',
  docs: 'rx2-tcp-data-split',
} as const satisfies Omit<Rule, 'run'>;

/** What keeps a table from being used, in number. */
function obstacles({ missing, installed }: QueueOps): number {
  return missing.length + (installed ? 0 : 1);
}

function queueMessage(queue: QueueOps | undefined): string {
  if (queue === undefined)
    return 'The driver has no netdev_queue_mgmt_ops: a provider is installed by restarting one queue, so that binding is refused with EOPNOTSUPP.';
  if (queue.missing.length > 0)
    return `netdev_queue_mgmt_ops lacks ${queue.missing.join(', ')}: all four operations are needed to install a provider.`;
  return `${queue.name} is given to no device: a provider is installed by restarting one queue, so that binding is refused with EOPNOTSUPP. Set netdev->queue_mgmt_ops before the device is registered.`;
}

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
          : 'offer ETHTOOL_RING_USE_TCP_DATA_SPLIT: without the split binding is refused.',
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
  // One table of several is enough: the others serve devices that cannot do it.
  const queue = [...abilities.queueOps].sort((a, b) => obstacles(a) - obstacles(b))[0];
  const place = queue?.location ?? abilities.netdevOps[0];
  if (place !== undefined && (queue === undefined || obstacles(queue) > 0)) {
    out.push(
      finding(about, {
        severity: queue === undefined ? 'info' : 'warning',
        confidence: 'high',
        location: place,
        api: NAME.queue_mgmt_ops,
        message: queueMessage(queue),
      }),
    );
  }
  return out;
}

export const rx2TcpDataSplit: Rule = { ...about, run };
