/** RX2: header and data split can be set through ethtool, and queues can be restarted one by one for a provider. */
import type { Finding } from '../finding.ts';
import { NAME } from '../kernel/table.ts';
import type { QueueOps } from '../model/driver/capabilities.ts';
import { because, fitting } from './message.ts';
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

const RESTART =
  'a provider is installed by restarting one queue: without all four operations binding is refused with EOPNOTSUPP';

/** What to do about the operations on queues, and why. */
function queueMessage(queue: QueueOps | undefined): { readonly message: string; readonly why: string } {
  if (queue === undefined)
    return {
      message: 'add netdev_queue_mgmt_ops: without them binding is refused (EOPNOTSUPP).',
      why: RESTART,
    };
  const { missing, name } = queue;
  if (missing.length > 0)
    return {
      message: fitting(
        `add ${missing.join(', ')} to netdev_queue_mgmt_ops: all four are needed.`,
        `add the ${missing.length} operations that netdev_queue_mgmt_ops lacks: all four are needed.`,
      ),
      why: `${name} lacks ${missing.join(', ')}; ${RESTART}`,
    };
  return {
    message: fitting(
      `set netdev->queue_mgmt_ops: ${name} is given to no device.`,
      'set netdev->queue_mgmt_ops: this table is given to no device.',
    ),
    why: `it has to be set before the device is registered; ${RESTART}`,
  };
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
          ? 'offer ETHTOOL_RING_USE_TCP_DATA_SPLIT: the split is reported, but cannot be set.'
          : 'offer ETHTOOL_RING_USE_TCP_DATA_SPLIT: without the split binding is refused.',
        evidence: [
          because(
            anchor.location,
            'supported_ring_params lacks it; device memory is bound to split queues only',
          ),
        ],
      }),
    );
  } else if (anchor !== undefined && !model.tcpDataSplitSet.value) {
    out.push(
      finding(about, {
        confidence: 'medium',
        location: anchor.location,
        api: NAME.tcp_data_split,
        message: fitting(
          `read tcp_data_split in ${anchor.setRing ?? 'set_ringparam'}(): it never looks at it.`,
          'read tcp_data_split in set_ringparam(): it never looks at it.',
        ),
        evidence: [because(anchor.location, 'ETHTOOL_RING_USE_TCP_DATA_SPLIT is offered here')],
      }),
    );
  }
  // One table of several is enough: the others serve devices that cannot do it.
  const queue = [...abilities.queueOps].sort((a, b) => obstacles(a) - obstacles(b))[0];
  const place = queue?.location ?? abilities.netdevOps[0];
  if (place !== undefined && (queue === undefined || obstacles(queue) > 0)) {
    const { message, why } = queueMessage(queue);
    out.push(
      finding(about, {
        severity: queue === undefined ? 'info' : 'warning',
        confidence: 'high',
        location: place,
        api: NAME.queue_mgmt_ops,
        message,
        evidence: [because(place, why)],
      }),
    );
  }
  return out;
}

export const rx2TcpDataSplit: Rule = { ...about, run };
